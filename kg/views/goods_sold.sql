-- One row: an insured settlement at a shop whose stock records name the settlements they serve, and whether any goods left the shelf for it.
-- kept: all settlements of shops meet all their sales once
-- one of: selinfo_3505, drug_trac_3513
WITH served AS (
  SELECT setl_id, fixmedins_code FROM selinfo_3505 WHERE setl_id IS NOT NULL
  UNION
  SELECT n.setl_id, u.fixmedins_code
  FROM drug_trac_3513 u
  JOIN net_settlement n ON n.mdtrt_id = u.mdtrt_id
)
SELECT s.setl_id, s.psn_no, s.fixmedins_code, s.setl_time, CAST(s.setl_time AS DATE) AS day, s.paid_fen, v.setl_id IS NOT NULL AS served
FROM net_settlement s
SEMI JOIN (SELECT DISTINCT fixmedins_code FROM served) f ON f.fixmedins_code = s.fixmedins_code
LEFT JOIN (SELECT DISTINCT setl_id FROM served) v ON v.setl_id = s.setl_id
WHERE s.at_shop
