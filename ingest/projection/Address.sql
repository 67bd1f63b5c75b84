-- An address lies in one area, so only the size of the crowd counts.
SELECT
  u.h AS addr_h,
  MAX(u.area) AS area,
  BOOL_OR(u.label = 'Institution') OR COUNT(*) FILTER (WHERE u.label = 'Patient') > MIN(s.hub_persons) AS hub,
  CASE
    WHEN BOOL_OR(u.label = 'Institution') THEN 'desk'
    WHEN COUNT(*) FILTER (WHERE u.label = 'Patient') > MIN(s.hub_persons) THEN 'crowd'
  END AS hub_why
FROM address_use u CROSS JOIN setting s
GROUP BY u.h
