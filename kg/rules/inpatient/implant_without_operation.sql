-- One row: a visit billed for an implant though nothing was operated on that patient, then or within days.
WITH implant AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, CAST(l.fee_ocur_time AS DATE) AS day, l.cnt, l.inscp_fen
  FROM net_line l
  SEMI JOIN (SELECT med_list_codg FROM kb_consumable WHERE needs_operation = '1') k ON k.med_list_codg = l.med_list_codg
  WHERE l.fee_ocur_time IS NOT NULL
),
cut AS (
  -- a record, or a charge for an operation: of this patient, wherever it was done
  SELECT psn_no, day FROM operation WHERE day IS NOT NULL
  UNION
  SELECT psn_no, CAST(fee_ocur_time AS DATE) AS day
  FROM net_line
  WHERE (substr(med_chrgitm_type, 1, 2) = '06' OR (substr(med_list_codg, 1, 4) = '0033' AND substr(med_list_codg, 1, 6) <> '003301'))
    AND fee_ocur_time IS NOT NULL
),
judged AS (
  SELECT i.*, BOOL_OR(c.psn_no IS NOT NULL OR o.mdtrt_id IS NOT NULL) AS explained
  FROM implant i
  LEFT JOIN cut c ON c.psn_no = i.psn_no AND ABS(date_diff('day', CAST(c.day AS DATE), CAST(i.day AS DATE))) <= $window_days
  LEFT JOIN (SELECT DISTINCT mdtrt_id FROM operation) o ON o.mdtrt_id = i.mdtrt_id
  GROUP BY ALL
),
feed AS (
  SELECT fixmedins_code FROM judged GROUP BY fixmedins_code HAVING COUNT_IF(explained) >= COUNT(*) * $feed
)
SELECT 'encounter' AS subject_type,
       j.mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := j.mdtrt_id, bkkp_sn := j.bkkp_sn, fen := j.inscp_fen))) AS fee_list_d_rows,
       CAST(SUM(j.cnt) AS DOUBLE) AS pieces
FROM judged j
SEMI JOIN feed f ON f.fixmedins_code = j.fixmedins_code
WHERE NOT j.explained
GROUP BY j.mdtrt_id
ORDER BY j.mdtrt_id
