-- One row: a stay whose bed was paid above the standard of its kind and level.
WITH bed AS (
  -- single and double rooms are paid like a bed of the general ward
  SELECT l.*, m.hosp_lv, CASE WHEN l.med_list_codg IN ('001109000010100', '001109000010200') THEN '001109000010000' ELSE l.med_list_codg END AS standard_code
  FROM stay_line l
  JOIN mdtrt_d m ON m.mdtrt_id = l.mdtrt_id
  WHERE l.charge = '01' AND l.inscp_fen > 0
),
judged AS (
  SELECT b.mdtrt_id, b.bkkp_sn, b.cnt, b.inscp_fen, k.price_cap_fen
  FROM bed b
  JOIN kb_price k ON k.med_list_codg = b.standard_code AND k.price_cap_fen > 0 AND (k.hosp_lv IS NULL OR k.hosp_lv = b.hosp_lv)
   AND (k.valid_from IS NULL OR b.day >= k.valid_from) AND (k.valid_to IS NULL OR b.day <= k.valid_to)
  -- the row of the hospital's level before the one of all; of several the highest
  QUALIFY ROW_NUMBER() OVER (PARTITION BY b.mdtrt_id, b.bkkp_sn ORDER BY CASE WHEN k.hosp_lv IS NULL THEN 1 ELSE 0 END, k.price_cap_fen DESC) = 1
),
above AS (
  SELECT *, inscp_fen - CAST(FLOOR(CAST(cnt AS DOUBLE) * CAST(price_cap_fen AS DOUBLE)) AS BIGINT) AS fen FROM judged
)
SELECT 'encounter' AS subject_type,
       mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := fen))) AS fee_list_d_rows,
       CAST(SUM(cnt) AS DOUBLE) AS days,
       MIN(price_cap_fen) AS standard_fen
FROM above
WHERE fen > 0
GROUP BY mdtrt_id
ORDER BY mdtrt_id
