-- One row: a therapist with more one-to-one treatments on a day than a day has hours, on several days of a month.
WITH alone AS (
  SELECT med_list_codg, MIN(minutes_min) AS minutes FROM kb_service WHERE one_to_one = '1' AND minutes_min > 0 GROUP BY med_list_codg
),
line AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, l.med_list_codg, CAST(l.fee_ocur_time AS DATE) AS day, l.cnt, l.inscp_fen,
         f.acord_dr_code, a.minutes
  FROM net_line l
  JOIN alone a ON a.med_list_codg = l.med_list_codg
  JOIN fee_list_d f ON f.mdtrt_id = l.mdtrt_id AND f.bkkp_sn = l.bkkp_sn
  WHERE l.fee_ocur_time IS NOT NULL
),
session AS (
  SELECT t.therapist_code AS therapist, t.fixmedins_code, t.psn_no, t.med_list_codg, CAST(t.begntime AS DATE) AS day, a.minutes
  FROM therapy_session t
  JOIN alone a ON a.med_list_codg = t.med_list_codg
  WHERE t.therapist_code IS NOT NULL
),
work AS (
  -- the log of sessions names the hand; where there is none, the line does, if it is not the account of a whole department
  SELECT therapist, fixmedins_code, day, minutes FROM session
  UNION ALL
  SELECT l.acord_dr_code AS therapist, l.fixmedins_code, l.day, l.cnt * l.minutes AS minutes
  FROM line l
  SEMI JOIN medstff_b m ON m.stff_code = l.acord_dr_code AND m.fixmedins_code = l.fixmedins_code
  ANTI JOIN (SELECT DISTINCT fixmedins_code FROM session) s ON s.fixmedins_code = l.fixmedins_code
),
full_day AS (
  SELECT therapist, fixmedins_code, day, EXTRACT(year FROM day) * 12 + EXTRACT(month FROM day) AS month_no, SUM(minutes) AS minutes
  FROM work
  GROUP BY therapist, fixmedins_code, day
  HAVING SUM(minutes) > $day_minutes
),
over AS (
  SELECT d.*
  FROM full_day d
  SEMI JOIN (SELECT therapist, month_no FROM full_day GROUP BY therapist, month_no HAVING COUNT(DISTINCT day) >= $min_days) m
    ON m.therapist = d.therapist AND m.month_no = d.month_no
),
treated AS (
  SELECT DISTINCT o.therapist, o.day, o.minutes, l.mdtrt_id, l.bkkp_sn, l.inscp_fen
  FROM over o
  JOIN line l ON l.fixmedins_code = o.fixmedins_code AND l.day = o.day
  LEFT JOIN session s ON s.therapist = o.therapist AND s.day = l.day AND s.psn_no = l.psn_no AND s.med_list_codg = l.med_list_codg
  WHERE s.therapist IS NOT NULL OR l.acord_dr_code = o.therapist
)
SELECT 'doctor' AS subject_type,
       therapist AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := CAST(0 AS BIGINT)))) AS fee_list_d_rows,
       -- the share of the day beyond its hours
       SUM(CAST(inscp_fen AS DOUBLE) * (1 - $day_minutes / CAST(minutes AS DOUBLE))) AS estimate_fen,
       COUNT(DISTINCT day) AS days,
       CAST(MAX(minutes) AS DOUBLE) AS most_minutes
FROM treated
GROUP BY therapist
ORDER BY therapist
