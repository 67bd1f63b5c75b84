-- One row a finding: how many of its persons share the address or phone of a registered body?
WITH holder AS (
  SELECT DISTINCT finding_id, psn_no FROM hit_row WHERE psn_no IS NOT NULL
), body AS (             -- a clinic that keeps its patients' cards gives its own phone for them
  SELECT fixmedins_code AS body, addr_h, tel_h FROM fixmedins_b
  UNION ALL SELECT emp_no, addr_h, tel_h FROM insu_emp_b
), contact AS (
  SELECT body, addr_h AS contact FROM body WHERE addr_h IS NOT NULL UNION SELECT body, tel_h FROM body WHERE tel_h IS NOT NULL
), of_person AS (
  SELECT psn_no, addr_h AS contact FROM psn_b WHERE addr_h IS NOT NULL
  UNION SELECT psn_no, tel_h FROM psn_b WHERE tel_h IS NOT NULL
  UNION SELECT psn_no, coner_tel_h FROM psn_b WHERE coner_tel_h IS NOT NULL
), cited_place AS (SELECT DISTINCT finding_id, fixmedins_code FROM hit_row WHERE fixmedins_code IS NOT NULL), housed AS (
  SELECT DISTINCT h.finding_id, h.psn_no
  FROM holder AS h JOIN of_person AS o ON o.psn_no = h.psn_no JOIN contact AS c ON c.contact = o.contact
  WHERE NOT EXISTS (SELECT 1 FROM cited_place AS p WHERE p.finding_id = h.finding_id AND p.fixmedins_code = c.body)
), known AS (SELECT DISTINCT psn_no FROM of_person WHERE EXISTS (SELECT 1 FROM contact)), counted AS (
  SELECT h.finding_id, COUNT(*) AS persons, COUNT(k.psn_no) AS known, COUNT(u.psn_no) AS housed
  FROM holder AS h LEFT JOIN known AS k ON k.psn_no = h.psn_no
  LEFT JOIN housed AS u ON u.finding_id = h.finding_id AND u.psn_no = h.psn_no
  GROUP BY h.finding_id
)
SELECT finding_id, persons, housed, CASE WHEN known > 0 THEN housed * 2 >= persons END AS explained,
       false AS closes   -- who lives together may be used together
FROM counted
