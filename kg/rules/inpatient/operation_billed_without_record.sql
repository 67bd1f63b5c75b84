-- One row: a stay billed for an operation of which no record and no note exist, in a hospital that keeps such records.
WITH candidate AS (
  -- the chapter of operations, its anaesthesias taken off
  SELECT l.*, o.mdtrt_id IS NOT NULL AS recorded
  FROM stay_line l
  LEFT JOIN (SELECT mdtrt_id FROM operation UNION SELECT mdtrt_id FROM clinical_note WHERE note_type IN ('operation', 'anaesthesia')) o
         ON o.mdtrt_id = l.mdtrt_id
  WHERE l.charge = '06' AND substr(l.med_list_codg, 1, 4) = '0033' AND substr(l.med_list_codg, 1, 6) <> '003301'
),
item AS (
  -- what is done at the bedside has no record anywhere: only items that nearly always have one are judged
  SELECT med_list_codg
  FROM (SELECT DISTINCT med_list_codg, mdtrt_id, recorded FROM candidate) AS once
  GROUP BY med_list_codg
  HAVING COUNT(*) >= $min_stays AND COUNT_IF(recorded) >= COUNT(*) * $item_feed
),
feed AS (
  SELECT fixmedins_code
  FROM (SELECT DISTINCT fixmedins_code, mdtrt_id, recorded FROM candidate SEMI JOIN item i ON i.med_list_codg = candidate.med_list_codg) AS once
  GROUP BY fixmedins_code
  HAVING COUNT_IF(recorded) >= COUNT(*) * $feed
)
SELECT 'encounter' AS subject_type,
       c.mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := t.mdtrt_id, bkkp_sn := t.bkkp_sn, fen := t.inscp_fen))) AS fee_list_d_rows,
       COUNT(DISTINCT c.bkkp_sn) AS operations,
       MIN(c.day) AS first_day
FROM candidate c
SEMI JOIN item i ON i.med_list_codg = c.med_list_codg
SEMI JOIN feed f ON f.fixmedins_code = c.fixmedins_code
JOIN stay s ON s.mdtrt_id = c.mdtrt_id AND s.ends_at IS NOT NULL
-- the operation itself and the anaesthesia of the same stay
JOIN theatre_line t ON t.mdtrt_id = c.mdtrt_id AND (t.bkkp_sn = c.bkkp_sn OR substr(t.med_list_codg, 1, 6) = '003301')
WHERE NOT c.recorded
GROUP BY c.mdtrt_id
ORDER BY c.mdtrt_id
