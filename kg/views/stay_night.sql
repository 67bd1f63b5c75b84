-- One row: a patient's night in a hospital, as the claims tell it. Newborns, day cases and nights of leave need no bed.
-- may lack: drord_d
SELECT s.mdtrt_id, s.identity, s.fixmedins_code, CAST(x.day AS DATE) AS night
FROM stay s
CROSS JOIN UNNEST(generate_series(CAST(s.begntime AS DATE), CAST(s.ends_at AS DATE) - 1, INTERVAL 1 DAY)) AS x(day)
ANTI JOIN leave_day l ON l.mdtrt_id = s.mdtrt_id AND l.day = CAST(x.day AS DATE)
WHERE s.ends_at IS NOT NULL AND s.begntime IS NOT NULL AND NOT s.with_newborn AND substr(s.med_type, 1, 2) <> '28'
