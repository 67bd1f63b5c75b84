-- One row a finding: for how many of its visits do records of that time exist?
WITH visit AS (
  SELECT DISTINCT h.finding_id, h.mdtrt_id, h.fixmedins_code, CAST(m.begntime AS DATE) AS began, CAST(coalesce(m.endtime, m.begntime) AS DATE) AS ended
  FROM hit_row AS h JOIN mdtrt_d AS m ON m.mdtrt_id = h.mdtrt_id
), record AS (
  SELECT mdtrt_id, CAST(note_time AS DATE) AS day FROM clinical_note
  UNION ALL SELECT mdtrt_id, CAST(coalesce(rpot_time, exam_time) AS DATE) FROM exam_rpot
  UNION ALL SELECT mdtrt_id, CAST(coalesce(rpot_time, test_time) AS DATE) FROM test_rpot
  UNION ALL SELECT mdtrt_id, CAST(begntime AS DATE) FROM drord_d
  UNION ALL SELECT mdtrt_id, CAST(taken_at AS DATE) FROM vital_sign
), keeper AS (           -- institutions that deliver records at all
  SELECT DISTINCT m.fixmedins_code FROM mdtrt_d AS m WHERE m.mdtrt_id IN (SELECT mdtrt_id FROM record)
), kept AS (
  SELECT v.finding_id, v.mdtrt_id,
         COUNT(*) FILTER (WHERE date_diff('day', v.ended, r.day) <= $late) AS in_time, COUNT(*) FILTER (WHERE date_diff('day', v.ended, r.day) > $late) AS late
  FROM visit AS v JOIN record AS r ON r.mdtrt_id = v.mdtrt_id GROUP BY v.finding_id, v.mdtrt_id
), counted AS (
  SELECT v.finding_id, COUNT(*) AS visits, COUNT(*) FILTER (WHERE k.in_time > 0) AS recorded, COUNT(*) FILTER (WHERE k.in_time = 0 AND k.late > 0) AS late,
         COUNT(p.fixmedins_code) AS testable
  FROM visit AS v
  LEFT JOIN kept AS k ON k.finding_id = v.finding_id AND k.mdtrt_id = v.mdtrt_id
  LEFT JOIN keeper AS p ON p.fixmedins_code = v.fixmedins_code
  GROUP BY v.finding_id
)
SELECT finding_id, visits, recorded, late, CASE WHEN testable > 0 THEN recorded >= $enough * visits END AS explained, false AS closes
FROM counted
