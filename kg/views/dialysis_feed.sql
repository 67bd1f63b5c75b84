-- One row: a centre, and how many of its billed days carry a recorded session, a pair of faces.
SELECT fixmedins_code, COUNT(*) AS days,
       CAST(COUNT_IF(recorded > 0) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS recorded_share,
       CAST(COUNT_IF(paired) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS paired_share,
       CAST(COUNT_IF(asked > 0) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS asked_share
FROM dialysis_day
GROUP BY fixmedins_code
