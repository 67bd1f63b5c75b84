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
moved AS (
  SELECT d.place, a.fixmedins_code AS front, a.setl_id, a.psn_no, a.opter_id, k.psn_no IS NOT NULL AS known
  FROM desk d
  JOIN act a ON a.opter_id = d.opter_id AND a.fixmedins_code <> d.place AND a.day >= d.status_from AND a.day <= d.status_to
  LEFT JOIN (SELECT DISTINCT place, psn_no FROM before) k ON k.place = d.place AND k.psn_no = a.psn_no
)
SELECT 'institution' AS subject_type,
       front AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       MIN(place) AS suspended,
       COUNT(DISTINCT opter_id) AS desks,
       COUNT(DISTINCT psn_no) AS persons,
       COUNT(DISTINCT psn_no) FILTER (WHERE known) AS persons_served_there_before
FROM moved
GROUP BY front, place
HAVING COUNT(DISTINCT setl_id) >= $min_settlements
   AND COUNT(DISTINCT psn_no) FILTER (WHERE known) >= $share * COUNT(DISTINCT psn_no)
ORDER BY front, suspended
