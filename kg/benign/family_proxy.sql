-- One row a finding: do its card holders lie in one household, or does its one card holder live with others?
WITH crowded AS (
  SELECT tel_h FROM psn_b WHERE tel_h IS NOT NULL GROUP BY tel_h HAVING COUNT(*) > $crowd
), household AS (
  SELECT p.psn_no,
         CASE WHEN p.family_id IS NOT NULL THEN 'family|' || p.family_id
              WHEN c.tel_h IS NULL THEN 'address|' || p.addr_h || '|' || coalesce(p.coner_tel_h, p.tel_h) END AS home
  FROM psn_b AS p LEFT JOIN crowded AS c ON c.tel_h = coalesce(p.coner_tel_h, p.tel_h)
), size AS (
  SELECT home, COUNT(*) AS members FROM household WHERE home IS NOT NULL GROUP BY home
), holder AS (
  SELECT DISTINCT finding_id, psn_no FROM hit_row WHERE psn_no IS NOT NULL
), counted AS (
  SELECT h.finding_id, COUNT(*) AS persons, COUNT(s.home) AS known, COUNT(DISTINCT s.home) AS homes, MAX(s.members) AS members
  FROM holder AS h LEFT JOIN household AS k ON k.psn_no = h.psn_no LEFT JOIN size AS s ON s.home = k.home
  GROUP BY h.finding_id
)
SELECT finding_id, persons, homes,
       CASE WHEN homes > 1 THEN false                      -- two households are enough to rule the story out
            WHEN known < persons THEN NULL
            ELSE members > 1 END AS explained,
       persons > 1 AND homes = 1 AND known = persons AS closes
FROM counted
