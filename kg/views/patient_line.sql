-- One row: a limited line and its patient on that day. years: age with its fraction; where only complete years are written down, those.
SELECT l.*, v.sex, v.born, v.may_be_child, v.hosp_lv, v.fixmedins_name, v.matn_type, v.begntime, v.endtime,
       COALESCE(CAST(date_diff('day', CAST(v.born AS DATE), CAST(l.fee_ocur_time AS DATE)) AS DOUBLE) / 365.25, CAST(v.age_said AS DOUBLE)) AS years
FROM point_line l
JOIN visit_patient v ON v.mdtrt_id = l.mdtrt_id
