-- One row: a patient and the claims over the desk whose invoice had been settled before.
WITH bill AS (
  SELECT * FROM desk_bill WHERE invono IS NOT NULL
),
counter AS (
  -- an issuer whose numbers come again with other amounts prints a till's counter, not invoices
  SELECT fixmedins_code
  FROM (SELECT fixmedins_code, invono, COUNT(DISTINCT fee_fen) AS amounts FROM bill GROUP BY fixmedins_code, invono) AS used
  GROUP BY fixmedins_code
  HAVING COUNT_IF(amounts > 1) > COUNT(*) * $counter_share AND COUNT_IF(amounts > 1) > $counter_numbers
),
pair AS (
  SELECT a.setl_id AS first_settlement, b.setl_id, b.psn_no, b.fund_fen, b.opter_id, a.fee_fen = b.fee_fen AS whole,
         COALESCE(a.identity = b.identity AND a.begndate = b.begndate AND a.enddate = b.enddate, FALSE) AS same_care
  FROM bill a
  JOIN bill b ON b.fixmedins_code = a.fixmedins_code AND b.invono = a.invono AND b.setl_id <> a.setl_id
             AND (b.setl_time > a.setl_time OR (b.setl_time = a.setl_time AND b.setl_id > a.setl_id))
  ANTI JOIN counter c ON c.fixmedins_code = a.fixmedins_code
  WHERE b.by_hand
    -- one replaces the other
    AND COALESCE(b.init_setl_id, '') <> a.setl_id AND COALESCE(a.init_setl_id, '') <> b.setl_id
    -- basic and supplementary insurance pay their shares of one visit
    AND (b.mdtrt_id <> a.mdtrt_id OR COALESCE(b.insutype, '') = COALESCE(a.insutype, ''))
),
item AS (
  SELECT l.setl_id, l.med_list_codg, SUM(l.cnt) AS cnt, SUM(l.fee_fen) AS fee_fen
  FROM net_line l
  SEMI JOIN (SELECT setl_id FROM pair WHERE same_care UNION SELECT first_settlement AS setl_id FROM pair WHERE same_care) p ON p.setl_id = l.setl_id
  GROUP BY l.setl_id, l.med_list_codg
),
part AS (
  -- a claim for a part of the bill: its items stood on the first
  SELECT p.first_settlement, p.setl_id
  FROM pair p
  JOIN item b ON b.setl_id = p.setl_id
  LEFT JOIN item a ON a.setl_id = p.first_settlement AND a.med_list_codg = b.med_list_codg AND a.cnt >= b.cnt
  GROUP BY p.first_settlement, p.setl_id
  HAVING SUM(CASE WHEN a.setl_id IS NULL THEN 0 ELSE b.fee_fen END) >= SUM(b.fee_fen) * $part_share
),
again AS (
  SELECT p.setl_id, p.psn_no, MIN(p.fund_fen) AS fund_fen, MIN(p.first_settlement) AS first_settlement, MIN(p.opter_id) AS handler
  FROM pair p
  LEFT JOIN part q ON q.first_settlement = p.first_settlement AND q.setl_id = p.setl_id
  WHERE p.whole OR q.setl_id IS NOT NULL
  GROUP BY p.setl_id, p.psn_no
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
