-- One row: a patient and the claims over the desk whose invoice had been settled before.
WITH bill AS (
  SELECT * FROM desk_bill WHERE invono IS NOT NULL
),
counter AS (
  -- an issuer whose numbers come again with other amounts prints a till's counter, not invoices
  SELECT fixmedins_code
  FROM (SELECT fixmedins_code, invono, COUNT(DISTINCT fee_fen) AS amounts FROM bill GROUP BY fixmedins_code, invono) AS used
  GROUP BY fixmedins_code
  HAVING COUNT_IF(amounts > 1) > COUNT(*) * $counter_share
),
again AS (
  SELECT b.setl_id, b.psn_no, MIN(b.fund_fen) AS fund_fen, MIN(a.setl_id) AS first_settlement, MIN(b.opter_id) AS handler
  FROM bill a
  JOIN bill b ON b.fixmedins_code = a.fixmedins_code AND b.invono = a.invono AND b.fee_fen = a.fee_fen AND b.setl_id <> a.setl_id
             AND (b.setl_time > a.setl_time OR (b.setl_time = a.setl_time AND b.setl_id > a.setl_id))
  ANTI JOIN counter c ON c.fixmedins_code = a.fixmedins_code
  WHERE b.by_hand
    -- one replaces the other
    AND COALESCE(b.init_setl_id, '') <> a.setl_id AND COALESCE(a.init_setl_id, '') <> b.setl_id
    -- basic and supplementary insurance pay their shares of one visit
    AND (b.mdtrt_id <> a.mdtrt_id OR COALESCE(b.insutype, '') = COALESCE(a.insutype, ''))
  GROUP BY b.setl_id, b.psn_no
)
SELECT 'patient' AS subject_type,
       psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(setl_id := setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       COUNT(*) AS claims,
       CAST(SUM(fund_fen) AS BIGINT) AS fund_fen,
       MIN(first_settlement) AS first_settlement,
       MIN(handler) AS handler
FROM again
GROUP BY psn_no
ORDER BY psn_no
