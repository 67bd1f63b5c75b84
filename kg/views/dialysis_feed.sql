-- One row: a centre, and what it can show for the billed days of its usual patient: sessions recorded, faces asked for.
SELECT fixmedins_code, COUNT(*) AS persons, MEDIAN(recorded_share) AS recorded_share, MEDIAN(asked_share) AS asked_share
FROM (SELECT fixmedins_code, psn_no,
             CAST(COUNT_IF(recorded > 0) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS recorded_share,
             CAST(COUNT_IF(asked > 0) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS asked_share
      FROM dialysis_day
      GROUP BY fixmedins_code, psn_no) AS patients
GROUP BY fixmedins_code
