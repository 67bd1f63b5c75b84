-- One row: a person and an institution with settlements at the chronic benefit that no registration of its disease covers.
WITH chronic AS (
  SELECT n.setl_id, n.mdtrt_id, n.psn_no, n.fixmedins_code, CAST(n.setl_time AS DATE) AS day, COALESCE(s.dise_no, m.dise_no) AS dise_no, s.insu_admdvs
  FROM net_settlement n
  JOIN setl_d s ON s.setl_id = n.setl_id
  LEFT JOIN mdtrt_d m ON m.mdtrt_id = n.mdtrt_id
  WHERE substr(n.med_type, 1, 2) = '14' AND n.setl_time IS NOT NULL
),
area AS (
  SELECT COALESCE(c.insu_admdvs, '') AS area
  FROM (SELECT DISTINCT psn_no, insu_admdvs FROM chronic) c
  LEFT JOIN (SELECT DISTINCT psn_no FROM opsp_reg) r ON r.psn_no = c.psn_no
  GROUP BY COALESCE(c.insu_admdvs, '')
  HAVING COUNT(*) >= $min_persons AND COUNT(r.psn_no) >= COUNT(*) * $feed
),
covered AS (
  SELECT c.setl_id
  FROM chronic c
  LEFT JOIN (SELECT DISTINCT dise_no FROM opsp_reg) k ON k.dise_no = c.dise_no
  JOIN opsp_reg r ON r.psn_no = c.psn_no
   AND date_diff('day', CAST(c.day AS DATE), CAST(r.begndate AS DATE)) <= $grace_days
   AND (r.enddate IS NULL OR date_diff('day', CAST(r.enddate AS DATE), CAST(c.day AS DATE)) <= $grace_days)
   -- a code that the register never uses is not compared
   AND (k.dise_no IS NULL OR r.dise_no = c.dise_no)
)
SELECT 'patient' AS subject_type,
       c.psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       COUNT(DISTINCT c.setl_id) AS settlements,
       MIN(c.dise_no) AS disease,
       COUNT(DISTINCT r.psn_no) = 0 AS never_registered
FROM chronic c
SEMI JOIN area a ON a.area = COALESCE(c.insu_admdvs, '')
ANTI JOIN covered v ON v.setl_id = c.setl_id
JOIN net_line l ON l.setl_id = c.setl_id
LEFT JOIN (SELECT DISTINCT psn_no FROM opsp_reg) r ON r.psn_no = c.psn_no
GROUP BY c.psn_no, c.fixmedins_code
ORDER BY c.psn_no, c.fixmedins_code
