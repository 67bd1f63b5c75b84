-- One row: an institution, and the lines of visits that were billed more of an item than their days allow.
WITH billed AS (
  SELECT l.*, CAST(l.cnt AS DOUBLE) AS n, CAST(l.limit_qty AS DOUBLE) AS per_day
  FROM patient_line l
  WHERE l.rule_kind = 'service_daily_frequency_exceeded' AND NOT l.may_be_child AND l.day IS NOT NULL
),
visit AS (
  SELECT mdtrt_id, subject_name, SUM(n) AS total, MAX(per_day) AS per_day,
         GREATEST(COUNT(DISTINCT day),
                  COALESCE(date_diff('day', CAST(MIN(begntime) AS DATE), CAST(COALESCE(MAX(endtime), MAX(fee_ocur_time)) AS DATE)) + 1, 0)) AS days
  FROM billed
  GROUP BY mdtrt_id, subject_name
),
over_day AS (
  SELECT DISTINCT mdtrt_id, subject_name
  FROM (SELECT mdtrt_id, subject_name, day FROM billed GROUP BY mdtrt_id, subject_name, day HAVING SUM(n) > MAX(per_day)) d
),
counted AS (
  SELECT b.*, v.total, v.per_day * CAST(v.days AS DOUBLE) AS allowed,
         SUM(b.n) OVER (PARTITION BY b.mdtrt_id, b.subject_name ORDER BY b.fee_ocur_time, b.bkkp_sn ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far
  FROM billed b
  JOIN visit v ON v.mdtrt_id = b.mdtrt_id AND v.subject_name = b.subject_name
  SEMI JOIN over_day o ON o.mdtrt_id = b.mdtrt_id AND o.subject_name = b.subject_name
)
SELECT 'institution' AS subject_type,
       fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn,
           fen := CAST(ROUND(CAST(inscp_fen AS DOUBLE) * LEAST(so_far - allowed, n) / n, 0) AS BIGINT)))) AS fee_list_d_rows,
       MIN(subject_name) AS item,
       COUNT(DISTINCT subject_name) AS items,
       COUNT(DISTINCT mdtrt_id) AS visits,
       MIN(point) AS point
FROM counted
WHERE so_far > allowed
GROUP BY fixmedins_code
HAVING COUNT(*) >= $min_lines
ORDER BY fixmedins_code
