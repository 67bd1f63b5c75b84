-- One row: something a patient did elsewhere while lying in a hospital bed. with_face: a camera there recognised the patient.
-- kept: settlements and checks meet all stays once
-- may lack: face_check, drord_d
WITH bill AS (
  SELECT s.mdtrt_id, n.fixmedins_code AS place, n.setl_time AS at_time, FALSE AS with_face, n.setl_id, CAST(NULL AS VARCHAR) AS check_id,
         n.mdtrt_id AS other_visit, CAST(NULL AS VARCHAR) AS template_id
  FROM stay s
  JOIN net_settlement n ON n.psn_no = s.psn_no AND n.fixmedins_code <> s.fixmedins_code AND n.setl_time > s.begntime AND n.setl_time < s.ends_at
  WHERE COALESCE(substr(n.med_type, 1, 2), '') NOT IN (SELECT code FROM code_group WHERE list_name = 'med_type' AND group_name = 'inpatient')
),
face AS (
  SELECT s.mdtrt_id, c.fixmedins_code AS place, c.check_time AS at_time, TRUE AS with_face, CAST(NULL AS VARCHAR) AS setl_id, c.check_id,
         c.mdtrt_id AS other_visit, c.template_id
  FROM stay s
  JOIN face_check c ON c.psn_no = s.psn_no AND c.fixmedins_code <> s.fixmedins_code AND c.check_time > s.begntime AND c.check_time < s.ends_at
  WHERE c.check_kind IN ('pharmacy', 'clinic', 'rehab_in', 'rehab_out') AND c.result = 'pass' AND COALESCE(c.live_result, 'pass') <> 'fail'
)
SELECT e.*, s.fixmedins_code, s.begntime, s.ends_at, CAST(e.at_time AS DATE) AS day
FROM (SELECT * FROM bill UNION ALL SELECT * FROM face) e
JOIN stay s ON s.mdtrt_id = e.mdtrt_id
LEFT JOIN mdtrt_d m ON m.mdtrt_id = e.other_visit
ANTI JOIN leave_day l ON l.mdtrt_id = e.mdtrt_id AND l.day = CAST(e.at_time AS DATE)
WHERE m.refl_old_mdtrt_id IS NULL OR m.refl_old_mdtrt_id <> e.mdtrt_id
