-- One row a finding: was there anywhere else to go for what it cites?
WITH cited AS (
  SELECT DISTINCT h.finding_id, h.fixmedins_code, h.psn_no, l.med_list_codg
  FROM hit_row AS h JOIN cited_line AS l ON l.n = h.n WHERE h.fixmedins_code IS NOT NULL
), place AS (
  SELECT fixmedins_code, lat, lnt FROM institution WHERE lat IS NOT NULL AND lnt IS NOT NULL
), offers AS (           -- who bills the items at all
  SELECT DISTINCT f.fixmedins_code, f.med_list_codg FROM fee_list_d AS f
  WHERE f.med_list_codg IN (SELECT med_list_codg FROM cited) AND f.cnt > 0 AND f.fixmedins_code IN (SELECT fixmedins_code FROM place)
), rival AS (            -- the others that bill at least one of a finding's items, and how far they are (km)
  SELECT c.finding_id, c.fixmedins_code, o.fixmedins_code AS other,
         111.2 * sqrt(power(b.lat - a.lat, 2) + power((b.lnt - a.lnt) * cos(radians(a.lat)), 2)) AS km
  FROM (SELECT DISTINCT finding_id, fixmedins_code, med_list_codg FROM cited) AS c
  JOIN place AS a ON a.fixmedins_code = c.fixmedins_code
  JOIN offers AS o ON o.med_list_codg = c.med_list_codg AND o.fixmedins_code <> c.fixmedins_code
  JOIN place AS b ON b.fixmedins_code = o.fixmedins_code
  GROUP BY c.finding_id, c.fixmedins_code, o.fixmedins_code, a.lat, a.lnt, b.lat, b.lnt
), of_place AS (
  SELECT c.finding_id, c.fixmedins_code, COUNT(r.other) = 0 AS sole
  FROM (SELECT DISTINCT finding_id, fixmedins_code FROM cited) AS c JOIN place AS a ON a.fixmedins_code = c.fixmedins_code
  LEFT JOIN rival AS r ON r.finding_id = c.finding_id AND r.fixmedins_code = c.fixmedins_code AND r.km <= $km
  GROUP BY c.finding_id, c.fixmedins_code
), road AS (             -- from each home to this place and to the nearest of the others
  SELECT c.finding_id, c.psn_no, ANY_VALUE(power(a.lat - p.lat, 2) + power((a.lnt - p.lnt) * cos(radians(p.lat)), 2)) AS here,
         MIN(power(b.lat - p.lat, 2) + power((b.lnt - p.lnt) * cos(radians(p.lat)), 2)) AS there
  FROM (SELECT DISTINCT finding_id, fixmedins_code, psn_no FROM cited) AS c
  JOIN psn_b AS p ON p.psn_no = c.psn_no AND p.lat IS NOT NULL AND p.lnt IS NOT NULL
  JOIN place AS a ON a.fixmedins_code = c.fixmedins_code
  LEFT JOIN rival AS r ON r.finding_id = c.finding_id AND r.fixmedins_code = c.fixmedins_code
  LEFT JOIN place AS b ON b.fixmedins_code = r.other
  GROUP BY c.finding_id, c.psn_no, c.fixmedins_code
), walked AS (
  SELECT finding_id, COUNT(*) AS persons, COUNT(*) FILTER (WHERE there IS NULL OR here < there) AS nearest FROM road GROUP BY finding_id
), counted AS (
  SELECT finding_id, COUNT(*) AS places, COUNT(*) FILTER (WHERE sole) AS sole FROM of_place GROUP BY finding_id
)
SELECT c.finding_id, c.places, c.sole, coalesce(w.persons, 0) AS persons, coalesce(w.nearest, 0) AS nearest,
       c.sole * 2 >= c.places OR coalesce(w.nearest * 2 >= w.persons, false) AS explained, false AS closes   -- having no choice is no licence
FROM counted AS c LEFT JOIN walked AS w ON w.finding_id = c.finding_id
