-- One row: an institution that charged the general consultation fee again on the same day, or beside what it contains.
WITH fee AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, CAST(l.fee_ocur_time AS DATE) AS day, l.inscp_fen,
         substr(l.med_chrgitm_type, 1, 2) AS charge,
         ROW_NUMBER() OVER (PARTITION BY l.psn_no, l.fixmedins_code, CAST(l.fee_ocur_time AS DATE), substr(l.med_chrgitm_type, 1, 2)
                            ORDER BY l.fee_ocur_time, l.mdtrt_id, l.bkkp_sn) AS nth
  FROM net_line l
  WHERE substr(l.med_chrgitm_type, 1, 2) IN ('12', '13', '02') AND l.fee_ocur_time IS NOT NULL
    AND COALESCE(substr(l.med_type, 1, 2), '') NOT IN (SELECT code FROM code_group WHERE list_name = 'med_type' AND group_name = 'inpatient')
),
general AS (
  SELECT * FROM fee WHERE charge = '12'
),
surplus AS (
  SELECT * FROM general WHERE nth > 1
  UNION ALL
  -- registration and diagnosis are inside the general fee of the same visit
  SELECT f.*
  FROM fee f
  SEMI JOIN general g ON g.psn_no = f.psn_no AND g.fixmedins_code = f.fixmedins_code AND g.day = f.day AND g.mdtrt_id = f.mdtrt_id
  WHERE f.charge IN ('13', '02')
),
rate AS (
  SELECT v.fixmedins_code, v.fees, CAST(COALESCE(s.lines, 0) AS DOUBLE) / CAST(v.fees AS DOUBLE) AS rate
  FROM (SELECT fixmedins_code, COUNT(*) AS fees FROM general GROUP BY fixmedins_code) v
  LEFT JOIN (SELECT fixmedins_code, COUNT(*) AS lines FROM surplus GROUP BY fixmedins_code) s ON s.fixmedins_code = v.fixmedins_code
)
SELECT 'institution' AS subject_type,
       s.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := s.mdtrt_id, bkkp_sn := s.bkkp_sn, fen := s.inscp_fen))) AS fee_list_d_rows,
       COUNT(DISTINCT s.psn_no) AS persons,
       MAX(r.rate) AS rate,
       MAX(u.usual_rate) AS usual_rate
FROM surplus s
JOIN rate r ON r.fixmedins_code = s.fixmedins_code
CROSS JOIN (SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate) u
GROUP BY s.fixmedins_code
-- a person counts once: one who must come twice a day for weeks is one story
HAVING COUNT(DISTINCT s.psn_no) >= $min_persons + MAX(r.fees * (u.usual_rate + $second_visits)) * $times
                                   + $z * SQRT(MAX(r.fees * (u.usual_rate + $second_visits)) * $times)
ORDER BY s.fixmedins_code
