-- One row: a therapist whose one-to-one treatments of several patients ran at the same time, again and again.
WITH alone AS (
  SELECT med_list_codg FROM kb_service WHERE one_to_one = '1'
),
session AS (
  SELECT t.session_id, t.therapist_code, t.psn_no, t.fixmedins_code, t.med_list_codg, CAST(t.begntime AS DATE) AS day,
         CAST(FLOOR(epoch(t.begntime)) AS BIGINT) AS begins, CAST(FLOOR(epoch(t.endtime)) AS BIGINT) AS ends
  FROM therapy_session t
  SEMI JOIN alone a ON a.med_list_codg = t.med_list_codg
  WHERE t.therapist_code IS NOT NULL AND t.begntime < t.endtime
),
clock AS (
  -- a log filled in by the full hour tells no minutes
  SELECT fixmedins_code FROM session GROUP BY fixmedins_code HAVING COUNT_IF(begins % 3600 = 0) <= COUNT(*) * $hourly_share
),
shared AS (
  SELECT a.session_id, a.therapist_code, a.psn_no, a.fixmedins_code, a.med_list_codg, a.day, COUNT(DISTINCT b.psn_no) + 1 AS patients
  FROM session a
  SEMI JOIN clock c ON c.fixmedins_code = a.fixmedins_code
  JOIN session b ON b.therapist_code = a.therapist_code AND b.psn_no <> a.psn_no AND b.day = a.day
               AND LEAST(a.ends, b.ends) - GREATEST(a.begins, b.begins) > $overlap_minutes * 60
  GROUP BY a.session_id, a.therapist_code, a.psn_no, a.fixmedins_code, a.med_list_codg, a.day
),
hand AS (
  SELECT therapist_code, COUNT(DISTINCT day) AS days, MAX(patients) AS most FROM shared GROUP BY therapist_code HAVING COUNT(DISTINCT day) >= $min_days
),
billed AS (
  SELECT s.therapist_code, l.mdtrt_id, l.bkkp_sn, MAX(l.inscp_fen) AS inscp_fen, MAX(s.patients) AS patients
  FROM shared s
  SEMI JOIN hand h ON h.therapist_code = s.therapist_code
  JOIN net_line l ON l.psn_no = s.psn_no AND l.fixmedins_code = s.fixmedins_code AND l.med_list_codg = s.med_list_codg
                 AND CAST(l.fee_ocur_time AS DATE) = s.day
  GROUP BY s.therapist_code, l.mdtrt_id, l.bkkp_sn
),
lines AS (
  -- of k patients treated together, one treatment each at a k-th of its price was given
  SELECT therapist_code,
         LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn,
           fen := CAST(FLOOR(CAST(inscp_fen AS DOUBLE) * (1 - 1 / CAST(patients AS DOUBLE))) AS BIGINT)))) AS rows_of
  FROM billed
  GROUP BY therapist_code
)
SELECT 'doctor' AS subject_type,
       s.therapist_code AS subject_id,
       l.rows_of AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(session_id := s.session_id, fen := CAST(0 AS BIGINT)))) AS therapy_session_rows,
       MAX(h.days) AS days,
       MAX(h.most) AS most_at_once
FROM shared s
JOIN hand h ON h.therapist_code = s.therapist_code
LEFT JOIN lines l ON l.therapist_code = s.therapist_code
GROUP BY s.therapist_code, l.rows_of
ORDER BY s.therapist_code
