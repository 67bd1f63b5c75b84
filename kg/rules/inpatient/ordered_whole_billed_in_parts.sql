-- One row: an institution that billed parts nobody ordered on days on which the ordered whole is not on the bill.
WITH line AS (
  SELECT * FROM stay_line WHERE substr(med_list_codg, 1, 2) = '00'
),
daily AS (
  -- a service that the usual hospital bills on the days for which it is ordered: its absence from a bill says something
  SELECT med_list_codg
  FROM (SELECT s.fixmedins_code, o.med_list_codg, CAST(COUNT_IF(o.billed) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS share
        FROM service_order_day o
        JOIN stay s ON s.mdtrt_id = o.mdtrt_id
        GROUP BY s.fixmedins_code, o.med_list_codg
        HAVING COUNT(*) >= $min_days) AS house
  GROUP BY med_list_codg
  HAVING MEDIAN(share) >= $feed
),
price AS (
  SELECT l.med_list_codg, MEDIAN(CAST(l.fee_fen AS DOUBLE) / CAST(l.cnt AS DOUBLE)) AS fen
  FROM line l
  SEMI JOIN daily d ON d.med_list_codg = l.med_list_codg
  GROUP BY l.med_list_codg
),
wanted AS (
  SELECT DISTINCT mdtrt_id, med_list_codg FROM drord_d
),
needed AS (
  -- a service that nobody orders and many hospitals bill needs no order; one that only a few bill, nobody has asked for
  SELECT l.med_list_codg
  FROM (SELECT DISTINCT fixmedins_code, mdtrt_id, med_list_codg FROM line) l
  LEFT JOIN wanted w ON w.mdtrt_id = l.mdtrt_id AND w.med_list_codg = l.med_list_codg
  CROSS JOIN (SELECT COUNT(DISTINCT fixmedins_code) AS hospitals FROM line) a
  GROUP BY l.med_list_codg
  HAVING COUNT(w.mdtrt_id) > 0 OR COUNT(DISTINCT l.fixmedins_code) < MAX(a.hospitals) * $customary
),
part AS (
  SELECT l.fixmedins_code, l.mdtrt_id, l.day, o.med_list_codg AS whole, p.fen, l.med_list_codg AS part, l.bkkp_sn, l.cnt, l.fee_fen, l.inscp_fen
  FROM line l
  SEMI JOIN needed n ON n.med_list_codg = l.med_list_codg
  ANTI JOIN wanted w ON w.mdtrt_id = l.mdtrt_id AND w.med_list_codg = l.med_list_codg
  -- parts stand in the chapter of their whole
  JOIN service_order_day o ON o.mdtrt_id = l.mdtrt_id AND o.day = l.day AND NOT o.billed AND substr(o.med_list_codg, 1, 4) = substr(l.med_list_codg, 1, 4)
  JOIN price p ON p.med_list_codg = o.med_list_codg
),
usual AS (
  -- a part belongs to the whole that it replaces most often
  SELECT fixmedins_code, part, whole
  FROM (SELECT fixmedins_code, part, whole, visits, ROW_NUMBER() OVER (PARTITION BY fixmedins_code, part ORDER BY visits DESC, whole) AS place
        FROM (SELECT fixmedins_code, part, whole, COUNT(DISTINCT mdtrt_id) AS visits FROM part GROUP BY fixmedins_code, part, whole) AS pair) AS ranked
  WHERE place = 1 AND visits >= $min_visits
),
split AS (
  SELECT p.fixmedins_code, p.whole, p.mdtrt_id, p.day, MAX(p.fen) AS fen, CAST(SUM(p.fee_fen) AS BIGINT) AS fee_fen
  FROM part p
  SEMI JOIN usual u ON u.fixmedins_code = p.fixmedins_code AND u.whole = p.whole AND u.part = p.part
  GROUP BY p.fixmedins_code, p.whole, p.mdtrt_id, p.day
  HAVING SUM(p.cnt) >= $min_parts AND SUM(p.fee_fen) >= MAX(p.fen) * (1 + $dearer)
),
habit AS (
  SELECT fixmedins_code, whole FROM split GROUP BY fixmedins_code, whole HAVING COUNT(DISTINCT mdtrt_id) >= $min_visits
)
SELECT 'institution' AS subject_type,
       s.fixmedins_code AS subject_id,
       -- what the whole would have cost is taken off
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := p.mdtrt_id, bkkp_sn := p.bkkp_sn,
         fen := CAST(FLOOR(CAST(p.inscp_fen AS DOUBLE) * (1 - s.fen / CAST(s.fee_fen AS DOUBLE))) AS BIGINT)))) AS fee_list_d_rows,
       s.whole,
       COUNT(DISTINCT s.mdtrt_id) AS visits,
       COUNT(DISTINCT p.part) AS parts,
       ROUND(MAX(s.fen), 0) AS whole_fen
FROM split s
SEMI JOIN habit h ON h.fixmedins_code = s.fixmedins_code AND h.whole = s.whole
JOIN part p ON p.fixmedins_code = s.fixmedins_code AND p.whole = s.whole AND p.mdtrt_id = s.mdtrt_id AND p.day = s.day
SEMI JOIN usual u ON u.fixmedins_code = p.fixmedins_code AND u.whole = p.whole AND u.part = p.part
GROUP BY s.fixmedins_code, s.whole
ORDER BY s.fixmedins_code, s.whole
