-- One row: an institution and an item billed above its ceiling, where the part above was not moved to the patient.
WITH priced AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, l.med_list_codg, l.inscp_fen, l.cnt, l.fee_ocur_time, m.hosp_lv,
         CAST(l.pric AS DOUBLE) * 100 AS price_fen,
         CASE WHEN f.pric_uplmt_amt > 0 THEN CAST(f.pric_uplmt_amt AS DOUBLE) * 100 END AS own_cap_fen,
         COALESCE(f.overlmt_selfpay, 0) AS moved_fen
  FROM net_line l
  JOIN fee_list_d f ON f.mdtrt_id = l.mdtrt_id AND f.bkkp_sn = l.bkkp_sn
  LEFT JOIN mdtrt_d m ON m.mdtrt_id = l.mdtrt_id
  WHERE l.pric > 0 AND l.fee_ocur_time IS NOT NULL AND (f.list_type <> '201' OR m.age >= $child_years)
),
listed AS (
  -- a list for the hospital's level goes before one for all
  SELECT l.mdtrt_id, l.bkkp_sn, CAST(k.price_cap_fen AS DOUBLE) AS cap_fen,
         ROW_NUMBER() OVER (PARTITION BY l.mdtrt_id, l.bkkp_sn ORDER BY CASE WHEN k.hosp_lv = l.hosp_lv THEN 0 ELSE 1 END, k.price_cap_fen DESC) AS nth
  FROM priced l
  JOIN kb_price k ON k.med_list_codg = l.med_list_codg AND k.price_cap_fen > 0 AND (k.hosp_lv IS NULL OR k.hosp_lv IN ('', l.hosp_lv))
   AND (k.valid_from IS NULL OR CAST(l.fee_ocur_time AS DATE) >= k.valid_from) AND (k.valid_to IS NULL OR CAST(l.fee_ocur_time AS DATE) <= k.valid_to)
),
changing AS (
  -- on the last day of a list, on the first of the next and beside them the two meet
  SELECT DISTINCT l.mdtrt_id, l.bkkp_sn
  FROM priced l
  JOIN kb_price k ON k.med_list_codg = l.med_list_codg
   AND (ABS(date_diff('day', CAST(k.valid_from AS DATE), CAST(l.fee_ocur_time AS DATE))) <= 1
     OR ABS(date_diff('day', CAST(k.valid_to AS DATE), CAST(l.fee_ocur_time AS DATE))) <= 1)
),
line AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, l.med_list_codg, l.inscp_fen, l.cnt, l.price_fen, l.moved_fen,
         COALESCE(k.cap_fen, l.own_cap_fen) AS cap_fen
  FROM priced l
  LEFT JOIN listed k ON k.mdtrt_id = l.mdtrt_id AND k.bkkp_sn = l.bkkp_sn AND k.nth = 1
  ANTI JOIN changing c ON c.mdtrt_id = l.mdtrt_id AND c.bkkp_sn = l.bkkp_sn
),
dear AS (
  SELECT * FROM line WHERE price_fen > cap_fen * (1 + $tolerance) AND moved_fen < (price_fen - cap_fen) * cnt * (1 - $tolerance) - 1
)
SELECT 'institution' AS subject_type,
       fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn,
           fen := CAST(FLOOR(CAST(inscp_fen AS DOUBLE) * (price_fen - cap_fen) / price_fen) AS BIGINT)))) AS fee_list_d_rows,
       med_list_codg AS item,
       MAX(price_fen) AS price_fen,
       MIN(cap_fen) AS ceiling_fen
FROM dear
GROUP BY fixmedins_code, med_list_codg
ORDER BY fixmedins_code, med_list_codg
