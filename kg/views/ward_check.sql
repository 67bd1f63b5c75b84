-- One row: a face check of an inpatient.
-- kept: read by every rule about presence
SELECT check_id, mdtrt_id, psn_no, fixmedins_code, check_time, CAST(check_time AS DATE) AS day, check_kind, result, live_result, image_sha256,
       template_id, device_id, lnt, lat
FROM face_check
WHERE check_kind IN ('admission', 'daily_ward', 'spot_check') AND mdtrt_id IS NOT NULL
