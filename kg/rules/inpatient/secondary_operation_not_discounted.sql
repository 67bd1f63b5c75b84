-- One row: an institution, and the second operations of a day that it billed at more than their share.
WITH operation AS (
  SELECT DISTINCT mdtrt_id, bkkp_sn, fixmedins_code, psn_no, day, med_list_codg, subject_name, limit_value AS group_name, CAST(pric AS DOUBLE) AS price,
         inscp_fen, point
  FROM point_line
  WHERE rule_kind = 'secondary_operation_not_discounted' AND day IS NOT NULL AND pric > 0
),
ranked AS (
  SELECT o.*, ROW_NUMBER() OVER (PARTITION BY mdtrt_id, day, group_name ORDER BY price DESC, bkkp_sn) AS place,
         MIN(med_list_codg) OVER day_group <> MAX(med_list_codg) OVER day_group AS several
  FROM operation o
  WINDOW day_group AS (PARTITION BY mdtrt_id, day, group_name)
),
alone AS (
  SELECT fixmedins_code, med_list_codg, MAX(price) AS price FROM ranked WHERE NOT several GROUP BY fixmedins_code, med_list_codg
),
official AS (
  SELECT med_list_codg, CAST(MAX(price_cap_fen) AS DOUBLE) / 100 AS price FROM kb_price WHERE price_cap_fen IS NOT NULL GROUP BY med_list_codg
),
sessions AS (
  SELECT mdtrt_id, COUNT(DISTINCT oprn_oprt_begntime) AS beginnings FROM setl_list_oprn_d WHERE vali_flag = '1' GROUP BY mdtrt_id
),
second AS (
  SELECT r.*, $discount * GREATEST(COALESCE(c.price, a.price), COALESCE(a.price, c.price)) AS allowed
  FROM ranked r
  JOIN ranked main ON main.mdtrt_id = r.mdtrt_id AND main.day = r.day AND main.group_name = r.group_name AND main.place = 1
  LEFT JOIN alone a ON a.fixmedins_code = r.fixmedins_code AND a.med_list_codg = r.med_list_codg
  LEFT JOIN official c ON c.med_list_codg = r.med_list_codg
  LEFT JOIN sessions s ON s.mdtrt_id = r.mdtrt_id
  WHERE r.place > 1 AND r.med_list_codg <> main.med_list_codg AND COALESCE(s.beginnings, 1) <= 1
)
SELECT 'institution' AS subject_type,
       fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn,
           fen := CAST(ROUND(CAST(inscp_fen AS DOUBLE) * (price - allowed) / price, 0) AS BIGINT)))) AS fee_list_d_rows,
       MIN(subject_name) AS item,
       COUNT(DISTINCT psn_no) AS persons,
       MIN(point) AS point
FROM second
WHERE price > allowed * (1 + $tolerance)
GROUP BY fixmedins_code
HAVING COUNT(DISTINCT mdtrt_id || bkkp_sn) >= $min_lines
ORDER BY fixmedins_code
