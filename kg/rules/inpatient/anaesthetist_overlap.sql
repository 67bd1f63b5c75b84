-- One row: an anaesthetist who watched more sleeping patients at once than one person with a trainee can, and the surplus cases.
WITH asleep AS (
  SELECT setl_list_oprn_id, mdtrt_id, psn_no, anst_dr_code, day, asleep_at, awake_at
  FROM operation
  -- local anaesthesia is the surgeon's own
  WHERE anst_dr_code IS NOT NULL AND asleep_at IS NOT NULL AND NOT regexp_matches(COALESCE(anst_way, ''), '^(03|3|局)')
),
load_of AS (
  SELECT a.anst_dr_code, a.setl_list_oprn_id, a.mdtrt_id, a.day, COUNT(DISTINCT b.psn_no) + 1 AS patients
  FROM asleep a
  -- those already asleep when this one was put to sleep, and still asleep after the time of a handover
  JOIN asleep b ON b.anst_dr_code = a.anst_dr_code AND b.psn_no <> a.psn_no
               AND (b.asleep_at < a.asleep_at OR (b.asleep_at = a.asleep_at AND b.setl_list_oprn_id < a.setl_list_oprn_id))
               AND CAST(FLOOR(epoch(LEAST(a.awake_at, b.awake_at))) AS BIGINT) - CAST(FLOOR(epoch(a.asleep_at)) AS BIGINT) > $overlap_minutes * 60
  GROUP BY a.anst_dr_code, a.setl_list_oprn_id, a.mdtrt_id, a.day
  HAVING COUNT(DISTINCT b.psn_no) + 1 > $max_parallel
),
person AS (
  SELECT anst_dr_code, COUNT(*) AS cases, MAX(patients) AS most_at_once
  FROM load_of
  GROUP BY anst_dr_code
  HAVING COUNT(*) >= $min_cases
),
lines AS (
  SELECT anst_dr_code, LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS rows_of
  FROM (SELECT DISTINCT o.anst_dr_code, l.mdtrt_id, l.bkkp_sn, l.inscp_fen
        FROM load_of o
        JOIN theatre_line l ON l.mdtrt_id = o.mdtrt_id AND l.day >= o.day AND l.day <= o.day + 1 AND substr(l.med_list_codg, 1, 6) = '003301') AS billed
  GROUP BY anst_dr_code
)
SELECT 'doctor' AS subject_type,
       o.anst_dr_code AS subject_id,
       l.rows_of AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(setl_list_oprn_id := o.setl_list_oprn_id, fen := CAST(0 AS BIGINT)))) AS setl_list_oprn_d_rows,
       MAX(p.cases) AS cases,
       MAX(p.most_at_once) AS most_at_once
FROM load_of o
JOIN person p ON p.anst_dr_code = o.anst_dr_code
LEFT JOIN lines l ON l.anst_dr_code = o.anst_dr_code
GROUP BY o.anst_dr_code, l.rows_of
ORDER BY o.anst_dr_code
