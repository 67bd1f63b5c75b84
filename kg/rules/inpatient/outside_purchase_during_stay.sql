-- One row: a stay whose patient was active elsewhere: recognised by a camera there, or with the card used on several days of absence.
WITH event AS (
  SELECT e.*, d.present AS seen_in_ward, d.asked AND NOT d.present AS missed_in_ward, NOT (d.treated OR d.witnessed) AS blank_in_ward
  FROM outside_event e
  JOIN stay_day d ON d.mdtrt_id = e.mdtrt_id AND d.day = e.day
  -- a ward without machines sends its patients out to dialysis; whether they lay on one there is a question of its own
  ANTI JOIN dialysis_line l ON l.mdtrt_id = e.other_visit
  -- where somebody else lay in the bed, it was not empty; and a newborn's bed, on the mother's number, is not hers
  ANTI JOIN lent_bed b ON b.mdtrt_id = e.mdtrt_id
  ANTI JOIN mdtrt_d c ON c.mdtrt_id = e.mdtrt_id AND c.nwb_flag = '1'
  WHERE CAST(FLOOR(epoch(e.at_time)) AS BIGINT) - CAST(FLOOR(epoch(e.begntime)) AS BIGINT) > $buffer_hours * 3600
    AND CAST(FLOOR(epoch(e.ends_at)) AS BIGINT) - CAST(FLOOR(epoch(e.at_time)) AS BIGINT) > $buffer_hours * 3600
),
weighed AS (
  SELECT mdtrt_id,
         COUNT(DISTINCT day) FILTER (WHERE with_face AND missed_in_ward) AS missed_days,
         COUNT(DISTINCT day) FILTER (WHERE with_face AND NOT seen_in_ward) AS unseen_days,
         COUNT(DISTINCT day) FILTER (WHERE with_face) AS face_days,
         -- the family may hold the card: a day of its use speaks where the ward, too, knows nothing of the patient
         COUNT(DISTINCT day) FILTER (WHERE NOT seen_in_ward AND (missed_in_ward OR blank_in_ward)) AS card_days
  FROM event
  GROUP BY mdtrt_id
),
absent AS (
  SELECT mdtrt_id, COUNT_IF(asked AND NOT present) AS days FROM stay_day GROUP BY mdtrt_id
),
hit AS (
  SELECT w.*
  FROM weighed w
  JOIN absent a ON a.mdtrt_id = w.mdtrt_id
  -- one outing may be an errand, during which the ward's check came; whoever is missed on other days too was not only out for an hour
  WHERE (w.missed_days >= $min_events AND a.days >= $min_missed) OR w.unseen_days > $min_events OR w.card_days >= $weak_events
),
line AS (
  SELECT DISTINCT l.mdtrt_id, l.bkkp_sn, l.inscp_fen
  FROM event e
  SEMI JOIN hit h ON h.mdtrt_id = e.mdtrt_id
  JOIN stay_line l ON l.mdtrt_id = e.mdtrt_id AND l.day = e.day
),
lines AS (
  SELECT mdtrt_id, LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS rows_of FROM line GROUP BY mdtrt_id
)
SELECT 'encounter' AS subject_type,
       h.mdtrt_id AS subject_id,
       l.rows_of AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := h.mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       MAX(h.face_days) AS days_recognised_elsewhere,
       MAX(h.card_days) AS days_card_used_elsewhere
FROM hit h
LEFT JOIN lines l ON l.mdtrt_id = h.mdtrt_id
GROUP BY h.mdtrt_id, l.rows_of
ORDER BY h.mdtrt_id
