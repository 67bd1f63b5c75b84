-- One row a finding: was there an outbreak, an announced day, or are there real tests for nearly everyone?
WITH visit AS (
  SELECT m.mdtrt_id, m.psn_no, m.fixmedins_code, substr(m.dscg_maindiag_code, 1, 3) AS disease,
         date_trunc('week', CAST(m.begntime AS DATE)) AS week, CAST(m.begntime AS DATE) AS day
  FROM mdtrt_d AS m WHERE m.vali_flag = '1'
), weeks AS (SELECT COUNT(DISTINCT week) AS weeks FROM visit), weekly AS (
  SELECT fixmedins_code, disease, week, COUNT(*) AS visits FROM visit WHERE disease IS NOT NULL GROUP BY fixmedins_code, disease, week
), usual AS (
  SELECT fixmedins_code, disease, SUM(visits) / ANY_VALUE(weeks) AS mean FROM weekly CROSS JOIN weeks GROUP BY fixmedins_code, disease
), wave AS (
  SELECT w.disease, w.week FROM weekly AS w JOIN usual AS u ON u.fixmedins_code = w.fixmedins_code AND u.disease = w.disease
  WHERE w.visits >= $least AND w.visits >= $rise * u.mean GROUP BY w.disease, w.week HAVING COUNT(*) >= 2
), cited AS (
  SELECT DISTINCT h.finding_id, v.* FROM hit_row AS h JOIN visit AS v ON v.mdtrt_id = h.mdtrt_id
), named_day AS (
  SELECT DISTINCT c.day FROM (SELECT DISTINCT day FROM cited) AS c JOIN calendar AS k ON c.day BETWEEN k.date_from AND k.date_to
  WHERE k.kind = 'holiday'
), of_visits AS (
  SELECT c.finding_id, COUNT(*) AS visits, COUNT(c.disease) AS diagnosed, COUNT(w.disease) AS in_wave, COUNT(d.day) AS on_calendar
  FROM cited AS c LEFT JOIN wave AS w ON w.disease = c.disease AND w.week = c.week LEFT JOIN named_day AS d ON d.day = c.day
  GROUP BY c.finding_id
), test AS (
  SELECT DISTINCT c.finding_id, c.psn_no, t.item_name, t.value
  FROM cited AS c JOIN test_rpot AS t ON t.mdtrt_id = c.mdtrt_id WHERE t.value IS NOT NULL
), differing AS (         -- an item whose values differ between the persons; a copied laboratory repeats them
  SELECT finding_id, item_name FROM test GROUP BY finding_id, item_name HAVING COUNT(DISTINCT value) * 2 > COUNT(DISTINCT psn_no)
), of_persons AS (
  SELECT c.finding_id, COUNT(DISTINCT c.psn_no) AS persons, COUNT(DISTINCT t.psn_no) FILTER (WHERE d.item_name IS NOT NULL) AS with_tests
  FROM cited AS c
  LEFT JOIN test AS t ON t.finding_id = c.finding_id AND t.psn_no = c.psn_no
  LEFT JOIN differing AS d ON d.finding_id = t.finding_id AND d.item_name = t.item_name
  GROUP BY c.finding_id
)
SELECT finding_id, visits, in_wave, on_calendar, persons, with_tests,
       CASE WHEN in_wave * 2 >= visits OR on_calendar * 2 >= visits OR with_tests >= $tested * persons THEN true
            WHEN diagnosed * 2 >= visits OR EXISTS (SELECT 1 FROM calendar) OR with_tests > 0 THEN false END AS explained,
       false AS closes    -- a reason to come in a group is no proof of the single visit
FROM of_visits JOIN of_persons USING (finding_id)
