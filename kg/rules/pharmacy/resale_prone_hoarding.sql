-- One row: a card that collects a drug wanted on the second market, beyond what anybody can take in a year; what lies beyond is cited.
WITH wanted AS (
  SELECT DISTINCT c.ingredient FROM drug_course c JOIN kb_drug k ON k.med_list_codg = c.med_list_codg AND k.resale_risk = '1'
),
bought AS (
  SELECT c.psn_no, c.ingredient, c.day, c.mdtrt_id, c.bkkp_sn, c.fixmedins_code, c.inscp_fen,
         -- at the label's maximum, which gives the fewest days
         CASE WHEN c.daily_dose IS NULL THEN c.supply_days ELSE c.daily_dose * c.supply_days / c.max_daily_dose END AS days
  FROM drug_course c
  SEMI JOIN wanted w ON w.ingredient = c.ingredient
  WHERE c.max_daily_dose > 0 AND c.day IS NOT NULL
    AND substr(COALESCE(c.med_type, '11'), 1, 2) NOT IN (SELECT code FROM code_group WHERE list_name = 'med_type' AND group_name = 'inpatient')
),
daily AS (
  SELECT psn_no, ingredient, day, SUM(days) AS days FROM bought WHERE days IS NOT NULL GROUP BY psn_no, ingredient, day
),
year AS (
  SELECT *, SUM(days) OVER (PARTITION BY psn_no, ingredient ORDER BY day RANGE BETWEEN INTERVAL 364 DAY PRECEDING AND CURRENT ROW) AS in_year
  FROM daily
),
beyond AS (
  SELECT psn_no, ingredient, day, in_year, LEAST((in_year - 365 * $factor) / GREATEST(days, 0.001), 1) AS part
  FROM year
  WHERE in_year > 365 * $factor
)
SELECT 'patient' AS subject_type,
       b.psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := b.mdtrt_id, bkkp_sn := b.bkkp_sn,
                                                fen := CAST(ROUND(CAST(b.inscp_fen AS DOUBLE) * x.part, 0) AS BIGINT)))) AS fee_list_d_rows,
       b.ingredient AS ingredient,
       MAX(x.in_year) AS most_days_in_a_year,
       COUNT(DISTINCT b.fixmedins_code) AS sources
FROM beyond x
JOIN bought b ON b.psn_no = x.psn_no AND b.ingredient = x.ingredient AND b.day = x.day
GROUP BY b.psn_no, b.ingredient
ORDER BY b.psn_no, b.ingredient
