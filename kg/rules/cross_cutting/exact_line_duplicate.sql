-- One row: an institution whose bills carry the same line twice, to the second, oftener than slips explain.
WITH line AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, l.med_list_codg, l.fee_ocur_time, l.cnt, l.pric, l.rx_drord_no, l.inscp_fen,
         substr(l.med_chrgitm_type, 1, 2) AS charge
  FROM net_line l
  ANTI JOIN desk_entry d ON d.mdtrt_id = l.mdtrt_id                            -- entered by the bureau from papers: not this house's bill
  WHERE l.inscp_fen >= $min_amount
    AND l.fee_ocur_time <> CAST(CAST(l.fee_ocur_time AS DATE) AS TIMESTAMP)    -- midnight: a date, not a time
),
again AS (
  -- few: the whole comparison is made among them only
  SELECT psn_no, med_list_codg, fee_ocur_time
  FROM line
  GROUP BY psn_no, med_list_codg, fee_ocur_time
  HAVING COUNT(*) > 1
),
occasion AS (
  SELECT l.psn_no, l.fixmedins_code, l.med_list_codg, l.fee_ocur_time, l.cnt, l.pric, l.rx_drord_no, COUNT(*) AS copies, MIN(l.bkkp_sn) AS kept
  FROM line l
  SEMI JOIN again a ON a.psn_no = l.psn_no AND a.med_list_codg = l.med_list_codg AND a.fee_ocur_time = l.fee_ocur_time
  GROUP BY l.psn_no, l.fixmedins_code, l.med_list_codg, l.fee_ocur_time, l.cnt, l.pric, l.rx_drord_no
  HAVING COUNT(*) > 1
),
done AS (
  SELECT v.fixmedins_code, v.med_list_codg, v.lines - COALESCE(t.extras, 0) AS occasions, COALESCE(t.pairs, 0) AS pairs
  FROM (SELECT fixmedins_code, med_list_codg, COUNT(*) AS lines FROM line GROUP BY fixmedins_code, med_list_codg) v
  LEFT JOIN (SELECT fixmedins_code, med_list_codg, SUM(copies - 1) AS extras, COUNT(*) AS pairs
             FROM occasion
             GROUP BY fixmedins_code, med_list_codg) t
    ON t.fixmedins_code = v.fixmedins_code AND t.med_list_codg = v.med_list_codg
),
one_sided AS (
  -- the others do it often and hardly ever in pairs: it has no left and right
  SELECT h.fixmedins_code, h.med_list_codg
  FROM done h
  JOIN (SELECT med_list_codg, SUM(occasions) AS occasions, SUM(pairs) AS pairs FROM done GROUP BY med_list_codg) a
    ON a.med_list_codg = h.med_list_codg
  WHERE a.occasions - h.occasions >= $min_elsewhere
    AND a.pairs - h.pairs < (a.occasions - h.occasions) * $pair_share
),
extra AS (
  SELECT l.*
  FROM line l
  JOIN occasion t ON t.psn_no = l.psn_no AND t.fixmedins_code = l.fixmedins_code AND t.med_list_codg = l.med_list_codg
             AND t.fee_ocur_time = l.fee_ocur_time AND t.cnt = l.cnt AND t.pric = l.pric AND t.rx_drord_no IS NOT DISTINCT FROM l.rx_drord_no
  LEFT JOIN one_sided o ON o.fixmedins_code = l.fixmedins_code AND o.med_list_codg = l.med_list_codg
  -- two packs posted one by one by a scanner have two codes
  ANTI JOIN live_sale s ON s.mdtrt_id = l.mdtrt_id AND s.bkkp_sn = l.bkkp_sn
  WHERE l.bkkp_sn <> t.kept
    -- left and right are two
    AND (COALESCE(l.charge, '') NOT IN ('05', '06') OR t.copies > $sides OR o.med_list_codg IS NOT NULL)
),
rate AS (
  SELECT v.fixmedins_code, v.lines, CAST(COALESCE(x.lines, 0) AS DOUBLE) / CAST(v.lines AS DOUBLE) AS rate
  FROM (SELECT fixmedins_code, COUNT(*) AS lines FROM line GROUP BY fixmedins_code) v
  LEFT JOIN (SELECT fixmedins_code, COUNT(*) AS lines FROM extra GROUP BY fixmedins_code) x ON x.fixmedins_code = v.fixmedins_code
)
SELECT 'institution' AS subject_type,
       e.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := e.mdtrt_id, bkkp_sn := e.bkkp_sn, fen := e.inscp_fen))) AS fee_list_d_rows,
       COUNT(DISTINCT e.psn_no) AS persons,
       COUNT(DISTINCT e.med_list_codg) AS items,
       MAX(u.usual_rate) AS usual_rate
FROM extra e
JOIN rate r ON r.fixmedins_code = e.fixmedins_code
CROSS JOIN (SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate) u
GROUP BY e.fixmedins_code
HAVING COUNT(*) >= $min_lines + MAX(r.lines * (u.usual_rate + $slip_rate)) * $times
                   + $z * SQRT(MAX(r.lines * (u.usual_rate + $slip_rate)) * $times)
ORDER BY e.fixmedins_code
