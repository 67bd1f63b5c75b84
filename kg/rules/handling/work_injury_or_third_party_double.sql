-- One row: a patient whose injury another payer answers for, and whose care the fund paid without being told.
WITH event AS (
  SELECT row_id, certno_h, CAST(event_date AS DATE) AS day, amount, lower(invono) AS invono
  FROM other_payer
  -- an insurance that the patient bought himself pays on top lawfully
  WHERE regexp_matches(lower(payer_kind), 'work|injur|traffic|third|liab|accident|工伤|第三|交通|侵权|责任')
),
care AS (
  SELECT b.setl_id, b.identity, b.psn_no, b.fee_fen, b.fund_fen, b.invono, CAST(m.begntime AS DATE) AS day,
         COALESCE(CAST(b.enddate AS DATE), CAST(b.setl_time AS DATE)) AS ended,
         COALESCE(regexp_matches(m.med_type, '^(19|22|81)'), FALSE) OR COALESCE(regexp_matches(m.dscg_maindiag_code, '^[ST]'), FALSE) AS injury
  FROM desk_bill b
  JOIN mdtrt_d m ON m.mdtrt_id = b.mdtrt_id
  WHERE b.fund_fen > 0 AND COALESCE(m.ttp_pay_flag, '0') <> '1'
),
hit AS (
  SELECT c.psn_no, c.setl_id, c.fund_fen, e.row_id, e.amount, e.day
  FROM care c
  JOIN event e ON e.certno_h = c.identity
  WHERE c.invono = e.invono
     OR (c.injury AND ABS(date_diff('day', CAST(e.day AS DATE), CAST(c.day AS DATE))) <= $match_days)
     -- a register of payments has no day of the accident: the two together then paid more than the care cost
     OR (c.injury AND e.day > c.ended AND date_diff('day', CAST(c.ended AS DATE), CAST(e.day AS DATE)) <= $pay_days
         AND e.amount <= c.fee_fen AND e.amount + c.fund_fen > c.fee_fen)
)
SELECT 'patient' AS subject_type,
       psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(row_id := row_id, fen := CAST(0 AS BIGINT)))) AS other_payer_rows,
       COUNT(DISTINCT setl_id) AS settlements,
       CAST(MAX(amount) AS BIGINT) AS other_payer_fen,
       MIN(day) AS event_day
FROM hit
GROUP BY psn_no
ORDER BY psn_no
