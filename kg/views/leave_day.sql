-- One row: a day on which a patient was away with an order.
-- may lack: drord_d
SELECT DISTINCT d.mdtrt_id, CAST(x.day AS DATE) AS day
FROM drord_d d
CROSS JOIN UNNEST(generate_series(CAST(d.begntime AS DATE), CAST(COALESCE(d.stoptime, d.begntime) AS DATE), INTERVAL 1 DAY)) AS x(day)
WHERE regexp_matches(lower(COALESCE(d.drord_type, '') || ' ' || COALESCE(d.route, '') || ' ' || COALESCE(d.frequ, '')), 'leave|请假|外出|离院')
