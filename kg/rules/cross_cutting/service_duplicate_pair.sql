-- One row: an institution and a national pair of items, with every contained line billed inside the window of its containing item.
WITH clock AS (
  SELECT fixmedins_code,
         CAST(COUNT_IF(fee_ocur_time = CAST(CAST(fee_ocur_time AS DATE) AS TIMESTAMP)) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS midnight_share
  FROM service_line
  GROUP BY fixmedins_code
),
main AS (
  SELECT l.*, p.pair_code AS part_code, p."window" AS within
  FROM service_line l
  JOIN kb_point p ON p.subject_code = l.med_list_codg
  WHERE p.rule_kind = 'service_duplicate_pair'
    AND (p.valid_from IS NULL OR CAST(l.fee_ocur_time AS DATE) >= p.valid_from)
    AND (p.valid_to IS NULL OR CAST(l.fee_ocur_time AS DATE) <= p.valid_to)
),
pair AS (
  SELECT DISTINCT b.mdtrt_id, b.bkkp_sn, b.fixmedins_code, b.psn_no, b.inscp_fen, m.med_list_codg AS main_code, b.med_list_codg AS part_code,
         m.mdtrt_id || m.bkkp_sn AS occasion
  FROM main m
  JOIN service_line b ON b.psn_no = m.psn_no AND b.fixmedins_code = m.fixmedins_code AND b.med_list_codg = m.part_code
  JOIN clock c ON c.fixmedins_code = m.fixmedins_code
  WHERE (m.within = 'visit' AND b.mdtrt_id = m.mdtrt_id)
     OR (m.within = 'day' AND CAST(b.fee_ocur_time AS DATE) = CAST(m.fee_ocur_time AS DATE))
     OR (m.within IN ('6 hours', 'hour') AND c.midnight_share < $date_only_share
         AND ABS(CAST(FLOOR(epoch(b.fee_ocur_time)) AS BIGINT) - CAST(FLOOR(epoch(m.fee_ocur_time)) AS BIGINT))
             <= CASE WHEN m.within = '6 hours' THEN 21600 ELSE 3600 END)
),
billing AS (
  SELECT med_list_codg AS main_code, fixmedins_code, COUNT(*) AS occasions FROM service_line GROUP BY med_list_codg, fixmedins_code
),
habit AS (
  SELECT p.main_code, p.part_code, p.fixmedins_code, COUNT(DISTINCT p.mdtrt_id || p.bkkp_sn) AS lines,
         CAST(COUNT(DISTINCT p.occasion) AS DOUBLE) / CAST(MAX(b.occasions) AS DOUBLE) AS share
  FROM pair p
  JOIN billing b ON b.main_code = p.main_code AND b.fixmedins_code = p.fixmedins_code
  GROUP BY p.main_code, p.part_code, p.fixmedins_code
),
practice AS (
  -- how many of the institutions that bill the containing item have the habit
  SELECT h.main_code, h.part_code, COUNT(*) AS doing,
         MAX(a.billing) AS billing
  FROM habit h
  JOIN (SELECT main_code, COUNT(*) AS billing FROM billing GROUP BY main_code) a ON a.main_code = h.main_code
  WHERE h.share >= $min_share
  GROUP BY h.main_code, h.part_code
)
SELECT 'institution' AS subject_type,
       p.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := p.mdtrt_id, bkkp_sn := p.bkkp_sn, fen := p.inscp_fen))) AS fee_list_d_rows,
       p.main_code,
       p.part_code,
       COUNT(DISTINCT p.psn_no) AS persons,
       MAX(h.share) AS share_of_occasions
FROM pair p
JOIN habit h ON h.main_code = p.main_code AND h.part_code = p.part_code AND h.fixmedins_code = p.fixmedins_code
JOIN practice r ON r.main_code = p.main_code AND r.part_code = p.part_code
WHERE h.lines >= $min_lines AND h.share >= $min_share
  AND NOT (r.billing >= $adopted_min AND r.doing > r.billing * $adopted_share)
GROUP BY p.fixmedins_code, p.main_code, p.part_code
ORDER BY p.fixmedins_code, p.main_code, p.part_code
