-- One row: a camera and a day on which it recognised somebody; a day without one is a day on which it may have been out of order.
SELECT device_id, CAST(check_time AS DATE) AS day, COUNT(DISTINCT psn_no) AS persons
FROM face_check
WHERE result = 'pass' AND device_id IS NOT NULL
GROUP BY device_id, CAST(check_time AS DATE)
