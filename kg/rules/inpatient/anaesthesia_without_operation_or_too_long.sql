-- One row: a stay billed for an anaesthesia though nothing was done under it.
WITH sleep AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, l.inscp_fen
  FROM stay_line l
  JOIN stay s ON s.mdtrt_id = l.mdtrt_id AND s.ends_at IS NOT NULL AND NOT s.with_newborn
  SEMI JOIN kb_code_set k ON k.code = l.med_list_codg AND k.set_key = 'anaesthesia'
),
reason AS (
  -- a record, a note, a charge for an operation (chapter 33), or a look inside (endoscopy and intervention: chapters 3109 and 32)
  SELECT mdtrt_id FROM operation
  UNION
  SELECT mdtrt_id FROM clinical_note WHERE note_type IN ('operation', 'anaesthesia')
  UNION
  SELECT mdtrt_id
  FROM stay_line
  WHERE charge = '06' OR (substr(med_list_codg, 1, 4) = '0033' AND substr(med_list_codg, 1, 6) <> '003301')
     OR substr(med_list_codg, 1, 6) = '003109' OR substr(med_list_codg, 1, 4) = '0032'
),
judged AS (
  SELECT p.*, r.mdtrt_id IS NOT NULL AS explained
  FROM sleep p
  LEFT JOIN reason r ON r.mdtrt_id = p.mdtrt_id
),
feed AS (
  SELECT fixmedins_code
  FROM (SELECT DISTINCT fixmedins_code, mdtrt_id, explained FROM judged) AS stays
  GROUP BY fixmedins_code
  HAVING COUNT_IF(explained) >= COUNT(*) * $feed
)
SELECT 'encounter' AS subject_type,
       j.mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := j.mdtrt_id, bkkp_sn := j.bkkp_sn, fen := j.inscp_fen))) AS fee_list_d_rows,
       COUNT(*) AS lines
FROM judged j
SEMI JOIN feed f ON f.fixmedins_code = j.fixmedins_code
WHERE NOT j.explained
GROUP BY j.mdtrt_id
ORDER BY j.mdtrt_id
