-- Visits with exactly one settlement: a row that names only its visit still finds its settlement.
SELECT mdtrt_id, MIN(setl_id) AS setl_id
FROM setl_d
WHERE vali_flag = '1' AND mdtrt_id IS NOT NULL
GROUP BY mdtrt_id
HAVING COUNT(*) = 1
