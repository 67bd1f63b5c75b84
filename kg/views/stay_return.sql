-- One row: a discharge home, and the next stay in the same hospital for the same illness, if there is one. Treatment in cycles is left out; who comes
-- back in an emergency, for another illness or to be operated did not return.
-- may lack: setl_list_oprn_d, clinical_note
WITH follow AS (
  SELECT s.mdtrt_id, s.identity, s.fixmedins_code, s.disease, s.ends_at, s.stay_days, COALESCE(s.dscg_way, '1') AS way, s.med_type,
         LEAD(s.mdtrt_id) OVER visits AS next_id,
         LEAD(s.disease) OVER visits AS next_disease,
         LEAD(s.med_type) OVER visits AS next_type,
         date_diff('day', CAST(s.ends_at AS DATE), CAST(LEAD(s.begntime) OVER visits AS DATE)) AS gap
  FROM stay s
  WHERE NOT s.with_newborn
  WINDOW visits AS (PARTITION BY s.identity, s.fixmedins_code ORDER BY s.begntime, s.mdtrt_id)
),
came AS (
  SELECT f.*, COALESCE(f.gap >= 0 AND f.next_disease = f.disease AND substr(f.next_type, 1, 2) NOT IN ('24', '28') AND o.mdtrt_id IS NULL, FALSE) AS returned
  FROM follow f
  LEFT JOIN (SELECT DISTINCT mdtrt_id FROM operation) o ON o.mdtrt_id = f.next_id
)
SELECT mdtrt_id, identity, fixmedins_code, disease, ends_at, stay_days,
       CASE WHEN returned THEN next_id END AS next_id,
       CASE WHEN returned THEN gap END AS gap_days
FROM came
WHERE ends_at IS NOT NULL AND disease IS NOT NULL AND way NOT IN ('2', '4', '5') AND substr(med_type, 1, 2) <> '28'
  AND disease NOT IN ('Z51', 'Z49', 'N18')
