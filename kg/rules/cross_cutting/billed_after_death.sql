-- One row: a dead person and an institution that billed visits begun after the death.
WITH later AS (
  SELECT m.mdtrt_id, m.psn_no, m.fixmedins_code, d.died_on
  FROM mdtrt_d m
  JOIN death d ON d.psn_no = m.psn_no
  WHERE m.vali_flag = '1' AND COALESCE(m.nwb_flag, '0') <> '1'
    AND date_diff('day', CAST(d.died_on AS DATE), CAST(m.begntime AS DATE)) > $grace_days
),
alive AS (
  SELECT c.psn_no
  FROM face_check c
  JOIN death d ON d.psn_no = c.psn_no
  WHERE c.result = 'pass' AND COALESCE(c.live_result, 'pass') <> 'fail'
    AND date_diff('day', CAST(d.died_on AS DATE), CAST(c.check_time AS DATE)) > $grace_days
),
cited AS (
  SELECT v.psn_no, v.fixmedins_code, v.mdtrt_id, v.died_on, l.bkkp_sn, l.inscp_fen,
         date_diff('day', CAST(v.died_on AS DATE), CAST(l.fee_ocur_time AS DATE)) AS days_after
  FROM later v
  JOIN net_line l ON l.mdtrt_id = v.mdtrt_id
  ANTI JOIN alive a ON a.psn_no = v.psn_no
  WHERE date_diff('day', CAST(v.died_on AS DATE), CAST(l.fee_ocur_time AS DATE)) > $grace_days
),
place AS (
  -- one dead card at a till is whoever held it; several at one house are its own doing
  SELECT fixmedins_code FROM cited GROUP BY fixmedins_code HAVING COUNT(DISTINCT psn_no) >= $min_persons
)
SELECT 'patient' AS subject_type,
       c.psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := c.mdtrt_id, bkkp_sn := c.bkkp_sn, fen := c.inscp_fen))) AS fee_list_d_rows,
       MAX(c.died_on) AS died_on,
       COUNT(DISTINCT c.mdtrt_id) AS visits_after,
       MAX(c.days_after) AS days_after
FROM cited c
SEMI JOIN place p ON p.fixmedins_code = c.fixmedins_code
GROUP BY c.psn_no, c.fixmedins_code
ORDER BY c.psn_no, c.fixmedins_code
