-- One row: a card and its holder's own face: the one that came in most visits (a borrower may lie in for weeks). steady: the share of cards that are seen on two days
-- and show one face; where it is low a template's id names a picture, not a face.
-- kept: the face rules read it
WITH card AS (
  SELECT psn_no, COUNT(*) AS faces, SUM(days) AS days FROM face_look GROUP BY psn_no
),
feed AS (
  SELECT CASE WHEN COUNT(*) > 0 THEN CAST(COUNT_IF(faces = 1) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) END AS steady FROM card WHERE days >= 2
)
SELECT l.psn_no, l.template_id, l.days, l.first_seen, l.last_seen, f.steady
FROM face_look l
CROSS JOIN feed f
QUALIFY ROW_NUMBER() OVER (PARTITION BY l.psn_no ORDER BY l.visits DESC, l.days DESC, l.first_seen, l.template_id) = 1
