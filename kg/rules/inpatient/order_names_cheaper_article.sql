-- One row: a hospital and an article that it billed without an order, in several stays, where the chart orders a cheaper one of the group that is not billed.
WITH billed AS (
  SELECT mdtrt_id, fixmedins_code, med_list_codg, SUM(cnt) AS cnt, CAST(SUM(fee_fen) AS BIGINT) AS fee_fen
  FROM stay_line
  -- drugs and consumables; services are held against their own records
  WHERE substr(med_list_codg, 1, 2) <> '00' AND cnt > 0
  GROUP BY mdtrt_id, fixmedins_code, med_list_codg
),
wanted AS (
  SELECT DISTINCT mdtrt_id, med_list_codg FROM drord_d WHERE med_list_codg IS NOT NULL
),
price AS (
  SELECT med_list_codg, MEDIAN(CAST(fee_fen AS DOUBLE) / CAST(cnt AS DOUBLE)) AS fen FROM billed GROUP BY med_list_codg
),
house AS (
  SELECT b.fixmedins_code, b.med_list_codg, COUNT(*) AS stays, CAST(COUNT(w.mdtrt_id) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS ordered
  FROM billed b
  -- a chart without any order says nothing
  SEMI JOIN wanted x ON x.mdtrt_id = b.mdtrt_id
  LEFT JOIN wanted w ON w.mdtrt_id = b.mdtrt_id AND w.med_list_codg = b.med_list_codg
  GROUP BY b.fixmedins_code, b.med_list_codg
),
customary AS (
  SELECT med_list_codg FROM house GROUP BY med_list_codg HAVING MEDIAN(ordered) >= $ordered
),
unbilled AS (
  SELECT w.mdtrt_id, w.med_list_codg, substr(w.med_list_codg, 1, 4) AS article_group, p.fen
  FROM wanted w
  JOIN price p ON p.med_list_codg = w.med_list_codg
  ANTI JOIN billed b ON b.mdtrt_id = w.mdtrt_id AND b.med_list_codg = w.med_list_codg
),
swap AS (
  SELECT b.fixmedins_code, b.mdtrt_id, b.med_list_codg, MAX(p.fen) AS fen, MAX(u.fen) AS given_fen
  FROM billed b
  SEMI JOIN customary c ON c.med_list_codg = b.med_list_codg
  ANTI JOIN wanted w ON w.mdtrt_id = b.mdtrt_id AND w.med_list_codg = b.med_list_codg
  JOIN price p ON p.med_list_codg = b.med_list_codg
  JOIN unbilled u ON u.mdtrt_id = b.mdtrt_id AND u.article_group = substr(b.med_list_codg, 1, 4) AND p.fen >= u.fen * (1 + $dearer)
  GROUP BY b.fixmedins_code, b.mdtrt_id, b.med_list_codg
),
habit AS (
  SELECT s.fixmedins_code, s.med_list_codg
  FROM swap s
  JOIN house h ON h.fixmedins_code = s.fixmedins_code AND h.med_list_codg = s.med_list_codg
  GROUP BY s.fixmedins_code, s.med_list_codg
  HAVING COUNT(*) >= $min_visits AND COUNT(*) >= MAX(h.stays) * $min_share
)
SELECT 'institution' AS subject_type,
       s.fixmedins_code AS subject_id,
       -- what the thing given would have cost is taken off
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn,
         fen := CAST(FLOOR(CAST(l.inscp_fen AS DOUBLE) * (1 - s.given_fen / s.fen)) AS BIGINT)))) AS fee_list_d_rows,
       s.med_list_codg AS article,
       COUNT(DISTINCT s.mdtrt_id) AS stays
FROM swap s
SEMI JOIN habit h ON h.fixmedins_code = s.fixmedins_code AND h.med_list_codg = s.med_list_codg
JOIN stay_line l ON l.mdtrt_id = s.mdtrt_id AND l.med_list_codg = s.med_list_codg
GROUP BY s.fixmedins_code, s.med_list_codg
ORDER BY s.fixmedins_code, s.med_list_codg
