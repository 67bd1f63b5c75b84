-- One row: a card and its holder's own face: of the faces that resemble its picture best (a tenth less is another's, whom somebody let pass, and so is a
-- face that resembles another card's picture that much better) the one that came in person, and of those the one that came in most visits: a borrower
-- may lie in for weeks. Without scores a borrower may come in person as well, and the visits decide.
-- steady: the share of cards that are seen on two days and show one face; where it is low a template's id names a picture, not a face.
-- kept: the face rules read it
WITH card AS (
  SELECT psn_no, COUNT(*) AS faces, SUM(days) AS days, MAX(likeness) AS likeness FROM face_look GROUP BY psn_no
),
face AS (
  SELECT template_id, MAX(likeness) AS likeness FROM face_look GROUP BY template_id
),
feed AS (
  SELECT CASE WHEN COUNT(*) > 0 THEN CAST(COUNT_IF(faces = 1) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) END AS steady FROM card WHERE days >= 2
)
SELECT l.psn_no, l.template_id, l.days, l.first_seen, l.last_seen, l.in_person, f.steady
FROM face_look l
JOIN card c ON c.psn_no = l.psn_no
JOIN face t ON t.template_id = l.template_id
CROSS JOIN feed f
WHERE l.likeness IS NULL OR (l.likeness > c.likeness - 0.1 AND l.likeness > t.likeness - 0.1)
QUALIFY ROW_NUMBER() OVER (PARTITION BY l.psn_no ORDER BY l.in_person AND l.likeness IS NOT NULL DESC, l.visits DESC, l.days DESC, l.first_seen, l.template_id) = 1
