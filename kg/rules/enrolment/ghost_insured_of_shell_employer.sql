-- One row: an employer that pays nobody and insures people who lie in hospital soon after; all that the fund paid for its unpaid members is cited.
WITH known AS (
  SELECT MAX(CAST(setl_time AS DATE)) AS until FROM net_settlement
),
member AS (
  SELECT e.*
  FROM employed e
  CROSS JOIN known k
  -- a first wage may be late: who is not on the second sheet after he came will be on none
  WHERE CAST(e.begndate AS DATE) + CAST($days AS INTEGER) <= k.until
     OR e.last_sheet >= EXTRACT(year FROM e.begndate) * 12 + EXTRACT(month FROM e.begndate) + $later_sheets
),
firm AS (
  SELECT emp_no, COUNT(DISTINCT psn_no) AS members, COUNT(DISTINCT psn_no) FILTER (WHERE waged) AS waged, BOOL_OR(sheets) AS sheets
  FROM member
  GROUP BY emp_no
),
paper AS (
  -- most members have no wage, by the firm's own sheets or, where it sends none, by the tax office's count
  SELECT f.emp_no, f.members, CASE WHEN f.sheets THEN f.waged ELSE CAST(b.tax_psn_cnt AS BIGINT) END AS paid
  FROM firm f
  LEFT JOIN insu_emp_b b ON b.emp_no = f.emp_no
  WHERE f.members >= $min_members
    AND f.members - CASE WHEN f.sheets THEN f.waged ELSE CAST(b.tax_psn_cnt AS BIGINT) END >= f.members * $share
),
ill AS (
  SELECT m.emp_no, COUNT(DISTINCT m.psn_no) AS persons
  FROM member m
  JOIN stay s ON s.psn_no = m.psn_no AND CAST(s.begntime AS DATE) >= CAST(m.begndate AS DATE)
             AND CAST(s.begntime AS DATE) <= CAST(m.begndate AS DATE) + CAST($window_days AS INTEGER)
  WHERE NOT m.waged
  GROUP BY m.emp_no
),
shell AS (
  SELECT p.emp_no, p.members, p.paid, i.persons AS ill
  FROM paper p
  JOIN ill i ON i.emp_no = p.emp_no
  WHERE i.persons >= $min_members AND i.persons >= p.members * $ill_share
)
SELECT 'employer' AS subject_type,
       s.emp_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(psn_insu_rlts_id := m.psn_insu_rlts_id, fen := CAST(0 AS BIGINT)))) AS psn_insu_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := n.setl_id, fen := CAST(0 AS BIGINT))) FILTER (WHERE n.setl_id IS NOT NULL)) AS setl_d_rows,
       MAX(s.members) AS employees,
       MAX(s.paid) AS paid_wages,
       MAX(s.ill) AS in_hospital
FROM shell s
JOIN member m ON m.emp_no = s.emp_no AND NOT m.waged
LEFT JOIN net_settlement n ON n.psn_no = m.psn_no AND CAST(n.setl_time AS DATE) >= CAST(m.begndate AS DATE)
                          AND CAST(n.setl_time AS DATE) <= CAST(m.enddate AS DATE)
GROUP BY s.emp_no
ORDER BY s.emp_no
