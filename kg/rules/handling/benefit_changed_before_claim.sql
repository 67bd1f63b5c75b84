-- One row: a handler who registered people for a chronic disease that no record knew, and paid their claims for it himself.
WITH fresh AS (
  SELECT r.row_id, r.psn_no, r.opter_id, CAST(r.begndate AS DATE) AS day
  FROM opsp_reg r
  -- an illness that somebody had diagnosed before is registered as it should be
  ANTI JOIN (SELECT m.psn_no, substr(d.diag_code, 1, 3) AS disease, CAST(m.begntime AS DATE) AS day
             FROM visit_diagnosis d JOIN mdtrt_d m ON m.mdtrt_id = d.mdtrt_id) k
         ON k.psn_no = r.psn_no AND k.disease = substr(r.dise_no, 1, 3) AND k.day <= CAST(r.begndate AS DATE)
  WHERE r.opter_id IS NOT NULL AND r.begndate IS NOT NULL
),
share AS (
  SELECT opter_id, CAST(COUNT(*) AS DOUBLE) / CAST(SUM(COUNT(*)) OVER () AS DOUBLE) AS share
  FROM desk_bill
  WHERE by_hand AND opter_id IS NOT NULL
  GROUP BY opter_id
),
claim AS (
  SELECT f.row_id, f.psn_no, f.opter_id AS registrar, b.setl_id, b.opter_id AS payer, b.fund_fen
  FROM fresh f
  JOIN desk_bill b ON b.psn_no = f.psn_no AND b.by_hand AND b.opter_id IS NOT NULL AND b.fund_fen > 0
                  AND CAST(b.begndate AS DATE) >= f.day AND date_diff('day', CAST(f.day AS DATE), CAST(b.begndate AS DATE)) <= $window_days
),
hand AS (
  SELECT c.registrar, COUNT(DISTINCT c.setl_id) AS claims, COUNT(DISTINCT c.setl_id) FILTER (WHERE c.payer = c.registrar) AS own,
         COUNT(DISTINCT c.psn_no) FILTER (WHERE c.payer = c.registrar) AS persons
  FROM claim c
  GROUP BY c.registrar
)
SELECT 'handler' AS subject_type,
       c.registrar AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := c.setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(row_id := c.row_id, fen := CAST(0 AS BIGINT)))) AS opsp_reg_rows,
       MAX(h.persons) AS persons,
       MAX(h.own) AS claims,
       MAX(s.share) AS office_share
FROM claim c
JOIN hand h ON h.registrar = c.registrar
JOIN share s ON s.opter_id = c.registrar
WHERE c.payer = c.registrar
  AND h.persons >= $min_persons AND h.own >= h.claims * $own_share
  -- that so many claims come by chance to him who registered them
  AND POW(s.share, h.own) <= $alpha
GROUP BY c.registrar
ORDER BY c.registrar
