-- One row: a stay paid by a grave main diagnosis that got none of what others with it get and cost far less, in a hospital full of such stays.
WITH cost AS (
  SELECT fixmedins_code, disease, MEDIAN(CAST(fee_fen AS DOUBLE)) AS fen FROM stay_bill WHERE disease IS NOT NULL GROUP BY fixmedins_code, disease
),
usual_cost AS (
  SELECT a.fixmedins_code, a.disease, MEDIAN(b.fen) AS usual_fen
  FROM cost a
  JOIN cost b ON b.disease = a.disease AND b.fixmedins_code <> a.fixmedins_code
  GROUP BY a.fixmedins_code, a.disease
),
paid AS (
  -- what the fund pays for the group, where the settlement says it
  SELECT mdtrt_id, CAST(SUM(bydise_setl_payamt) AS BIGINT) AS group_fen
  FROM setl_d
  WHERE vali_flag = '1' AND bydise_setl_payamt > 0 AND mdtrt_id IS NOT NULL
  GROUP BY mdtrt_id
),
bare AS (
  SELECT b.mdtrt_id, b.fixmedins_code, d.illness, d.signs, b.fee_fen, u.usual_fen, p.group_fen
  FROM diagnosis_support d
  JOIN stay_bill b ON b.mdtrt_id = d.mdtrt_id
  JOIN usual_cost u ON u.fixmedins_code = b.fixmedins_code AND u.disease = b.disease
  LEFT JOIN paid p ON p.mdtrt_id = b.mdtrt_id
  WHERE d.main AND d.signs >= $min_signs AND d.shown = 0 AND NOT b.operated AND NOT b.urgent
    AND b.fee_fen <= u.usual_fen * $cost_max
    AND (p.group_fen IS NULL OR p.group_fen >= b.fee_fen * (1 + $gain) AND p.group_fen - b.fee_fen >= $min_gain)
),
rate AS (
  SELECT h.fixmedins_code, h.stays, COALESCE(x.bare, 0) AS bare, CAST(COALESCE(x.bare, 0) AS DOUBLE) / CAST(h.stays AS DOUBLE) AS rate
  FROM (SELECT fixmedins_code, COUNT(*) AS stays FROM diagnosis_support WHERE main AND signs >= $min_signs GROUP BY fixmedins_code) h
  LEFT JOIN (SELECT fixmedins_code, COUNT(*) AS bare FROM bare GROUP BY fixmedins_code) x ON x.fixmedins_code = h.fixmedins_code
),
habit AS (
  -- a bill may lack an item by chance or by patience: a hospital with its share of such stays is left alone
  SELECT r.fixmedins_code, r.rate, u.usual_rate
  FROM rate r
  CROSS JOIN (SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate) u
  WHERE r.bare >= $min_stays + r.stays * u.usual_rate * $times + $z * SQRT(r.stays * u.usual_rate * $times)
)
SELECT 'encounter' AS subject_type,
       b.mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := b.mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       -- paid for the group beyond what was done
       MAX(b.group_fen - b.fee_fen) AS estimate_fen,
       MIN(b.illness) AS main_diagnosis,
       MAX(b.signs) AS signs_missing,
       MAX(b.fee_fen) AS bill_fen,
       CAST(FLOOR(MAX(b.usual_fen)) AS BIGINT) AS usual_bill_fen,
       MAX(b.group_fen) AS group_payment_fen,
       ROUND(MAX(h.rate), 4) AS hospital_rate,
       ROUND(MAX(h.usual_rate), 4) AS usual_rate
FROM bare b
JOIN habit h ON h.fixmedins_code = b.fixmedins_code
GROUP BY b.mdtrt_id
ORDER BY b.mdtrt_id
