-- One row: a day of a stay on which a doctor's order ran, leave not counted.
-- may lack: drord_d
SELECT DISTINCT d.mdtrt_id, CAST(x.day AS DATE) AS day
FROM drord_d d
CROSS JOIN UNNEST(generate_series(CAST(d.begntime AS DATE), CAST(COALESCE(d.stoptime, d.begntime) AS DATE), INTERVAL 1 DAY)) AS x(day)
ANTI JOIN leave_day l ON l.mdtrt_id = d.mdtrt_id AND l.day = CAST(x.day AS DATE)
WHERE d.begntime IS NOT NULL
