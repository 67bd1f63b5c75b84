-- One row: a stay and how often somebody can swear to the patient: days seen by a face check, days with treatment, days witnessed.
SELECT s.mdtrt_id,
       COUNT_IF(d.present) AS days_present,
       COUNT_IF(d.treated) AS days_treated,
       COUNT_IF(d.witnessed) AS days_witnessed,
       COUNT(d.day) AS full_days
FROM stay s
LEFT JOIN stay_day d ON d.mdtrt_id = s.mdtrt_id
GROUP BY s.mdtrt_id
