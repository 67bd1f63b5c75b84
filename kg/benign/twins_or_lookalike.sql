-- One row a finding: are its persons twins of each other, or has its one person a twin?
WITH holder AS (
  SELECT DISTINCT finding_id, psn_no FROM hit_row WHERE psn_no IS NOT NULL
), born AS (             -- a person without family and address is a household of his own: of him nothing is known
  SELECT p.psn_no, CASE WHEN p.family_id IS NOT NULL OR p.addr_h IS NOT NULL THEN CAST(p.brdy AS VARCHAR) || ' ' || k.household END AS birth
  FROM psn_b AS p JOIN household AS k ON k.psn_no = p.psn_no
), register AS (
  SELECT birth, COUNT(*) AS children FROM born WHERE birth IS NOT NULL GROUP BY birth
), of_finding AS (
  SELECT h.finding_id, b.birth, COUNT(*) AS persons FROM holder AS h LEFT JOIN born AS b ON b.psn_no = h.psn_no GROUP BY h.finding_id, b.birth
), counted AS (
  SELECT f.finding_id, CAST(SUM(f.persons) AS BIGINT) AS persons, coalesce(SUM(f.persons) FILTER (WHERE f.birth IS NOT NULL), 0) AS known,
         COUNT(f.birth) AS births, MAX(r.children) AS children, coalesce(SUM(f.persons) FILTER (WHERE f.persons > 1 AND f.birth IS NOT NULL), 0) AS twins
  FROM of_finding AS f LEFT JOIN register AS r ON r.birth = f.birth GROUP BY f.finding_id
)
SELECT finding_id, persons, CASE WHEN persons = 1 AND children > 1 THEN 1 ELSE twins END AS twins,
       CASE WHEN births > 1 THEN false                     -- two births are enough to rule the story out
            WHEN known < persons THEN NULL
            ELSE children > 1 END AS explained,
       false AS closes                                     -- twins, too, may lend each other a card
FROM counted
