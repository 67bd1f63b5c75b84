-- One row a finding: how many of its persons may have a record elsewhere that is not loaded?
WITH holder AS (
  SELECT DISTINCT finding_id, psn_no FROM hit_row WHERE psn_no IS NOT NULL
), loaded AS (
  SELECT DISTINCT substr(fix_blng_admdvs, 1, 4) AS region FROM mdtrt_d WHERE fix_blng_admdvs IS NOT NULL
  UNION SELECT substr(admdvs, 1, 4) FROM institution WHERE admdvs IS NOT NULL AND fixmedins_code IN (SELECT fixmedins_code FROM mdtrt_d)
), insured AS (
  SELECT psn_no, substr(insu_admdvs, 1, 4) AS region FROM psn_insu_d WHERE insu_admdvs IS NOT NULL
  UNION SELECT psn_no, substr(insu_admdvs, 1, 4) FROM mdtrt_d WHERE insu_admdvs IS NOT NULL AND psn_no IN (SELECT psn_no FROM holder)
), of_person AS (
  SELECT i.psn_no, BOOL_OR(l.region IS NULL) AS elsewhere
  FROM insured AS i LEFT JOIN loaded AS l ON l.region = i.region WHERE EXISTS (SELECT 1 FROM loaded) GROUP BY i.psn_no
), counted AS (
  SELECT h.finding_id, COUNT(*) AS persons, COUNT(o.psn_no) AS known, COUNT(*) FILTER (WHERE o.elsewhere) AS elsewhere
  FROM holder AS h LEFT JOIN of_person AS o ON o.psn_no = h.psn_no GROUP BY h.finding_id
)
SELECT finding_id, persons, elsewhere, CASE WHEN known > 0 THEN elsewhere * 2 >= persons END AS explained, false AS closes
FROM counted
