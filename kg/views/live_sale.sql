-- One row: a box sold on insurance and still sold: not returned, not refunded, not split for dispensing. It names the billed line.
-- kept: all trace-code rules read it
-- may lack: selretn_3506
WITH returned AS (
  SELECT t.drug_trac_codg, r.fixmedins_code, MAX(r.sel_retn_time) AS returned_at
  FROM selretn_3506 r
  JOIN trac_d t ON t.source_table = 'selretn_3506' AND t.row_id = r.row_id
  GROUP BY t.drug_trac_codg, r.fixmedins_code
),
candidate AS (
  SELECT b.*
  FROM box_sale b
  LEFT JOIN returned r ON r.drug_trac_codg = b.drug_trac_codg AND r.fixmedins_code = b.fixmedins_code
  WHERE b.insured AND NOT b.split AND (r.returned_at IS NULL OR r.returned_at < b.sold_at)
),
by_settlement AS (
  -- a record of sale names the settlement, not the line: the settlement's line of that drug
  SELECT l.setl_id, l.med_list_codg, MIN(l.mdtrt_id) AS mdtrt_id, MIN(l.bkkp_sn) AS bkkp_sn, MIN(l.inscp_fen) AS inscp_fen
  FROM net_line l
  SEMI JOIN (SELECT DISTINCT setl_id FROM candidate WHERE bkkp_sn IS NULL) c ON c.setl_id = l.setl_id
  GROUP BY l.setl_id, l.med_list_codg
)
SELECT c.drug_trac_codg, c.fixmedins_code, c.med_list_codg, l.psn_no, c.sold_at, l.mdtrt_id, l.bkkp_sn, l.setl_id, l.inscp_fen, l.cnt,
       l.med_list_codg AS billed_codg, c.source_table, c.row_id
FROM candidate c
JOIN net_line l ON l.mdtrt_id = c.mdtrt_id AND l.bkkp_sn = c.bkkp_sn
UNION ALL
SELECT c.drug_trac_codg, c.fixmedins_code, c.med_list_codg, c.psn_no, c.sold_at, s.mdtrt_id, s.bkkp_sn, c.setl_id, s.inscp_fen,
       CAST(1 AS DECIMAL(16,4)) AS cnt, s.med_list_codg AS billed_codg, c.source_table, c.row_id
FROM candidate c
JOIN by_settlement s ON s.setl_id = c.setl_id AND s.med_list_codg = c.med_list_codg
WHERE c.bkkp_sn IS NULL
