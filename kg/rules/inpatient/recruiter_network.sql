-- One row: a phone that is the contact of many newcomers of one hospital, of different families, most of whom needed no bed.
WITH stated AS (
  SELECT s.mdtrt_id, COALESCE(s.coner_tel_h, c.coner_tel_h) AS tel_h
  FROM stay s
  LEFT JOIN (SELECT mdtrt_id, MIN(coner_tel_h) AS coner_tel_h FROM setl_list_4101 GROUP BY mdtrt_id) c ON c.mdtrt_id = s.mdtrt_id
  -- the desk of an institution and the counter of a bureau are nobody's friend
  ANTI JOIN fixmedins_b i ON i.tel_h = COALESCE(s.coner_tel_h, c.coner_tel_h)
),
newcomer AS (
  SELECT b.*, n.tel_h, COALESCE(h.household, b.psn_no) AS household, COALESCE(h.addr_h, b.psn_no) AS home
  FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY identity, fixmedins_code ORDER BY begntime, mdtrt_id) AS nth FROM stay_bill) b
  JOIN stated n ON n.mdtrt_id = b.mdtrt_id
  LEFT JOIN household h ON h.psn_no = b.psn_no
  WHERE b.nth = 1 AND b.begntime IS NOT NULL
),
custom AS (
  SELECT fixmedins_code, MEDIAN(cash_fen) AS usual_cash FROM stay_bill GROUP BY fixmedins_code
),
again AS (
  -- brought once more by the same hand; tumours, kidneys, the mind and strokes come back by themselves
  SELECT DISTINCT a.mdtrt_id
  FROM stay_bill a
  JOIN stated x ON x.mdtrt_id = a.mdtrt_id
  JOIN stay_bill b ON b.identity = a.identity AND b.fixmedins_code = a.fixmedins_code AND b.begntime > a.begntime
                  AND date_diff('day', CAST(a.begntime AS DATE), CAST(b.begntime AS DATE)) <= $window_days
  JOIN stated y ON y.mdtrt_id = b.mdtrt_id AND y.tel_h = x.tel_h
  WHERE NOT b.operated AND NOT b.urgent AND NOT regexp_matches(COALESCE(b.disease, ''), '^(C|D[0-4]|F|I6|N18|Z49|Z51)')
),
judged AS (
  -- no need of a bed: nothing cut, nothing urgent, few days, and the bill is tests, the patient paid nothing where patients pay, or was brought again
  SELECT n.*, NOT n.operated AND NOT n.urgent AND n.stay_days <= $max_days
              AND (COALESCE(n.exam_share >= $exam_min, FALSE) OR COALESCE(n.cash_fen = 0 AND c.usual_cash > 0, FALSE) OR g.mdtrt_id IS NOT NULL) AS light
  FROM newcomer n
  JOIN custom c ON c.fixmedins_code = n.fixmedins_code
  LEFT JOIN again g ON g.mdtrt_id = n.mdtrt_id
),
wave AS (
  -- each newcomer opens a window; the fullest is the campaign
  SELECT a.tel_h, a.fixmedins_code, a.mdtrt_id AS opened_by, CAST(a.begntime AS DATE) AS opened_on,
         COUNT(DISTINCT b.identity) AS persons, COUNT(DISTINCT b.household) AS households, COUNT(DISTINCT b.home) AS homes,
         COUNT(DISTINCT b.identity) FILTER (WHERE b.light) AS light
  FROM judged a
  JOIN judged b ON b.tel_h = a.tel_h AND b.fixmedins_code = a.fixmedins_code AND b.begntime >= a.begntime
               AND date_diff('day', CAST(a.begntime AS DATE), CAST(b.begntime AS DATE)) <= $window_days
  GROUP BY a.tel_h, a.fixmedins_code, a.mdtrt_id, a.begntime
  QUALIFY ROW_NUMBER() OVER (PARTITION BY a.tel_h, a.fixmedins_code ORDER BY COUNT(DISTINCT b.identity) DESC, a.begntime, a.mdtrt_id) = 1
),
campaign AS (
  SELECT * FROM wave
  -- a home whose nurse is the contact of its residents has one address
  WHERE persons >= $min_new AND households >= $min_households AND homes >= $min_households AND light >= persons * $share
),
recruit AS (
  SELECT c.tel_h, c.fixmedins_code, j.mdtrt_id, j.psn_no, j.light
  FROM campaign c
  JOIN judged j ON j.tel_h = c.tel_h AND j.fixmedins_code = c.fixmedins_code
               AND CAST(j.begntime AS DATE) >= c.opened_on AND date_diff('day', CAST(c.opened_on AS DATE), CAST(j.begntime AS DATE)) <= $window_days
),
owner AS (
  SELECT tel_h, MIN(psn_no) AS psn_no FROM psn_b WHERE tel_h IS NOT NULL GROUP BY tel_h HAVING COUNT(*) = 1
),
member AS (
  SELECT tel_h, fixmedins_code, 'phone' AS type, tel_h AS id, 'recruiter' AS role FROM campaign
  UNION
  SELECT c.tel_h, c.fixmedins_code, 'patient' AS type, o.psn_no AS id, 'recruiter' AS role FROM campaign c JOIN owner o ON o.tel_h = c.tel_h
  UNION
  SELECT tel_h, fixmedins_code, 'institution' AS type, fixmedins_code AS id, 'provider' AS role FROM campaign
  UNION
  SELECT r.tel_h, r.fixmedins_code, 'patient' AS type, r.psn_no AS id, CASE WHEN BOOL_OR(r.light) THEN 'participant' ELSE 'unknowing' END AS role
  FROM recruit r
  ANTI JOIN owner o ON o.tel_h = r.tel_h AND o.psn_no = r.psn_no
  GROUP BY r.tel_h, r.fixmedins_code, r.psn_no
),
group_of AS (
  SELECT tel_h, fixmedins_code, LIST_SORT(ARRAY_AGG(STRUCT_PACK(type := type, id := id, role := role))) AS members
  FROM member
  GROUP BY tel_h, fixmedins_code
),
billed AS (
  SELECT r.tel_h, r.fixmedins_code, LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS rows_of
  FROM recruit r
  JOIN stay_line l ON l.mdtrt_id = r.mdtrt_id
  WHERE r.light
  GROUP BY r.tel_h, r.fixmedins_code
)
SELECT 'ring' AS subject_type,
       'recruiter ' || r.tel_h || ' at ' || r.fixmedins_code AS subject_id,
       g.members,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := r.mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       b.rows_of AS fee_list_d_rows,
       MAX(c.persons) AS newcomers,
       MAX(c.households) AS households,
       MAX(c.light) AS without_need
FROM recruit r
JOIN campaign c ON c.tel_h = r.tel_h AND c.fixmedins_code = r.fixmedins_code
JOIN group_of g ON g.tel_h = r.tel_h AND g.fixmedins_code = r.fixmedins_code
JOIN billed b ON b.tel_h = r.tel_h AND b.fixmedins_code = r.fixmedins_code
GROUP BY r.tel_h, r.fixmedins_code, g.members, b.rows_of
ORDER BY subject_id
