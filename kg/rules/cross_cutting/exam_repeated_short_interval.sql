-- One row: an institution that repeats, within days, examinations which the usual one does once.
WITH step AS (
  SELECT fixmedins_code, mdtrt_id, med_list_codg, day,
         date_diff('day', CAST(LAG(day) OVER (PARTITION BY mdtrt_id, med_list_codg ORDER BY day) AS DATE), CAST(day AS DATE)) AS days_since
  FROM test_done
),
visit AS (
  SELECT fixmedins_code, mdtrt_id, med_list_codg, BOOL_OR(COALESCE(days_since <= $min_days, FALSE)) AS repeated FROM step GROUP BY fixmedins_code, mdtrt_id, med_list_codg
),
house AS (
  SELECT fixmedins_code, med_list_codg, CAST(COUNT_IF(repeated) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS share
  FROM visit
  GROUP BY fixmedins_code, med_list_codg
  HAVING COUNT(*) >= $min_visits
),
once AS (
  -- what is followed day by day (blood counts, sugar, salts) is repeated everywhere
  SELECT med_list_codg FROM house GROUP BY med_list_codg HAVING COUNT(*) >= $min_peers AND MEDIAN(share) <= $usual
),
habit AS (
  SELECT v.fixmedins_code, COUNT(DISTINCT v.mdtrt_id) AS visits, COUNT(DISTINCT CASE WHEN v.repeated THEN v.mdtrt_id END) AS repeats
  FROM visit v
  SEMI JOIN once o ON o.med_list_codg = v.med_list_codg
  GROUP BY v.fixmedins_code
)
SELECT 'institution' AS subject_type,
       h.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MAX(h.repeats) AS visits,
       COUNT(DISTINCT s.med_list_codg) AS items,
       MIN(s.days_since) AS least_days
FROM habit h
JOIN step s ON s.fixmedins_code = h.fixmedins_code AND s.days_since <= $min_days
SEMI JOIN once o ON o.med_list_codg = s.med_list_codg
-- the later one is the one that nobody needed
JOIN net_line l ON l.mdtrt_id = s.mdtrt_id AND l.med_list_codg = s.med_list_codg AND CAST(l.fee_ocur_time AS DATE) = s.day
WHERE h.repeats >= $min_repeats AND h.repeats >= h.visits * $share
GROUP BY h.fixmedins_code
ORDER BY h.fixmedins_code
