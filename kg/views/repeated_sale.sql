-- One row: a live sale of a box that has more than one.
-- kept: the few codes that matter, out of millions
SELECT s.*
FROM live_sale s
SEMI JOIN (SELECT drug_trac_codg FROM live_sale GROUP BY drug_trac_codg HAVING COUNT(*) > 1) r ON r.drug_trac_codg = s.drug_trac_codg
