-- One row: a hospital, and the share of its inpatients' days on which a daily check was asked for or passed.
SELECT fixmedins_code, COUNT(*) AS days,
       CAST(COUNT_IF(asked OR present) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS covered,
       CAST(COUNT_IF(present) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS present_share
FROM stay_day
GROUP BY fixmedins_code
