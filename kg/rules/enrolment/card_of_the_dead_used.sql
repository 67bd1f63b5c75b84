-- One row: a dead person whose card went on; the visits begun after the death.
WITH later AS (
  SELECT m.mdtrt_id, m.psn_no, m.fixmedins_code, d.died_on, CAST(m.begntime AS DATE) AS day, date_diff('day', CAST(d.died_on AS DATE), CAST(m.begntime AS DATE)) AS days_after
  FROM mdtrt_d m
  JOIN death d ON d.psn_no = m.psn_no
  WHERE m.vali_flag = '1' AND COALESCE(m.nwb_flag, '0') <> '1'
    AND date_diff('day', CAST(d.died_on AS DATE), CAST(m.begntime AS DATE)) > $grace_days
),
alive AS (
  -- the holder's own face, known from before the day of death
  SELECT DISTINCT c.psn_no
  FROM face_check c
  JOIN death d ON d.psn_no = c.psn_no
  JOIN own_face o ON o.psn_no = c.psn_no AND o.template_id = c.template_id AND CAST(o.first_seen AS DATE) <= CAST(d.died_on AS DATE)
  WHERE c.result = 'pass' AND COALESCE(c.live_result, 'pass') <> 'fail'
    AND date_diff('day', CAST(d.died_on AS DATE), CAST(c.check_time AS DATE)) > $grace_days
),
inventor AS (
  -- a house that bills several of the dead needs nobody's card
  SELECT fixmedins_code FROM later GROUP BY fixmedins_code HAVING COUNT(DISTINCT psn_no) >= $house_persons
),
paid AS (
  SELECT v.mdtrt_id, v.psn_no, v.died_on, v.day, v.days_after, n.setl_id
  FROM later v
  JOIN net_settlement n ON n.mdtrt_id = v.mdtrt_id AND n.paid_fen > 0
  ANTI JOIN alive a ON a.psn_no = v.psn_no
  ANTI JOIN inventor i ON i.fixmedins_code = v.fixmedins_code
)
SELECT 'patient' AS subject_type,
       psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       MIN(died_on) AS died_on,
       COUNT(DISTINCT day) AS days_used,
       MAX(days_after) AS last_use_days_after
FROM paid
GROUP BY psn_no
HAVING COUNT(DISTINCT day) >= $min_days
ORDER BY psn_no
