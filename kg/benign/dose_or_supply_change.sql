-- One row a finding: in how many of its courses was the dose raised, or the supply no more than the label allows to take?
WITH line AS (
  SELECT DISTINCT h.finding_id, h.psn_no, h.day, l.family FROM hit_row AS h JOIN cited_line AS l ON l.n = h.n
  WHERE h.psn_no IS NOT NULL AND h.day IS NOT NULL AND substr(l.med_list_codg, 1, 1) IN ('X', 'Z')
), course AS (
  SELECT finding_id, psn_no, family, MIN(day) AS first_day, MAX(day) AS last_day FROM line GROUP BY finding_id, psn_no, family
), fill AS (
  SELECT c.psn_no, c.family, CAST(f.fee_ocur_time AS DATE) AS day, TRY_CAST(regexp_extract(f.sin_dos_dscr, '[0-9]+([.][0-9]+)?') AS DOUBLE) AS dose,
         regexp_replace(f.sin_dos_dscr, '[0-9. ]', '', 'g') AS unit, CAST(f.cnt * k.pack_content AS DOUBLE) AS supply, CAST(k.max_daily_dose AS DOUBLE) AS most
  FROM (SELECT DISTINCT psn_no, family FROM course) AS c
  JOIN fee_list_d AS f ON f.psn_no = c.psn_no AND starts_with(f.med_list_codg, c.family)
  LEFT JOIN kb_drug AS k ON k.med_list_codg = f.med_list_codg
  WHERE f.cnt > 0
), dose AS (             -- a cited fill and the fills before it
  SELECT l.finding_id, l.psn_no, l.family, BOOL_OR(a.dose > b.dose) AS raised
  FROM line AS l
  JOIN fill AS a ON a.psn_no = l.psn_no AND a.family = l.family AND a.day = l.day
  JOIN fill AS b ON b.psn_no = l.psn_no AND b.family = l.family AND b.unit = a.unit AND b.day < a.day AND b.day >= a.day - $days
  WHERE a.dose IS NOT NULL AND b.dose IS NOT NULL GROUP BY l.finding_id, l.psn_no, l.family
), supply AS (
  SELECT c.finding_id, c.psn_no, c.family,
         SUM(f.supply) FILTER (WHERE f.day < c.last_day) <= MIN(f.most) * date_diff('day', c.first_day, c.last_day) AS within
  FROM course AS c JOIN fill AS f ON f.psn_no = c.psn_no AND f.family = c.family AND f.day BETWEEN c.first_day AND c.last_day
  WHERE f.supply IS NOT NULL AND f.most > 0 GROUP BY c.finding_id, c.psn_no, c.family, c.first_day, c.last_day HAVING COUNT(DISTINCT f.day) > 1
), told AS (
  SELECT c.finding_id, coalesce(d.raised, false) AS raised, coalesce(s.within, false) AS within
  FROM course AS c
  LEFT JOIN dose AS d ON d.finding_id = c.finding_id AND d.psn_no = c.psn_no AND d.family = c.family
  LEFT JOIN supply AS s ON s.finding_id = c.finding_id AND s.psn_no = c.psn_no AND s.family = c.family
  WHERE coalesce(d.raised, s.within) IS NOT NULL
)
SELECT finding_id, COUNT(*) AS courses, COUNT(*) FILTER (WHERE raised) AS raised, COUNT(*) FILTER (WHERE within) AS within,
       COUNT(*) FILTER (WHERE raised OR within) * 2 >= COUNT(*) AS explained,
       false AS closes   -- the prescriber must be asked why
FROM told GROUP BY finding_id
