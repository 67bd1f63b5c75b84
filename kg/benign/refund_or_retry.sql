-- One row a finding: how many of its rows were taken back within the window?
WITH line_back AS (      -- a negative line names the line it takes back, else it is one of the same drug and price
  SELECT h.finding_id, h.n
  FROM hit_row AS h
  JOIN fee_list_d AS l ON l.mdtrt_id = h.mdtrt_id AND l.bkkp_sn = h.bkkp_sn
  JOIN (SELECT * FROM fee_list_d WHERE cnt < 0) AS r
    ON r.mdtrt_id = l.mdtrt_id
   AND coalesce(r.init_feedetl_sn = l.bkkp_sn, r.med_list_codg = l.med_list_codg AND r.pric = l.pric)
   AND ABS(date_diff('day', CAST(l.fee_ocur_time AS DATE), CAST(r.fee_ocur_time AS DATE))) <= $days
  WHERE l.cnt > 0
), settlement_back AS (  -- this settlement, or an equal one of the same person at the same place, was refunded
  SELECT h.finding_id, h.n
  FROM hit_row AS h
  JOIN setl_d AS s ON s.setl_id = h.setl_id
  JOIN (SELECT * FROM setl_d WHERE refd_setl_flag = '1' OR init_setl_id IS NOT NULL) AS r
    ON r.psn_no = s.psn_no AND r.fixmedins_code = s.fixmedins_code AND r.setl_id <> s.setl_id
   AND (r.init_setl_id = s.setl_id OR r.medfee_sumamt = -s.medfee_sumamt)
   AND ABS(date_diff('day', CAST(s.setl_time AS DATE), CAST(r.setl_time AS DATE))) <= $days
), code AS (
  SELECT DISTINCT finding_id, n, fixmedins_code, day, substr(unit, 6) AS drug_trac_codg
  FROM (SELECT finding_id, n, fixmedins_code, day, UNNEST(units) AS unit FROM hit_row) WHERE starts_with(unit, 'trac:')
), box_back AS (
  SELECT c.finding_id, c.n
  FROM code AS c
  JOIN trac_d AS t ON t.source_table = 'selretn_3506' AND t.drug_trac_codg = c.drug_trac_codg
  JOIN selretn_3506 AS r ON r.row_id = t.row_id AND r.fixmedins_code = c.fixmedins_code
  WHERE ABS(date_diff('day', c.day, CAST(r.sel_retn_time AS DATE))) <= $days
), sale_back AS (
  SELECT h.finding_id, h.n
  FROM hit_row AS h JOIN selretn_3506 AS r ON r.setl_id = h.setl_id AND r.fixmedins_code = h.fixmedins_code
  WHERE ABS(date_diff('day', h.day, CAST(r.sel_retn_time AS DATE))) <= $days
    AND NOT EXISTS (SELECT 1 FROM code AS c WHERE c.n = h.n)      -- a box that is named is looked for by its own code
), back AS (
  SELECT * FROM line_back UNION SELECT * FROM settlement_back UNION SELECT * FROM box_back UNION SELECT * FROM sale_back
), counted AS (
  SELECT h.finding_id, COUNT(*) AS rows, COUNT(b.n) AS covered
  FROM hit_row AS h LEFT JOIN back AS b ON b.finding_id = h.finding_id AND b.n = h.n
  WHERE h.bkkp_sn IS NOT NULL OR h.setl_id IS NOT NULL OR h.n IN (SELECT n FROM code)
  GROUP BY h.finding_id
), cited AS (
  SELECT finding_id, COUNT(*) AS cited FROM hit_row GROUP BY finding_id
)
SELECT finding_id, rows, covered, covered * 2 >= rows AS explained, covered = cited AS closes
FROM counted JOIN cited USING (finding_id)
