-- A hub is an institution's own number, or one that too many persons give: one crowd, or a smaller one from many places.
SELECT
  u.h AS tel_h,
  BOOL_OR(u.label = 'Institution')
    OR COUNT(*) FILTER (WHERE u.label = 'Patient') > MIN(s.hub_persons)
    OR (COUNT(*) FILTER (WHERE u.label = 'Patient') > MIN(s.hub_spread) AND COUNT(DISTINCT u.area) > MIN(s.hub_areas)) AS hub,
  CASE
    WHEN BOOL_OR(u.label = 'Institution') THEN 'desk'
    WHEN COUNT(*) FILTER (WHERE u.label = 'Patient') > MIN(s.hub_persons) THEN 'crowd'
    WHEN COUNT(*) FILTER (WHERE u.label = 'Patient') > MIN(s.hub_spread) AND COUNT(DISTINCT u.area) > MIN(s.hub_areas) THEN 'crowd'
  END AS hub_why
FROM phone_use u CROSS JOIN setting s
GROUP BY u.h
