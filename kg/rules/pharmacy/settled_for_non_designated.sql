-- One row: an institution that opened visits and settled them on days on which its agreement was suspended or ended.
WITH barred AS (
  SELECT fixmedins_code, status_from, COALESCE(status_to, enddate, DATE '9999-12-31') AS status_to, agreement_status
  FROM fixmedins_b
  WHERE agreement_status IN ('suspended', 'ended') AND status_from IS NOT NULL
),
allowed AS (
  SELECT fixmedins_code, COALESCE(status_from, begndate, DATE '1900-01-01') AS status_from, COALESCE(status_to, enddate, DATE '9999-12-31') AS status_to
  FROM fixmedins_b
  WHERE agreement_status = 'active'
),
care AS (
  -- whoever lay there before the day is settled after it, lawfully
  SELECT n.setl_id, n.psn_no, n.fixmedins_code, CAST(m.begntime AS DATE) AS day
  FROM net_settlement n
  JOIN mdtrt_d m ON m.mdtrt_id = n.mdtrt_id
  WHERE n.paid_fen > 0
),
hit AS (
  SELECT c.setl_id, c.psn_no, c.fixmedins_code, c.day, b.agreement_status
  FROM care c
  JOIN barred b ON b.fixmedins_code = c.fixmedins_code AND c.day > b.status_from AND c.day < b.status_to
  ANTI JOIN allowed a ON a.fixmedins_code = c.fixmedins_code AND c.day >= a.status_from AND c.day <= a.status_to
)
SELECT 'institution' AS subject_type,
       fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       MIN(agreement_status) AS agreement,
       COUNT(DISTINCT psn_no) AS persons,
       MIN(day) AS first_day,
       MAX(day) AS last_day
FROM hit
GROUP BY fixmedins_code
HAVING COUNT(DISTINCT setl_id) >= $min_settlements
ORDER BY fixmedins_code
