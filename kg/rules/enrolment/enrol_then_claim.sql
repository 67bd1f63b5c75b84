-- One row: a person whom an employer insured shortly before a stay and whose name is on none of its wage sheets; the spell and the stays.
WITH fresh AS (
  SELECT e.*
  FROM employed e
  -- who changes jobs was insured as an employee before
  ANTI JOIN psn_insu_d b ON b.psn_no = e.psn_no AND COALESCE(b.insutype, '310') = '310' AND b.begndate < e.begndate
                        AND (b.enddate IS NULL OR CAST(b.enddate AS DATE) >= CAST(e.begndate AS DATE) - CAST($gap_days AS INTEGER))
  WHERE e.sheets AND NOT e.waged
    AND e.last_sheet >= EXTRACT(year FROM e.begndate) * 12 + EXTRACT(month FROM e.begndate) + $later_sheets
),
treated AS (
  SELECT f.psn_insu_rlts_id, f.psn_no, f.emp_no, s.mdtrt_id, date_diff('day', CAST(f.begndate AS DATE), CAST(s.begntime AS DATE)) AS days
  FROM fresh f
  JOIN stay s ON s.psn_no = f.psn_no AND CAST(s.begntime AS DATE) >= CAST(f.begndate AS DATE) AND CAST(s.begntime AS DATE) <= CAST(f.enddate AS DATE)
             AND CAST(s.begntime AS DATE) <= CAST(f.begndate AS DATE) + CAST($window_days AS INTEGER)
  WHERE NOT s.with_newborn
)
SELECT 'patient' AS subject_type,
       psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(psn_insu_rlts_id := psn_insu_rlts_id, fen := CAST(0 AS BIGINT)))) AS psn_insu_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       MIN(emp_no) AS employer,
       MIN(days) AS days_until_the_stay
FROM treated
GROUP BY psn_no
ORDER BY psn_no
