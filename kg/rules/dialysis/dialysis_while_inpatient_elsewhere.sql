-- One row: a person billed for dialysis at a centre while lying in a hospital that did not send the person there, or at two centres in a day.
WITH session AS (
  SELECT d.psn_no, d.fixmedins_code, d.day, d.mdtrt_id, d.paired, d.posted_daily
  FROM dialysis_day d
  WHERE d.posted_daily
),
inside AS (
  SELECT c.psn_no, c.fixmedins_code, c.day, s.mdtrt_id AS stay_id, s.fixmedins_code AS hospital
  FROM session c
  JOIN stay s ON s.psn_no = c.psn_no AND s.fixmedins_code <> c.fixmedins_code
             AND c.day > CAST(s.begntime AS DATE) AND c.day < CAST(s.ends_at AS DATE)
  LEFT JOIN mdtrt_d m ON m.mdtrt_id = c.mdtrt_id
  ANTI JOIN leave_day l ON l.mdtrt_id = s.mdtrt_id AND l.day = c.day
  WHERE NOT c.paired                                       -- a face at the centre proves the stay false, not the session
    AND (m.refl_old_mdtrt_id IS NULL OR m.refl_old_mdtrt_id <> s.mdtrt_id)
),
hospital AS (
  -- a ward without machines sends its patients out; one that dialyses itself does not
  SELECT DISTINCT fixmedins_code FROM dialysis_line
),
doubled AS (
  SELECT b.psn_no, b.fixmedins_code, b.day
  FROM session a
  JOIN session b ON b.psn_no = a.psn_no AND b.day = a.day AND b.fixmedins_code <> a.fixmedins_code
  WHERE NOT b.paired AND (a.paired OR b.fixmedins_code > a.fixmedins_code)
),
doubtful AS (
  SELECT i.psn_no, i.fixmedins_code, i.day FROM inside i SEMI JOIN hospital h ON h.fixmedins_code = i.hospital
  UNION
  SELECT psn_no, fixmedins_code, day FROM doubled
),
line AS (
  SELECT DISTINCT l.psn_no, l.fixmedins_code, l.mdtrt_id, l.bkkp_sn, l.inscp_fen, l.day
  FROM doubtful d
  JOIN dialysis_line l ON l.psn_no = d.psn_no AND l.fixmedins_code = d.fixmedins_code AND l.day = d.day AND l.kind = 'session'
)
SELECT 'settlement' AS subject_type,
       psn_no || ' at ' || fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS fee_list_d_rows,
       COUNT(DISTINCT day) AS days
FROM line
GROUP BY psn_no, fixmedins_code
HAVING COUNT(DISTINCT day) >= $min_days
ORDER BY psn_no, fixmedins_code
