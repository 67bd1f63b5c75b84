-- One row: a hospital, and its outpatient bills for drugs or treatment without registration, diagnosis and doctor.
WITH visit AS (
  SELECT n.setl_id, n.mdtrt_id, n.psn_no, n.fixmedins_code, n.setl_time, CAST(n.setl_time AS DATE) AS day, COALESCE(n.opter_id, '') AS till, n.paid_fen,
         m.otp_diag_info IS NULL AND m.dise_no IS NULL AND d.mdtrt_id IS NULL AS undiagnosed, m.chfpdr_code IS NULL AS unseen
  FROM net_settlement n
  JOIN mdtrt_d m ON m.mdtrt_id = n.mdtrt_id AND substr(m.med_type, 1, 2) IN ('11', '14', '16', '19')
  LEFT JOIN (SELECT DISTINCT mdtrt_id FROM visit_diagnosis) d ON d.mdtrt_id = n.mdtrt_id
  ANTI JOIN desk_entry e ON e.mdtrt_id = n.mdtrt_id
  WHERE NOT n.at_shop AND n.setl_time IS NOT NULL
),
line AS (
  SELECT l.mdtrt_id, BOOL_OR(l.bilg_dr_code IS NOT NULL) AS signed, BOOL_OR(substr(l.med_chrgitm_type, 1, 2) IN ('05', '06', '09', '10', '11')) AS care
  FROM net_line l
  SEMI JOIN visit v ON v.mdtrt_id = l.mdtrt_id
  GROUP BY l.mdtrt_id
  -- a line of an unknown kind may be the registration
  HAVING NOT BOOL_OR(l.med_chrgitm_type IS NULL)
),
registered AS (
  SELECT DISTINCT v.setl_id
  FROM visit v
  JOIN net_line l ON l.psn_no = v.psn_no AND l.fixmedins_code = v.fixmedins_code
                 AND CAST(l.fee_ocur_time AS DATE) <= v.day AND CAST(l.fee_ocur_time AS DATE) >= v.day - CAST($valid_days AS INT)
  WHERE substr(l.med_chrgitm_type, 1, 2) IN ('02', '12', '13')
),
seen AS (
  SELECT v.*, r.setl_id IS NULL AS unregistered, v.unseen AND NOT l.signed AS unsigned,
         v.undiagnosed AND v.unseen AND NOT l.signed AND r.setl_id IS NULL AS empty
  FROM visit v
  JOIN line l ON l.mdtrt_id = v.mdtrt_id AND l.care
  LEFT JOIN registered r ON r.setl_id = v.setl_id
),
house AS (
  -- what most visits of a house lack was never sent
  SELECT fixmedins_code, COUNT(*) AS visits,
         COUNT_IF(CAST(unregistered AS INT) + CAST(undiagnosed AS INT) + CAST(unsigned AS INT) = 2) AS two_missing
  FROM seen
  GROUP BY fixmedins_code
  HAVING GREATEST(COUNT_IF(unregistered), COUNT_IF(undiagnosed), COUNT_IF(unsigned)) <= COUNT(*) * $null_rate
),
torn AS (
  -- a till, or a day of the house, of which most bills are empty: the upload is incomplete, not the visits
  SELECT fixmedins_code, till, CAST(NULL AS DATE) AS day FROM seen GROUP BY fixmedins_code, till HAVING COUNT_IF(empty) > COUNT(*) * $null_rate
  UNION ALL
  SELECT fixmedins_code, CAST(NULL AS VARCHAR) AS till, day FROM seen GROUP BY fixmedins_code, day HAVING COUNT_IF(empty) > COUNT(*) * $null_rate
),
hit AS (
  SELECT s.*, h.visits, h.two_missing,
         CAST(FLOOR(epoch(s.setl_time)) AS BIGINT) - CAST(FLOOR(epoch(LAG(s.setl_time) OVER till)) AS BIGINT) AS pause
  FROM seen s
  JOIN house h ON h.fixmedins_code = s.fixmedins_code
  ANTI JOIN torn t ON t.fixmedins_code = s.fixmedins_code AND (t.till = s.till OR t.day = s.day)
  WHERE s.empty
  WINDOW till AS (PARTITION BY s.fixmedins_code, s.till ORDER BY s.setl_time, s.setl_id)
),
run AS (
  SELECT *, SUM(CASE WHEN pause <= $max_gap THEN 0 ELSE 1 END)
              OVER (PARTITION BY fixmedins_code, till ORDER BY setl_time, setl_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run_no
  FROM hit
),
bill AS (
  SELECT r.*, c.cards >= $min_cards AS one_after_the_other
  FROM run r
  JOIN (SELECT fixmedins_code, till, run_no, COUNT(DISTINCT psn_no) AS cards FROM run GROUP BY fixmedins_code, till, run_no) c
    ON c.fixmedins_code = r.fixmedins_code AND c.till = r.till AND c.run_no = r.run_no
)
SELECT 'institution' AS subject_type,
       fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(setl_id := setl_id, fen := CASE WHEN one_after_the_other THEN paid_fen ELSE CAST(0 AS BIGINT) END))) AS setl_d_rows,
       COUNT(DISTINCT psn_no) AS persons,
       COUNT_IF(one_after_the_other) AS settled_one_after_the_other,
       MAX(visits) AS visits,
       MAX(two_missing) AS visits_lacking_two
FROM bill
GROUP BY fixmedins_code
HAVING COUNT(DISTINCT psn_no) >= $min_persons
ORDER BY fixmedins_code
