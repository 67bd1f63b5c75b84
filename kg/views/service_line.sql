-- One row: a net line of an item that a published pair names.
-- kept: few items of many thousand, joined with itself
SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, l.med_list_codg, l.fee_ocur_time, l.inscp_fen
FROM net_line l
SEMI JOIN (
  SELECT subject_code AS code FROM kb_point WHERE rule_kind = 'service_duplicate_pair'
  UNION
  SELECT pair_code AS code FROM kb_point WHERE rule_kind = 'service_duplicate_pair'
) p ON p.code = l.med_list_codg
