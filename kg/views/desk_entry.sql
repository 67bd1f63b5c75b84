-- One row: a visit that the bureau's desk entered from papers (手工报销): what it says of beds, days and doctors, no hospital has reported.
SELECT mdtrt_id
FROM setl_d
WHERE vali_flag = '1' AND mdtrt_id IS NOT NULL
GROUP BY mdtrt_id
HAVING COUNT_IF(COALESCE(setl_type, '') <> '1') = 0
