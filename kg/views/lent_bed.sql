-- One row: a stay in which somebody else lay in the holder's bed, was treated there, and the holder did not: the cameras of the ward met another's
-- face, or they never met the holder's while it was recognised elsewhere and somebody was operated on, delivered or had blood drawn.
-- An empty bed is another matter. stranger: the other face, null where nobody met it. sure: another's face it was, not the holder's own, changed
-- by illness or years; where that is open nobody is called a borrower, but the bed was not empty either.
-- kept: tells rules about empty beds from rules about lent ones
-- may lack: face_check, test_rpot, setl_list_oprn_d, drord_d
WITH crowd AS (
  -- whose cards a face comes with: from three households on the hand collects cards, which is another matter
  SELECT l.template_id, COUNT(DISTINCT COALESCE(h.household, l.psn_no)) AS households
  FROM face_look l
  LEFT JOIN household h ON h.psn_no = l.psn_no
  GROUP BY l.template_id
),
met AS (
  -- a failed check speaks as well where the device says whom it saw
  SELECT c.mdtrt_id, s.psn_no, c.day, c.check_time, c.template_id, o.first_seen, o.last_seen,
         COALESCE(c.template_id = o.template_id, FALSE) AS own, o.template_id IS NOT NULL AS known
  FROM ward_check c
  JOIN stay s ON s.mdtrt_id = c.mdtrt_id
  LEFT JOIN own_face o ON o.psn_no = s.psn_no
  WHERE c.template_id IS NOT NULL AND c.result IN ('pass', 'fail') AND COALESCE(c.live_result, 'pass') <> 'fail'
),
other AS (
  SELECT m.mdtrt_id, m.template_id, COUNT(DISTINCT m.day) AS days,
         -- a face that came for good is the holder's own, changed by illness or years
         BOOL_OR(x.template_id IS NOT NULL) OR (MIN(m.first_seen) < MIN(m.check_time) AND MAX(m.last_seen) > MAX(m.check_time)) AS sure
  FROM met m
  LEFT JOIN (SELECT DISTINCT template_id FROM own_face) x ON x.template_id = m.template_id
  LEFT JOIN crowd c ON c.template_id = m.template_id
  WHERE NOT m.own AND (m.known OR x.template_id IS NOT NULL) AND COALESCE(c.households, 1) <= 2
  GROUP BY m.mdtrt_id, m.template_id
),
stranger AS (
  SELECT * FROM other QUALIFY ROW_NUMBER() OVER (PARTITION BY mdtrt_id ORDER BY days DESC, template_id) = 1
),
ward AS (
  SELECT c.mdtrt_id, COUNT(DISTINCT c.day) AS asked_days FROM ward_check c GROUP BY c.mdtrt_id
),
holder AS (
  SELECT mdtrt_id, COUNT(DISTINCT day) AS days FROM met WHERE own GROUP BY mdtrt_id
),
elsewhere AS (
  SELECT e.mdtrt_id, COUNT(DISTINCT e.day) AS days
  FROM outside_event e
  JOIN stay s ON s.mdtrt_id = e.mdtrt_id
  JOIN own_face o ON o.psn_no = s.psn_no AND o.template_id = e.template_id
  WHERE e.day > CAST(e.begntime AS DATE) AND e.day < CAST(e.ends_at AS DATE)
  GROUP BY e.mdtrt_id
),
operated AS (
  SELECT mdtrt_id FROM setl_list_oprn_d WHERE oprn_oprt_begntime IS NOT NULL
  UNION
  SELECT mdtrt_id FROM stay WHERE disease IN ('O80', 'O81', 'O82', 'O83', 'O84')
),
drawn AS (
  SELECT mdtrt_id FROM test_rpot GROUP BY mdtrt_id HAVING COUNT(DISTINCT CAST(test_time AS DATE)) >= 2
),
paper AS (
  -- a house in which several patients were met elsewhere and never in the ward writes its laboratory's reports as it writes its bills
  SELECT s.fixmedins_code
  FROM stay s
  JOIN ward w ON w.mdtrt_id = s.mdtrt_id AND w.asked_days >= 2
  JOIN elsewhere e ON e.mdtrt_id = s.mdtrt_id
  ANTI JOIN holder h ON h.mdtrt_id = s.mdtrt_id
  ANTI JOIN stranger x ON x.mdtrt_id = s.mdtrt_id
  GROUP BY s.fixmedins_code
  HAVING COUNT(DISTINCT s.psn_no) >= 3
),
known AS (
  SELECT s.mdtrt_id, s.psn_no, s.fixmedins_code, x.template_id AS stranger, COALESCE(x.days, 0) AS stranger_days, COALESCE(h.days, 0) AS holder_days,
         COALESCE(e.days, 0) AS elsewhere_days,
         COALESCE(x.days >= 2 AND x.days >= COALESCE(h.days, 0), FALSE) AS taken,
         COALESCE(x.sure AND x.days >= 2 AND x.days >= COALESCE(h.days, 0), FALSE)
         OR COALESCE(h.days IS NULL AND w.asked_days >= 2 AND e.days >= 1 AND (x.days >= 1 OR o.mdtrt_id IS NOT NULL OR (d.mdtrt_id IS NOT NULL AND p.fixmedins_code IS NULL)), FALSE)
         -- a ward without cameras: one day elsewhere is an errand, and blood is drawn from those who come for it
         OR COALESCE(w.mdtrt_id IS NULL AND e.days >= 2 AND o.mdtrt_id IS NOT NULL, FALSE) AS lent
  FROM stay s
  LEFT JOIN ward w ON w.mdtrt_id = s.mdtrt_id
  LEFT JOIN stranger x ON x.mdtrt_id = s.mdtrt_id
  LEFT JOIN holder h ON h.mdtrt_id = s.mdtrt_id
  LEFT JOIN elsewhere e ON e.mdtrt_id = s.mdtrt_id
  LEFT JOIN operated o ON o.mdtrt_id = s.mdtrt_id
  LEFT JOIN drawn d ON d.mdtrt_id = s.mdtrt_id
  LEFT JOIN paper p ON p.fixmedins_code = s.fixmedins_code
)
SELECT k.mdtrt_id, k.psn_no, k.fixmedins_code, k.stranger, k.stranger_days, k.holder_days, k.elsewhere_days,
       -- a card that was lent once explains a bed in which its holder was not seen
       k.lent OR COALESCE(a.lent AND k.holder_days = 0 AND k.elsewhere_days >= 2, FALSE) AS sure
FROM known k
-- where most cards show many faces a template's id names a picture
CROSS JOIN (SELECT MAX(steady) AS steady FROM own_face) f
LEFT JOIN (SELECT psn_no, BOOL_OR(lent) AS lent FROM known WHERE lent OR taken GROUP BY psn_no) a ON a.psn_no = k.psn_no
WHERE f.steady >= 0.7 AND (k.lent OR k.taken OR (a.psn_no IS NOT NULL AND k.holder_days = 0))
