-- One row a finding: how many of its persons' days follow a new disease that somebody else than the bill shows?
WITH hit_day AS (
  SELECT DISTINCT finding_id, psn_no, day FROM hit_row WHERE psn_no IS NOT NULL AND day IS NOT NULL
), visit AS (
  SELECT mdtrt_id, psn_no, CAST(begntime AS DATE) AS day, substr(dscg_maindiag_code, 1, 3) AS disease,
         coalesce(starts_with(med_type, '13') OR starts_with(med_type, '24'), false) AS emergency
  FROM mdtrt_d WHERE vali_flag = '1' AND psn_no IN (SELECT psn_no FROM hit_day)
), began AS (SELECT MIN(CAST(begntime AS DATE)) AS first_day FROM mdtrt_d), fresh AS (
  SELECT v.* FROM visit AS v CROSS JOIN began
  WHERE v.disease IS NOT NULL AND v.day - $before >= first_day
    AND NOT EXISTS (SELECT 1 FROM visit AS b WHERE b.psn_no = v.psn_no AND b.disease = v.disease AND b.day < v.day AND b.day >= v.day - $before)
), measured AS (
  SELECT mdtrt_id, item_name, unit, TRY_CAST(value AS DOUBLE) AS value FROM test_rpot WHERE TRY_CAST(value AS DOUBLE) IS NOT NULL
), usual AS (            -- what the others' values of the items are that these persons had measured
  SELECT item_name, unit, quantile_cont(value, $outer) AS low, quantile_cont(value, 1 - $outer) AS high
  FROM measured
  WHERE mdtrt_id NOT IN (SELECT mdtrt_id FROM visit) AND item_name IN (SELECT item_name FROM measured SEMI JOIN fresh USING (mdtrt_id))
  GROUP BY item_name, unit HAVING COUNT(*) >= $values
), serious AS (
  SELECT mdtrt_id FROM fresh WHERE emergency
  UNION SELECT mdtrt_id FROM setl_list_oprn_d WHERE oprn_oprt_code IS NOT NULL AND oper_dr_code IS NOT NULL
  UNION SELECT mdtrt_id FROM icu_stay
  UNION SELECT t.mdtrt_id FROM measured AS t JOIN usual AS u ON u.item_name = t.item_name AND u.unit IS NOT DISTINCT FROM t.unit
  WHERE t.value < u.low OR t.value > u.high
), event AS (SELECT DISTINCT f.psn_no, f.day FROM fresh AS f SEMI JOIN serious AS s ON s.mdtrt_id = f.mdtrt_id), told AS (
  SELECT h.finding_id, h.psn_no, h.day, BOOL_OR(e.psn_no IS NOT NULL) AS acute
  FROM hit_day AS h LEFT JOIN event AS e ON e.psn_no = h.psn_no AND e.day BETWEEN h.day - $days AND h.day
  WHERE h.day - $before >= (SELECT first_day FROM began) AND h.psn_no IN (SELECT psn_no FROM visit WHERE disease IS NOT NULL)
  GROUP BY h.finding_id, h.psn_no, h.day
)
SELECT finding_id, COUNT(*) AS days, COUNT(*) FILTER (WHERE acute) AS acute, COUNT(*) FILTER (WHERE acute) * 2 >= COUNT(*) AS explained,
       false AS closes   -- a new illness explains the coming, not the bill
FROM told GROUP BY finding_id
