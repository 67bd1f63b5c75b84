-- One row: a card and a face that passed its checks: in how many visits, on how many days, first and last, and how well it resembled the
-- card's picture (0 to 1, null = unknown). Pictures without life are left out. in_person: met where nobody may stand in for the holder.
-- kept: the face rules read it
SELECT psn_no, template_id, COUNT(DISTINCT COALESCE(mdtrt_id, CAST(CAST(check_time AS DATE) AS VARCHAR))) AS visits,
       COUNT(DISTINCT CAST(check_time AS DATE)) AS days, MIN(check_time) AS first_seen, MAX(check_time) AS last_seen, MEDIAN(CAST(sim_score AS DOUBLE)) AS likeness,
       COUNT_IF(check_kind <> 'pharmacy') > 0 AS in_person
FROM face_check
WHERE result = 'pass' AND COALESCE(live_result, 'pass') <> 'fail' AND template_id IS NOT NULL
GROUP BY psn_no, template_id
