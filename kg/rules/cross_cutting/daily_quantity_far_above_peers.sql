-- One row: a doctor, and the lines on which he gave far more of a drug for the days that he wrote than other doctors give of it.
WITH line AS (
  -- equal packs of all makers are one drug
  SELECT c.*, substr(c.med_list_codg, 1, CASE substr(c.med_list_codg, 1, 1) WHEN 'Z' THEN 15 ELSE 18 END) AS pack
  FROM drug_course c
  ANTI JOIN code_group g ON g.list_name = 'med_type' AND g.group_name = 'inpatient' AND g.code = substr(c.med_type, 1, 2)
  WHERE c.bilg_dr_code IS NOT NULL AND c.stated_days > $loading_days AND c.systemic
),
usual AS (
  SELECT pack, MEDIAN(cnt / stated_days) AS a_day
  FROM line
  GROUP BY pack
  HAVING COUNT(DISTINCT bilg_dr_code) >= $min_doctors AND COUNT(DISTINCT psn_no) >= $min_persons
),
judged AS (
  -- a pack is not cut: what twice the usual would need is rounded up, and a whole pack is left over beyond it
  SELECT l.*, l.cnt / l.stated_days / u.a_day AS times, FLOOR(u.a_day * $times * l.stated_days) + 1 AS enough
  FROM line l
  JOIN usual u ON u.pack = l.pack
),
doctor AS (
  SELECT bilg_dr_code, COUNT(*) AS lines, COUNT_IF(cnt - enough >= 1) AS beyond FROM judged GROUP BY bilg_dr_code
),
everybody AS (
  SELECT CAST(SUM(beyond) AS DOUBLE) / CAST(SUM(lines) AS DOUBLE) AS rate FROM doctor
)
SELECT 'doctor' AS subject_type,
       j.bilg_dr_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := j.mdtrt_id, bkkp_sn := j.bkkp_sn,
           fen := CAST(ROUND(CAST(j.inscp_fen AS DOUBLE) * (j.cnt - j.enough) / j.cnt, 0) AS BIGINT)))) AS fee_list_d_rows,
       COUNT(DISTINCT j.psn_no) AS persons,
       MEDIAN(j.times) AS times_usual
FROM judged j
JOIN doctor d ON d.bilg_dr_code = j.bilg_dr_code
CROSS JOIN everybody e
WHERE j.cnt - j.enough >= 1
GROUP BY j.bilg_dr_code
HAVING COUNT(*) >= $min_lines AND COUNT(*) >= MAX(d.lines * e.rate) + $z * SQRT(MAX(d.lines * e.rate))
ORDER BY j.bilg_dr_code
