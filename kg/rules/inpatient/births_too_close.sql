-- One row: a person with two deliveries between which no pregnancy fits, or of an age at which nobody gives birth; the delivery with fewer witnesses.
WITH delivery AS (
  SELECT s.mdtrt_id, s.psn_no, s.identity, s.begntime, CAST(COALESCE(CAST(m.birctrl_matn_date AS TIMESTAMP), s.begntime) AS DATE) AS day,
         COALESCE(m.brdy, p.brdy) AS brdy
  FROM stay s
  JOIN mdtrt_d m ON m.mdtrt_id = s.mdtrt_id
  LEFT JOIN psn_b p ON p.psn_no = s.psn_no
  WHERE s.disease IN ('O80', 'O81', 'O82', 'O83', 'O84') AND COALESCE(m.nwb_flag, '0') <> '1' AND s.begntime IS NOT NULL
),
pair AS (
  SELECT a.mdtrt_id AS first_id, b.mdtrt_id AS second_id, date_diff('day', CAST(a.day AS DATE), CAST(b.day AS DATE)) AS days_apart,
         CASE WHEN y.days_present < x.days_present THEN b.mdtrt_id
              WHEN y.days_present > x.days_present THEN a.mdtrt_id
              WHEN y.days_witnessed > x.days_witnessed THEN a.mdtrt_id
              ELSE b.mdtrt_id END AS doubtful
  FROM delivery a
  JOIN delivery b ON b.identity = a.identity AND b.mdtrt_id <> a.mdtrt_id AND b.day >= a.day
                 -- one birth may fill two stays, by transfer or by a return within weeks
                 AND date_diff('day', CAST(a.day AS DATE), CAST(b.day AS DATE)) > $one_birth_days
                 AND date_diff('day', CAST(a.day AS DATE), CAST(b.day AS DATE)) < $min_days
  JOIN stay_presence x ON x.mdtrt_id = a.mdtrt_id
  JOIN stay_presence y ON y.mdtrt_id = b.mdtrt_id
),
doubt AS (
  SELECT doubtful AS mdtrt_id, first_id, second_id, days_apart, CAST(NULL AS BIGINT) AS age FROM pair
  UNION ALL
  SELECT mdtrt_id, mdtrt_id AS first_id, mdtrt_id AS second_id, CAST(NULL AS BIGINT) AS days_apart,
         date_diff('day', CAST(brdy AS DATE), CAST(day AS DATE)) // 365 AS age
  FROM delivery
  WHERE brdy IS NOT NULL
    AND (date_diff('day', CAST(brdy AS DATE), CAST(day AS DATE)) < $min_age * 365 OR date_diff('day', CAST(brdy AS DATE), CAST(day AS DATE)) > $max_age * 366)
)
SELECT 'patient' AS subject_type,
       d.psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := v.mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       MIN(x.days_apart) AS days_apart,
       MAX(x.age) AS age
FROM doubt x
JOIN delivery d ON d.mdtrt_id = x.mdtrt_id
JOIN stay_line l ON l.mdtrt_id = x.mdtrt_id
JOIN stay v ON v.mdtrt_id IN (x.first_id, x.second_id)
GROUP BY d.psn_no
ORDER BY d.psn_no
