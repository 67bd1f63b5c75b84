-- One row: a hospital, and the share of the days of its usual stay on which a check was asked for or passed.
SELECT fixmedins_code, COUNT(*) AS stays, MEDIAN(covered) AS covered
FROM (SELECT fixmedins_code, mdtrt_id, CAST(COUNT_IF(asked OR present) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS covered
      FROM stay_day
      GROUP BY fixmedins_code, mdtrt_id) AS stays
GROUP BY fixmedins_code
