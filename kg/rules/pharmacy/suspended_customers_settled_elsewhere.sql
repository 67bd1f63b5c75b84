-- One row: an institution at which the desk of a suspended one went on settling for its customers; these settlements.
WITH barred AS (
  SELECT fixmedins_code, status_from, COALESCE(status_to, enddate, DATE '9999-12-31') AS status_to
  FROM fixmedins_b
  WHERE agreement_status IN ('suspended', 'ended') AND status_from IS NOT NULL
),
act AS (
  SELECT n.setl_id, n.psn_no, n.fixmedins_code, n.opter_id, CAST(n.setl_time AS DATE) AS day
  FROM net_settlement n
  WHERE n.setl_time IS NOT NULL
),
before AS (
  -- whom the place served, and through which desk, while it had its agreement
  SELECT DISTINCT b.fixmedins_code AS place, a.psn_no, a.opter_id, b.status_from, b.status_to
  FROM barred b
  JOIN act a ON a.fixmedins_code = b.fixmedins_code AND (a.day < b.status_from OR a.day > b.status_to)
),
desk AS (
  -- an account that works at other places too is no place's desk: head offices, software, relief
  SELECT DISTINCT b.place, b.opter_id, b.status_from, b.status_to
  FROM before b
  ANTI JOIN act a ON a.opter_id = b.opter_id AND a.fixmedins_code <> b.place AND (a.day < b.status_from OR a.day > b.status_to)
),
customer AS (
  SELECT DISTINCT place, psn_no FROM before
),
moved AS (
  SELECT d.place, d.status_from, d.status_to, a.fixmedins_code AS front, a.setl_id, a.psn_no, a.opter_id, k.psn_no IS NOT NULL AS known
  FROM desk d
  JOIN act a ON a.opter_id = d.opter_id AND a.fixmedins_code <> d.place AND a.day >= d.status_from AND a.day <= d.status_to
  LEFT JOIN customer k ON k.place = d.place AND k.psn_no = a.psn_no
),
-- the front's own desks in the same days say how many customers changed to it by themselves
other AS (
  SELECT f.place, f.front, CAST(COUNT(DISTINCT a.psn_no) FILTER (WHERE k.psn_no IS NOT NULL) AS DOUBLE) / COUNT(DISTINCT a.psn_no) AS known_share
  FROM (SELECT DISTINCT place, front, status_from, status_to FROM moved) f
  JOIN act a ON a.fixmedins_code = f.front AND a.day >= f.status_from AND a.day <= f.status_to
  ANTI JOIN desk d ON d.place = f.place AND d.opter_id = a.opter_id
  LEFT JOIN customer k ON k.place = f.place AND k.psn_no = a.psn_no
  GROUP BY f.place, f.front
)
SELECT 'institution' AS subject_type,
       m.front AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := m.setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       MIN(m.place) AS suspended,
       COUNT(DISTINCT m.opter_id) AS desks,
       COUNT(DISTINCT m.psn_no) AS persons,
       COUNT(DISTINCT m.psn_no) FILTER (WHERE m.known) AS persons_served_there_before,
       ROUND(MAX(o.known_share), 3) AS share_at_other_desks
FROM moved m
JOIN other o ON o.place = m.place AND o.front = m.front
GROUP BY m.front, m.place
HAVING COUNT(DISTINCT m.setl_id) >= $min_settlements
   AND COUNT(DISTINCT m.psn_no) FILTER (WHERE m.known) >= $min_known
   AND COUNT(DISTINCT m.psn_no) FILTER (WHERE m.known) >= $times * MAX(o.known_share) * COUNT(DISTINCT m.psn_no)
ORDER BY m.front, suspended
