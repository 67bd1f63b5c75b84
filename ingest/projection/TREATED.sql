WITH involved AS (
  SELECT chfpdr_code AS doctor, mdtrt_id, true AS chief FROM stay
  UNION ALL
  SELECT o.oper_dr_code, COALESCE(o.mdtrt_id, s.mdtrt_id), false
  FROM setl_list_oprn_d o LEFT JOIN setl_d s ON s.setl_id = o.setl_id
  WHERE COALESCE(o.vali_flag, '1') = '1'
)
SELECT doctor AS start_key, mdtrt_id AS end_key, BOOL_OR(chief) AS chief, BOOL_OR(NOT chief) AS operated
FROM involved
WHERE doctor IS NOT NULL AND mdtrt_id IS NOT NULL
GROUP BY 1, 2
