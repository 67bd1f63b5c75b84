-- One row: a shop that took insured goods back over the counter and kept the fund's money.
WITH back AS (
  SELECT fixmedins_code, setl_id, med_list_codg, SUM(ABS(sel_retn_cnt)) AS packs, MIN(sel_retn_time) AS first_at, MAX(sel_retn_time) AS last_at
  FROM selretn_3506
  WHERE setl_id IS NOT NULL AND sel_retn_time IS NOT NULL
  GROUP BY fixmedins_code, setl_id, med_list_codg
),
heard AS (
  -- how far the shop's settlements reach: a refund may still be on its way
  SELECT fixmedins_code, MAX(setl_time) AS until, COUNT(*) AS settlements FROM net_settlement WHERE at_shop GROUP BY fixmedins_code
),
sold AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.setl_id, l.psn_no, l.med_list_codg, l.inscp_fen, l.cnt AS net_packs, f.cnt AS packs
  FROM net_line l
  JOIN fee_list_d f ON f.mdtrt_id = l.mdtrt_id AND f.bkkp_sn = l.bkkp_sn
  SEMI JOIN (SELECT DISTINCT setl_id FROM back) b ON b.setl_id = l.setl_id
),
billed AS (
  SELECT setl_id, med_list_codg, SUM(net_packs) AS net_packs, SUM(packs) AS packs FROM sold GROUP BY setl_id, med_list_codg
),
unpaid AS (
  SELECT b.fixmedins_code, b.setl_id, b.med_list_codg, LEAST(b.packs - (x.packs - x.net_packs), x.net_packs) AS packs, x.net_packs
  FROM back b
  JOIN billed x ON x.setl_id = b.setl_id AND x.med_list_codg = b.med_list_codg
  JOIN heard h ON h.fixmedins_code = b.fixmedins_code AND CAST(h.until AS DATE) >= CAST(b.last_at AS DATE) + CAST($days AS INTEGER)
  -- exchanged: the same bill was served again
  ANTI JOIN selinfo_3505 s ON s.setl_id = b.setl_id AND s.med_list_codg = b.med_list_codg AND s.sel_retn_cnt > 0 AND s.sel_retn_time >= b.first_at
  WHERE b.packs > x.packs - x.net_packs
),
shop AS (
  SELECT h.fixmedins_code, h.settlements, CAST(COALESCE(u.bills, 0) AS DOUBLE) / CAST(h.settlements AS DOUBLE) AS rate
  FROM heard h
  LEFT JOIN (SELECT fixmedins_code, COUNT(DISTINCT setl_id) AS bills FROM unpaid GROUP BY fixmedins_code) u ON u.fixmedins_code = h.fixmedins_code
),
usual AS (
  SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM shop
),
line AS (
  SELECT u.fixmedins_code, l.mdtrt_id, l.bkkp_sn, l.setl_id, l.psn_no,
         CAST(ROUND(CAST(l.inscp_fen AS DOUBLE) * CAST(u.packs AS DOUBLE) / CAST(u.net_packs AS DOUBLE), 0) AS BIGINT) AS fen
  FROM unpaid u
  JOIN sold l ON l.setl_id = u.setl_id AND l.med_list_codg = u.med_list_codg
)
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.fen))) AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(row_id := r.row_id, fen := CAST(0 AS BIGINT)))) AS selretn_3506_rows,
       COUNT(DISTINCT l.setl_id) AS bills,
       COUNT(DISTINCT l.psn_no) AS persons
FROM line l
JOIN selretn_3506 r ON r.setl_id = l.setl_id AND r.fixmedins_code = l.fixmedins_code
JOIN shop s ON s.fixmedins_code = l.fixmedins_code
CROSS JOIN usual u
GROUP BY l.fixmedins_code
HAVING COUNT(DISTINCT l.setl_id)
       >= $min_bills + MAX(s.settlements * u.usual_rate) * $times + $z * SQRT(MAX(s.settlements * u.usual_rate) * $times)
ORDER BY l.fixmedins_code
