-- One row: an institution that settled the same bill twice for the same person within minutes, and not once only.
WITH twin AS (
  SELECT a.setl_id AS first_id, b.setl_id AS second_id
  FROM net_settlement a
  JOIN net_settlement b ON b.psn_no = a.psn_no AND b.fixmedins_code = a.fixmedins_code AND b.fee_fen = a.fee_fen AND b.setl_id <> a.setl_id
                       AND CAST(b.setl_time AS DATE) = CAST(a.setl_time AS DATE)
                       AND (b.setl_time > a.setl_time OR (b.setl_time = a.setl_time AND b.setl_id > a.setl_id))
  WHERE CAST(FLOOR(epoch(b.setl_time)) AS BIGINT) - CAST(FLOOR(epoch(a.setl_time)) AS BIGINT) <= $window_minutes * 60
    AND a.fee_fen >= $min_amount
    AND COALESCE(a.mulaid_fen, 0) = 0 AND COALESCE(b.mulaid_fen, 0) = 0         -- one account may buy for two of the family
    AND a.setl_time <> CAST(CAST(a.setl_time AS DATE) AS TIMESTAMP)
),
line AS (
  SELECT l.setl_id, l.mdtrt_id, l.bkkp_sn, l.med_list_codg, l.cnt, l.inscp_fen
  FROM net_line l
  SEMI JOIN (SELECT first_id AS setl_id FROM twin UNION SELECT second_id AS setl_id FROM twin) t ON t.setl_id = l.setl_id
),
basket AS (
  SELECT setl_id, STRING_AGG(med_list_codg || ' x ' || CAST(cnt AS VARCHAR), ',' ORDER BY med_list_codg || ' x ' || CAST(cnt AS VARCHAR)) AS basket
  FROM line
  GROUP BY setl_id
),
double AS (
  SELECT DISTINCT t.second_id AS setl_id, n.fixmedins_code, n.psn_no
  FROM twin t
  JOIN basket a ON a.setl_id = t.first_id
  JOIN basket b ON b.setl_id = t.second_id AND b.basket = a.basket
  JOIN net_settlement n ON n.setl_id = t.second_id
  -- two boxes with two codes left the shelf: the second sale was real
  ANTI JOIN live_sale s ON s.setl_id = t.second_id
),
rate AS (
  SELECT v.fixmedins_code, v.settlements, CAST(COALESCE(d.doubles, 0) AS DOUBLE) / CAST(v.settlements AS DOUBLE) AS rate
  FROM (SELECT fixmedins_code, COUNT(*) AS settlements FROM net_settlement GROUP BY fixmedins_code) v
  LEFT JOIN (SELECT fixmedins_code, COUNT(*) AS doubles FROM double GROUP BY fixmedins_code) d ON d.fixmedins_code = v.fixmedins_code
)
SELECT 'institution' AS subject_type,
       d.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := d.setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       COUNT(DISTINCT d.setl_id) AS second_settlements,
       COUNT(DISTINCT d.psn_no) AS persons,
       MAX(u.usual_rate) AS usual_rate
FROM double d
JOIN line l ON l.setl_id = d.setl_id
JOIN rate r ON r.fixmedins_code = d.fixmedins_code
CROSS JOIN (SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate) u
GROUP BY d.fixmedins_code
HAVING COUNT(DISTINCT d.setl_id) >= $min_doubles + MAX(r.settlements * (u.usual_rate + $retry_rate)) * $times
                                    + $z * SQRT(MAX(r.settlements * (u.usual_rate + $retry_rate)) * $times)
ORDER BY d.fixmedins_code
