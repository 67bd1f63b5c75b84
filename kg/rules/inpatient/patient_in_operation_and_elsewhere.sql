-- One row: a patient treated in two places at once: under the knife, and by a therapist's log, a camera or a bill elsewhere.
WITH lying AS (
  SELECT o.setl_list_oprn_id, o.mdtrt_id, o.psn_no, o.fixmedins_code, CAST(FLOOR(epoch(o.begins_at)) AS BIGINT) + $margin_minutes * 60 AS from_second,
         CAST(FLOOR(epoch(o.ends_at)) AS BIGINT) - $margin_minutes * 60 AS to_second
  FROM operation o
  JOIN mdtrt_d m ON m.mdtrt_id = o.mdtrt_id
  WHERE o.begins_at IS NOT NULL AND COALESCE(m.nwb_flag, '0') <> '1'
),
trained AS (
  SELECT y.setl_list_oprn_id, y.mdtrt_id, t.session_id, t.psn_no, t.fixmedins_code, CAST(t.begntime AS DATE) AS day, t.med_list_codg
  FROM lying y
  JOIN therapy_session t ON t.psn_no = y.psn_no
   AND CAST(FLOOR(epoch(t.begntime)) AS BIGINT) < y.to_second AND CAST(FLOOR(epoch(t.endtime)) AS BIGINT) > y.from_second
),
dialysed AS (
  SELECT y.setl_list_oprn_id, y.mdtrt_id, d.session_id, d.psn_no, d.fixmedins_code, CAST(d.begntime AS DATE) AS day
  FROM lying y
  JOIN dialysis_session d ON d.psn_no = y.psn_no AND d.fixmedins_code <> y.fixmedins_code
   AND CAST(FLOOR(epoch(d.begntime)) AS BIGINT) < y.to_second AND CAST(FLOOR(epoch(d.endtime)) AS BIGINT) > y.from_second
),
seen AS (
  SELECT y.setl_list_oprn_id, y.mdtrt_id, c.check_id
  FROM lying y
  JOIN face_check c ON c.psn_no = y.psn_no AND c.fixmedins_code <> y.fixmedins_code AND c.result = 'pass' AND COALESCE(c.live_result, 'pass') <> 'fail'
   AND CAST(FLOOR(epoch(c.check_time)) AS BIGINT) > y.from_second AND CAST(FLOOR(epoch(c.check_time)) AS BIGINT) < y.to_second
),
clash AS (
  SELECT setl_list_oprn_id, mdtrt_id FROM trained
  UNION
  SELECT setl_list_oprn_id, mdtrt_id FROM dialysed
  UNION
  SELECT setl_list_oprn_id, mdtrt_id FROM seen
),
line AS (
  -- what was billed for the treatment that cannot have been; a face elsewhere accuses the operation itself
  SELECT t.mdtrt_id AS operated_in, l.mdtrt_id, l.bkkp_sn, l.inscp_fen
  FROM trained t
  JOIN net_line l ON l.psn_no = t.psn_no AND l.fixmedins_code = t.fixmedins_code AND CAST(l.fee_ocur_time AS DATE) = t.day
                 AND l.med_list_codg = t.med_list_codg
  UNION
  SELECT d.mdtrt_id AS operated_in, l.mdtrt_id, l.bkkp_sn, l.inscp_fen
  FROM dialysed d
  JOIN dialysis_line l ON l.psn_no = d.psn_no AND l.fixmedins_code = d.fixmedins_code AND l.day = d.day AND l.kind = 'session'
  UNION
  SELECT s.mdtrt_id AS operated_in, l.mdtrt_id, l.bkkp_sn, l.inscp_fen
  FROM seen s
  JOIN theatre_line l ON l.mdtrt_id = s.mdtrt_id
),
lines AS (
  SELECT operated_in, LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS rows_of FROM line GROUP BY operated_in
)
SELECT 'encounter' AS subject_type,
       c.mdtrt_id AS subject_id,
       l.rows_of AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_list_oprn_id := c.setl_list_oprn_id, fen := CAST(0 AS BIGINT)))) AS setl_list_oprn_d_rows,
       COUNT(DISTINCT t.session_id) AS therapy_sessions,
       COUNT(DISTINCT d.session_id) AS dialysis_sessions,
       COUNT(DISTINCT s.check_id) AS faces_elsewhere
FROM clash c
LEFT JOIN trained t ON t.setl_list_oprn_id = c.setl_list_oprn_id
LEFT JOIN dialysed d ON d.setl_list_oprn_id = c.setl_list_oprn_id
LEFT JOIN seen s ON s.setl_list_oprn_id = c.setl_list_oprn_id
LEFT JOIN lines l ON l.operated_in = c.mdtrt_id
GROUP BY c.mdtrt_id, l.rows_of
ORDER BY c.mdtrt_id
