-- One row: a stay whose tests and materials were billed as clinic visits of the same hospital, in a hospital that does so far oftener than the usual one.
WITH paid AS (
  -- a stay paid item by item gains nothing by it
  SELECT mdtrt_id FROM setl_list_4101 WHERE hi_paymtd IN ('1', '01')
),
inpatient AS (
  SELECT b.* FROM stay_bill b ANTI JOIN paid p ON p.mdtrt_id = b.mdtrt_id WHERE b.begntime IS NOT NULL AND NOT b.urgent
),
side AS (
  SELECT s.mdtrt_id AS stay_id, s.fixmedins_code, l.mdtrt_id, l.bkkp_sn, l.inscp_fen, CAST(l.fee_ocur_time AS DATE) AS day,
         l.fee_ocur_time >= s.begntime AND l.fee_ocur_time <= s.ends_at AS inside
  FROM inpatient s
  JOIN mdtrt_d m ON m.psn_no = s.psn_no AND m.fixmedins_code = s.fixmedins_code AND m.vali_flag = '1'
   -- clinic visits, not emergencies
   AND substr(m.med_type, 1, 2) IN ('11', '12', '14')
  JOIN net_line l ON l.mdtrt_id = m.mdtrt_id AND substr(l.med_chrgitm_type, 1, 2) IN ('03', '04', '06', '08') AND l.inscp_fen > 0
   AND date_diff('day', CAST(l.fee_ocur_time AS DATE), CAST(s.begntime AS DATE)) <= $before_days
   AND date_diff('day', CAST(s.ends_at AS DATE), CAST(l.fee_ocur_time AS DATE)) <= $after_days
),
rate AS (
  SELECT h.fixmedins_code, h.stays, COALESCE(x.shifted, 0) AS shifted, CAST(COALESCE(x.shifted, 0) AS DOUBLE) / CAST(h.stays AS DOUBLE) AS rate
  FROM (SELECT fixmedins_code, COUNT(*) AS stays FROM inpatient GROUP BY fixmedins_code) h
  LEFT JOIN (SELECT fixmedins_code, COUNT(DISTINCT stay_id) AS shifted FROM side GROUP BY fixmedins_code) x ON x.fixmedins_code = h.fixmedins_code
),
habit AS (
  -- tests in the clinic lead to admissions everywhere
  SELECT r.fixmedins_code, r.rate, u.usual_rate
  FROM rate r
  CROSS JOIN (SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate) u
  WHERE r.shifted >= $min_stays + r.stays * u.usual_rate * $times + $z * SQRT(r.stays * u.usual_rate * $times)
)
SELECT 'encounter' AS subject_type,
       s.stay_id AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := s.mdtrt_id, bkkp_sn := s.bkkp_sn, fen := s.inscp_fen))) AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := s.stay_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       COUNT(DISTINCT s.mdtrt_id) AS clinic_visits,
       BOOL_OR(s.inside) AS during_stay,
       ROUND(MAX(h.rate), 4) AS hospital_rate,
       ROUND(MAX(h.usual_rate), 4) AS usual_rate
FROM side s
JOIN habit h ON h.fixmedins_code = s.fixmedins_code
GROUP BY s.stay_id
ORDER BY s.stay_id
