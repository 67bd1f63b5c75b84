-- One row: an institution that sold boxes which never came in by its own books, though its books carry the codes of what it buys.
WITH feed AS (
  -- purchases that carry codes, and since when
  SELECT p.fixmedins_code, CAST(COUNT(p.drug_trac_codg) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS coded,
         MIN(p.purc_retn_stoin_time) FILTER (WHERE p.drug_trac_codg IS NOT NULL) AS since
  FROM purcinfo_3503 p
  GROUP BY p.fixmedins_code
),
sold AS (
  SELECT s.*, f.since
  FROM live_sale s
  JOIN feed f ON f.fixmedins_code = s.fixmedins_code
  WHERE f.coded >= $report_share
),
sent_back AS (
  SELECT t.drug_trac_codg, r.fixmedins_code, MAX(r.purc_retn_stoin_time) AS sent_at
  FROM purcretn_3504 r
  JOIN trac_d t ON t.source_table = 'purcretn_3504' AND t.row_id = r.row_id
  GROUP BY t.drug_trac_codg, r.fixmedins_code
),
unknown AS (
  SELECT s.*
  FROM sold s
  ANTI JOIN code_arrival a ON a.drug_trac_codg = s.drug_trac_codg AND a.fixmedins_code = s.fixmedins_code AND a.came_at <= s.sold_at
),
traced AS (
  -- another institution had bought the very box before and kept it: its way here is no supplier's
  SELECT u.*,
         e.drug_trac_codg IS NOT NULL AS bought_elsewhere
  FROM unknown u
  LEFT JOIN (SELECT a.drug_trac_codg, a.fixmedins_code, MIN(a.came_at) AS came_at, MAX(b.sent_at) AS sent_at
             FROM code_arrival a
             LEFT JOIN sent_back b ON b.drug_trac_codg = a.drug_trac_codg AND b.fixmedins_code = a.fixmedins_code AND b.sent_at >= a.came_at
             WHERE a.source_table = 'purcinfo_3503'
             GROUP BY a.drug_trac_codg, a.fixmedins_code) e
         ON e.drug_trac_codg = u.drug_trac_codg AND e.fixmedins_code <> u.fixmedins_code AND e.came_at < u.sold_at
        AND (e.sent_at IS NULL OR e.sent_at > u.sold_at)
),
judged AS (
  SELECT * FROM traced WHERE bought_elsewhere OR CAST(sold_at AS DATE) >= CAST(since AS DATE) + CAST($warmup_days AS INTEGER)
),
known AS (
  -- boxes with another buyer: more than codes printed, typed or scanned wrong
  SELECT j.fixmedins_code
  FROM (SELECT fixmedins_code, COUNT(DISTINCT drug_trac_codg) AS codes FROM judged WHERE bought_elsewhere GROUP BY fixmedins_code) j
  JOIN (SELECT fixmedins_code, COUNT(*) AS sales FROM sold GROUP BY fixmedins_code) v ON v.fixmedins_code = j.fixmedins_code
  WHERE j.codes >= $min_codes AND j.codes > v.sales * $error_rate + $z * SQRT(v.sales * $error_rate)
),
rate AS (
  SELECT v.fixmedins_code, v.sales, CAST(COALESCE(j.codes, 0) AS DOUBLE) / CAST(v.sales AS DOUBLE) AS rate
  FROM (SELECT fixmedins_code, COUNT(*) AS sales FROM sold GROUP BY fixmedins_code) v
  LEFT JOIN (SELECT fixmedins_code, COUNT(*) AS codes FROM judged GROUP BY fixmedins_code) j ON j.fixmedins_code = v.fixmedins_code
),
usual AS (
  SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate
),
unexplained AS (
  -- boxes of unknown origin: more than the usual shop's gaps, and than chance adds to them
  SELECT j.fixmedins_code
  FROM (SELECT fixmedins_code, COUNT(DISTINCT drug_trac_codg) AS codes FROM judged GROUP BY fixmedins_code) j
  JOIN rate r ON r.fixmedins_code = j.fixmedins_code
  CROSS JOIN usual u
  WHERE j.codes >= $min_codes
    AND j.codes >= r.sales * (u.usual_rate + $slack) * $times + $z * SQRT(r.sales * (u.usual_rate + $slack) * $times)
),
cited AS (
  SELECT j.* FROM judged j SEMI JOIN unexplained x ON x.fixmedins_code = j.fixmedins_code
  UNION
  SELECT j.* FROM judged j SEMI JOIN known k ON k.fixmedins_code = j.fixmedins_code WHERE j.bought_elsewhere
)
SELECT 'institution' AS subject_type,
       j.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := j.mdtrt_id, bkkp_sn := j.bkkp_sn, fen := j.inscp_fen))) AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(row_id := j.row_id, fen := CAST(0 AS BIGINT)))
                 FILTER (WHERE j.source_table = 'drug_trac_3513')) AS drug_trac_3513_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(row_id := j.row_id, fen := CAST(0 AS BIGINT)))
                 FILTER (WHERE j.source_table = 'selinfo_3505')) AS selinfo_3505_rows,
       COUNT(DISTINCT j.drug_trac_codg) AS codes,
       COUNT(DISTINCT j.drug_trac_codg) FILTER (WHERE j.bought_elsewhere) AS codes_bought_elsewhere
FROM cited j
GROUP BY j.fixmedins_code
ORDER BY j.fixmedins_code
