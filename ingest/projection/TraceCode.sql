SELECT code AS drug_trac_codg, trace_form(code) AS form
FROM (SELECT DISTINCT drug_trac_codg AS code FROM trac_d) codes
