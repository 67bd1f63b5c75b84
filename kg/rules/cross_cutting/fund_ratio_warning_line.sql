-- One row: a fund whose expense of a year passed a line of its income, and an institution that took a large part of it.
WITH month AS (
  SELECT row_id, insu_admdvs, insutype, income, expense,
         CASE WHEN regexp_matches(period, '^[0-9]{4}-?[0-9]{2}$')
              THEN CAST(substr(period, 1, 4) AS BIGINT) * 12
                   + CAST(substr(period, CASE WHEN regexp_matches(period, '-') THEN 6 ELSE 5 END, 2) AS BIGINT) END AS month_no
  FROM fund_month
),
year AS (
  -- the last months that were reported, all of them there
  SELECT m.insu_admdvs, m.insutype, MAX(m.month_no) AS last_month, CAST(SUM(m.income) AS BIGINT) AS income_fen, CAST(SUM(m.expense) AS BIGINT) AS expense_fen,
         LIST_SORT(ARRAY_AGG(STRUCT_PACK(row_id := m.row_id, fen := CAST(0 AS BIGINT)))) AS cited
  FROM month m
  JOIN (SELECT insu_admdvs, insutype, MAX(month_no) AS last_month FROM month GROUP BY insu_admdvs, insutype) l
    ON l.insu_admdvs = m.insu_admdvs AND l.insutype = m.insutype AND m.month_no > l.last_month - $months
  GROUP BY m.insu_admdvs, m.insutype
  HAVING COUNT(DISTINCT m.month_no) = $months
),
short AS (
  SELECT *, CAST(expense_fen AS DOUBLE) / CAST(income_fen AS DOUBLE) AS ratio
  FROM year
  WHERE income_fen > 0 AND CAST(expense_fen AS DOUBLE) >= CAST(income_fen AS DOUBLE) * $line_1
),
paid AS (
  SELECT s.insu_admdvs, s.insutype, n.fixmedins_code,
         CAST(SUM(CASE WHEN y.last_month - (EXTRACT(YEAR FROM n.setl_time) * 12 + EXTRACT(MONTH FROM n.setl_time)) < $months
                       THEN s.fund_pay_sumamt ELSE 0 END) AS BIGINT) AS fen,
         CAST(SUM(CASE WHEN y.last_month - (EXTRACT(YEAR FROM n.setl_time) * 12 + EXTRACT(MONTH FROM n.setl_time)) >= $months
                       THEN s.fund_pay_sumamt ELSE 0 END) AS BIGINT) AS before_fen
  FROM net_settlement n
  JOIN setl_d s ON s.setl_id = n.setl_id
  JOIN short y ON y.insu_admdvs = s.insu_admdvs AND y.insutype = s.insutype
              AND EXTRACT(YEAR FROM n.setl_time) * 12 + EXTRACT(MONTH FROM n.setl_time) <= y.last_month
              AND EXTRACT(YEAR FROM n.setl_time) * 12 + EXTRACT(MONTH FROM n.setl_time) > y.last_month - 2 * $months
  GROUP BY s.insu_admdvs, s.insutype, n.fixmedins_code
),
fund AS (
  SELECT insu_admdvs, insutype, CAST(SUM(fen) AS BIGINT) AS fen, CAST(SUM(before_fen) AS BIGINT) AS before_fen FROM paid GROUP BY insu_admdvs, insutype
)
SELECT 'institution' AS subject_type,
       p.fixmedins_code AS subject_id,
       y.cited AS fund_month_rows,
       y.insu_admdvs AS area,
       y.insutype AS insutype,
       CASE WHEN y.ratio >= $line_3 THEN 3 WHEN y.ratio >= $line_2 THEN 2 ELSE 1 END AS level,
       ROUND(y.ratio, 4) AS ratio,
       ROUND(CAST(p.fen AS DOUBLE) / CAST(f.fen AS DOUBLE), 4) AS share_of_payments,
       -- null: the year before is not in the book
       CASE WHEN f.before_fen > 0 AND f.fen > f.before_fen
            THEN ROUND(CAST(p.fen - p.before_fen AS DOUBLE) / CAST(f.fen - f.before_fen AS DOUBLE), 4) END AS share_of_rise,
       ABS(f.fen - y.expense_fen) > CAST(y.expense_fen AS DOUBLE) * $gap AS books_disagree,
       i.medins_kind AS kind
FROM short y
JOIN paid p ON p.insu_admdvs = y.insu_admdvs AND p.insutype = y.insutype
JOIN fund f ON f.insu_admdvs = y.insu_admdvs AND f.insutype = y.insutype
LEFT JOIN institution i ON i.fixmedins_code = p.fixmedins_code
WHERE f.fen > 0 AND CAST(p.fen AS DOUBLE) >= CAST(f.fen AS DOUBLE) * $share
ORDER BY p.fixmedins_code, y.insu_admdvs, y.insutype
