-- One row: a centre with persons whose weight did not change over most sessions, or over some although it falls by kilograms at the others.
WITH session AS (
  SELECT s.session_id, s.psn_no, s.fixmedins_code, CAST(s.begntime AS DATE) AS day, s.weight_before_kg - s.weight_after_kg AS loss
  FROM dialysis_session s
  WHERE s.weight_before_kg IS NOT NULL AND s.weight_after_kg IS NOT NULL
),
person AS (
  SELECT psn_no, fixmedins_code, COUNT(*) AS sessions, COUNT_IF(loss <= $min_loss OR loss > $max_loss) AS signs,
         MEDIAN(CAST(loss AS DOUBLE)) AS usual_loss
  FROM session
  GROUP BY psn_no, fixmedins_code
),
usual AS (
  -- where nobody loses weight, the scale or the form is at fault; and a form filled in without care spares nobody
  SELECT fixmedins_code, MEDIAN(share) AS usual_share, MAX(share) FILTER (WHERE place <= GREATEST(1, patients * $spared)) AS least_share
  FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY fixmedins_code ORDER BY share, psn_no) AS place, COUNT(*) OVER (PARTITION BY fixmedins_code) AS patients
        FROM (SELECT psn_no, fixmedins_code, CAST(signs AS DOUBLE) / CAST(sessions AS DOUBLE) AS share FROM person) AS shares) AS ranked
  GROUP BY fixmedins_code
),
hit AS (
  SELECT p.psn_no, p.fixmedins_code, p.sessions, p.signs, p.signs < p.sessions * $share AS now_and_then
  FROM person p
  JOIN usual u ON u.fixmedins_code = p.fixmedins_code
  WHERE p.sessions >= $min_sessions AND u.usual_share <= $scale_share
    AND (p.signs >= p.sessions * $share
         -- a body that brings its water three times a week does not leave it at home on some days: beyond the centre's slips, and chance
         OR (p.usual_loss >= $watery AND p.signs >= $min_signs
             AND p.signs >= p.sessions * (u.least_share + $slip) * $times + $z * SQRT(p.sessions * (u.least_share + $slip) * $times)))
),
sign AS (
  SELECT s.*
  FROM session s
  JOIN hit h ON h.psn_no = s.psn_no AND h.fixmedins_code = s.fixmedins_code
  LEFT JOIN dialysis_day d ON d.psn_no = s.psn_no AND d.fixmedins_code = s.fixmedins_code AND d.day = s.day
  WHERE (s.loss <= $min_loss OR s.loss > $max_loss)
    -- a face that came and went vouches for a patient who never loses weight, not for a scale that stood still for one who does
    AND (h.now_and_then OR NOT COALESCE(d.paired, FALSE))
),
line AS (
  SELECT DISTINCT s.fixmedins_code, l.mdtrt_id, l.bkkp_sn, l.inscp_fen
  FROM sign s
  JOIN dialysis_line l ON l.psn_no = s.psn_no AND l.fixmedins_code = s.fixmedins_code AND l.day = s.day AND l.kind = 'session'
),
lines AS (
  SELECT fixmedins_code, LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS rows_of
  FROM line
  GROUP BY fixmedins_code
)
-- the centre weighs and writes: its patients may not even know what stands there
SELECT 'institution' AS subject_type,
       s.fixmedins_code AS subject_id,
       l.rows_of AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(session_id := s.session_id, fen := CAST(0 AS BIGINT)))) AS dialysis_session_rows,
       COUNT(*) AS sessions_without_loss,
       COUNT(DISTINCT s.psn_no) AS patients
FROM sign s
LEFT JOIN lines l ON l.fixmedins_code = s.fixmedins_code
GROUP BY s.fixmedins_code, l.rows_of
ORDER BY s.fixmedins_code
