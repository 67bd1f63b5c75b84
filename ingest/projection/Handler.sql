-- An account that settles more than a twentieth of everything is a machine, not a person.
WITH load AS (SELECT opter_id, COUNT(*) AS n FROM setl_d WHERE vali_flag = '1' AND opter_id IS NOT NULL GROUP BY opter_id),
total AS (SELECT SUM(n) AS n FROM load)
SELECT
  l.opter_id,
  l.n > s.hub_settlements AND l.n * 20 > t.n AS hub,
  CASE WHEN l.n > s.hub_settlements AND l.n * 20 > t.n THEN 'crowd' END AS hub_why
FROM load l CROSS JOIN total t CROSS JOIN setting s
