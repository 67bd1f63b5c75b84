-- One row: a clinic that seldom sees anybody by night, and then several households within one night, on several nights.
WITH contact AS (
  SELECT m.mdtrt_id, m.psn_no, COALESCE(h.household, m.psn_no) AS household, m.fixmedins_code,
         EXTRACT(hour FROM m.begntime) >= $closed_from OR EXTRACT(hour FROM m.begntime) < $closed_to AS at_night,
         -- the small hours belong to the evening before
         CAST(m.begntime - INTERVAL 12 HOUR AS DATE) AS night
  FROM mdtrt_d m
  JOIN institution i ON i.fixmedins_code = m.fixmedins_code AND i.medins_kind = 'village_clinic'
  LEFT JOIN household h ON h.psn_no = m.psn_no
  -- a moment without an hour is unknown
  WHERE m.vali_flag = '1' AND m.begntime <> CAST(CAST(m.begntime AS DATE) AS TIMESTAMP) AND substr(m.med_type, 1, 2) IN ('11', '13', '14', '16', '19')
),
night AS (
  SELECT fixmedins_code, night, COUNT(DISTINCT household) >= $min_households AS gathering
  FROM contact
  WHERE at_night
  GROUP BY fixmedins_code, night
),
span AS (
  SELECT fixmedins_code, date_diff('day', CAST(MIN(night) AS DATE), CAST(MAX(night) AS DATE)) + 1 AS days FROM contact GROUP BY fixmedins_code
),
habit AS (
  SELECT n.fixmedins_code, COUNT_IF(n.gathering) AS nights
  FROM night n
  JOIN span s ON s.fixmedins_code = n.fixmedins_code
  GROUP BY n.fixmedins_code
  HAVING COUNT_IF(n.gathering) >= $min_nights AND COUNT_IF(n.gathering) >= COUNT(*) * $gathered AND COUNT(*) <= MAX(s.days) * $open_share
)
SELECT 'institution' AS subject_type,
       c.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := CAST(0 AS BIGINT)))) AS fee_list_d_rows,
       MAX(h.nights) AS nights,
       COUNT(DISTINCT c.psn_no) AS persons
FROM habit h
JOIN night n ON n.fixmedins_code = h.fixmedins_code AND n.gathering
JOIN contact c ON c.fixmedins_code = n.fixmedins_code AND c.night = n.night AND c.at_night
JOIN net_line l ON l.mdtrt_id = c.mdtrt_id
GROUP BY c.fixmedins_code
ORDER BY c.fixmedins_code
