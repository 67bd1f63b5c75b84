-- One row a finding: how many of its visits and boxes passed from one institution to the other by order?
WITH visit AS (
  SELECT mdtrt_id, psn_no, fixmedins_code, begntime, coalesce(endtime, begntime) AS ends_at, dscg_way, refl_old_mdtrt_id
  FROM mdtrt_d WHERE vali_flag = '1' AND psn_no IN (SELECT psn_no FROM hit_row)
), passed AS (           -- from a to b: the sender's word and the receiver's record, or the receiver's word and the sender's record
  SELECT a.mdtrt_id AS left_visit, b.mdtrt_id AS entered
  FROM visit AS a
  JOIN visit AS b ON b.psn_no = a.psn_no AND b.fixmedins_code <> a.fixmedins_code
   AND (b.refl_old_mdtrt_id = a.mdtrt_id
        OR a.dscg_way IN ('2', '3') AND b.begntime >= a.ends_at - INTERVAL 1 HOUR AND epoch(b.begntime) - epoch(a.ends_at) <= $hours * 3600)
  LEFT JOIN institution AS i ON i.fixmedins_code = a.fixmedins_code
  LEFT JOIN institution AS j ON j.fixmedins_code = b.fixmedins_code
  WHERE NOT coalesce(i.owner_group = j.owner_group, false) AND NOT coalesce(i.legrep_certno_h = j.legrep_certno_h, false)
    AND NOT coalesce(i.bank_acct_h = j.bank_acct_h, false)
), moved_visit AS (
  SELECT left_visit AS mdtrt_id FROM passed UNION SELECT entered FROM passed
), code AS (
  SELECT DISTINCT finding_id, fixmedins_code, day, substr(unit, 6) AS drug_trac_codg
  FROM (SELECT finding_id, fixmedins_code, day, UNNEST(units) AS unit FROM hit_row) WHERE starts_with(unit, 'trac:')
), sent_box AS (         -- the giver's own record, by its code 102 (moved out to another institution)
  SELECT t.drug_trac_codg, s.fixmedins_code, CAST(s.inv_chg_time AS DATE) AS day
  FROM trac_d AS t JOIN invchg_3502 AS s ON s.row_id = t.row_id
  WHERE t.source_table = 'invchg_3502' AND s.inv_chg_type = '102' AND t.drug_trac_codg IN (SELECT drug_trac_codg FROM code)
), item AS (
  SELECT c.finding_id, c.mdtrt_id AS item, m.mdtrt_id IS NOT NULL AS moved
  FROM (SELECT DISTINCT finding_id, mdtrt_id FROM hit_row) AS c
  JOIN visit AS v ON v.mdtrt_id = c.mdtrt_id AND coalesce(v.dscg_way, v.refl_old_mdtrt_id) IS NOT NULL
  LEFT JOIN moved_visit AS m ON m.mdtrt_id = c.mdtrt_id
  UNION ALL
  SELECT c.finding_id, c.drug_trac_codg, COUNT(s.drug_trac_codg) > 0
  FROM code AS c LEFT JOIN sent_box AS s ON s.drug_trac_codg = c.drug_trac_codg AND s.fixmedins_code <> c.fixmedins_code AND s.day <= c.day
  WHERE EXISTS (SELECT 1 FROM invchg_3502) GROUP BY c.finding_id, c.drug_trac_codg
)
SELECT finding_id, COUNT(*) AS tested_items, COUNT(*) FILTER (WHERE moved) AS moved, COUNT(*) FILTER (WHERE moved) * 2 >= COUNT(*) AS explained,
       false AS closes   -- being sent on explains the second place, not the bill
FROM item GROUP BY finding_id
