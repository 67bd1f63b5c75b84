-- One row: a finished stay, what its bill is made of (fen), what was done that needs a bed, and what the patient paid from his own pocket.
-- kept: read by the rules about admissions without need
-- may lack: psn_b, setl_list_oprn_d, icu_stay, clinical_note
WITH cost AS (
  SELECT mdtrt_id, CAST(SUM(fee_fen) AS BIGINT) AS fee_fen, CAST(SUM(inscp_fen) AS BIGINT) AS inscp_fen,
         CAST(COALESCE(SUM(fee_fen) FILTER (WHERE charge IN ('03', '04')), 0) AS BIGINT) AS exam_fen,
         CAST(COALESCE(SUM(fee_fen) FILTER (WHERE charge IN ('05', '06', '09', '10', '11')), 0) AS BIGINT) AS therapy_fen,
         BOOL_OR(charge = '06') AS cut,
         -- chapter 1204 of the national items: injection and infusion
         BOOL_OR(substr(med_list_codg, 1, 6) = '001204') AS infused
  FROM stay_line
  GROUP BY mdtrt_id
),
own AS (
  SELECT mdtrt_id, CAST(SUM(cash_fen) AS BIGINT) AS cash_fen FROM net_settlement WHERE mdtrt_id IS NOT NULL GROUP BY mdtrt_id
)
SELECT s.mdtrt_id, s.psn_no, s.identity, s.fixmedins_code, s.begntime, s.ends_at, s.stay_days, s.disease, s.dscg_way,
       c.fee_fen, c.inscp_fen, o.cash_fen, COALESCE(c.infused, FALSE) AS infused,
       CASE WHEN c.fee_fen > 0 THEN CAST(c.exam_fen AS DOUBLE) / CAST(c.fee_fen AS DOUBLE) END AS exam_share,
       CASE WHEN c.fee_fen > 0 THEN CAST(c.therapy_fen AS DOUBLE) / CAST(c.fee_fen AS DOUBLE) END AS therapy_share,
       COALESCE(c.cut, FALSE) OR p.mdtrt_id IS NOT NULL AS operated,
       substr(s.med_type, 1, 2) IN ('22', '24') OR i.mdtrt_id IS NOT NULL AS urgent
FROM stay s
JOIN cost c ON c.mdtrt_id = s.mdtrt_id
LEFT JOIN own o ON o.mdtrt_id = s.mdtrt_id
LEFT JOIN (SELECT DISTINCT mdtrt_id FROM operation) p ON p.mdtrt_id = s.mdtrt_id
LEFT JOIN (SELECT DISTINCT mdtrt_id FROM icu_stay) i ON i.mdtrt_id = s.mdtrt_id
WHERE s.ends_at IS NOT NULL AND NOT s.with_newborn AND substr(s.med_type, 1, 2) <> '28'
