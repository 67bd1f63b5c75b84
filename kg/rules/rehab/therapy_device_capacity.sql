-- One row: an institution and a kind of device that worked more hours in a month than all its devices can, or that it does not own.
WITH line AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, k.needs_equip_type AS equip_type, l.inscp_fen, l.cnt * k.minutes AS minutes,
         EXTRACT(year FROM l.fee_ocur_time) * 12 + EXTRACT(month FROM l.fee_ocur_time) AS month_no, CAST(l.fee_ocur_time AS DATE) AS day
  FROM net_line l
  JOIN (SELECT med_list_codg, MIN(needs_equip_type) AS needs_equip_type, MIN(minutes_min) AS minutes
        FROM kb_service WHERE needs_equip_type IS NOT NULL AND minutes_min > 0 GROUP BY med_list_codg) k ON k.med_list_codg = l.med_list_codg
  WHERE l.fee_ocur_time IS NOT NULL
),
owned AS (
  -- all that were ever registered: what was bought later or sold before speaks for the institution too
  SELECT fixmedins_code, equip_type, SUM(cnt) AS cnt FROM equipment GROUP BY fixmedins_code, equip_type
),
month_of AS (
  SELECT l.fixmedins_code, l.equip_type, l.month_no, SUM(l.minutes) AS minutes, COALESCE(MAX(o.cnt), 0) AS devices
  FROM line l
  SEMI JOIN (SELECT DISTINCT fixmedins_code FROM equipment) r ON r.fixmedins_code = l.fixmedins_code     -- whose register is known
  LEFT JOIN owned o ON o.fixmedins_code = l.fixmedins_code AND o.equip_type = l.equip_type
  GROUP BY l.fixmedins_code, l.equip_type, l.month_no
),
over AS (
  -- a whole month, because therapies are posted by the week
  SELECT *, devices * $open_minutes * 31 AS capacity
  FROM month_of
  WHERE minutes > devices * $open_minutes * 31
)
SELECT 'institution' AS subject_type,
       o.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := CAST(0 AS BIGINT)))) AS fee_list_d_rows,
       SUM(CAST(l.inscp_fen AS DOUBLE) * (1 - CAST(o.capacity AS DOUBLE) / CAST(o.minutes AS DOUBLE))) AS estimate_fen,
       o.equip_type,
       CAST(MAX(o.devices) AS BIGINT) AS devices,
       COUNT(DISTINCT o.month_no) AS months,
       CAST(MAX(o.minutes) AS DOUBLE) AS most_minutes
FROM over o
JOIN line l ON l.fixmedins_code = o.fixmedins_code AND l.equip_type = o.equip_type AND l.month_no = o.month_no
GROUP BY o.fixmedins_code, o.equip_type
HAVING COUNT(*) >= $min_lines
ORDER BY o.fixmedins_code, o.equip_type
