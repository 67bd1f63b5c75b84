SELECT start_key, end_key, MIN(moment) AS moment
FROM (
  SELECT session_id AS start_key, check_in_id AS end_key, 'in' AS moment FROM dialysis_session
  UNION ALL SELECT session_id, check_out_id, 'out' FROM dialysis_session
) checks
WHERE end_key IS NOT NULL
GROUP BY 1, 2
