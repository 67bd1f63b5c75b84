-- One row: a stay billed for more implants than labels were scanned in its theatre.
WITH scanned AS (
  -- a label names one piece; where a row counts more, the larger number speaks for the hospital
  SELECT mdtrt_id, med_list_codg, GREATEST(COUNT(DISTINCT barcode), SUM(COALESCE(cnt, 1))) AS pieces
  FROM mcs_use
  GROUP BY mdtrt_id, med_list_codg
),
implant AS (
  SELECT DISTINCT med_list_codg FROM scanned
),
line AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, l.med_list_codg, l.cnt, l.inscp_fen
  FROM stay_line l
  SEMI JOIN implant i ON i.med_list_codg = l.med_list_codg
),
billed AS (
  SELECT l.mdtrt_id, l.fixmedins_code, l.med_list_codg, SUM(l.cnt) AS pieces, MAX(s.pieces) AS labels
  FROM line l
  LEFT JOIN scanned s ON s.mdtrt_id = l.mdtrt_id AND s.med_list_codg = l.med_list_codg
  GROUP BY l.mdtrt_id, l.fixmedins_code, l.med_list_codg
),
feed AS (
  SELECT fixmedins_code FROM billed GROUP BY fixmedins_code HAVING COUNT(*) >= $min_stays AND COUNT(labels) >= COUNT(*) * $feed
),
excess AS (
  -- an implant without any label is the question of another rule; a label under a sister code is a mistake of coding; one that nobody scanned is forgotten
  SELECT b.mdtrt_id, b.med_list_codg, b.pieces, b.labels, b.pieces - b.labels - $wasted AS surplus
  FROM billed b
  SEMI JOIN feed f ON f.fixmedins_code = b.fixmedins_code
  LEFT JOIN (SELECT mdtrt_id, SUM(pieces) AS pieces FROM billed GROUP BY mdtrt_id) a ON a.mdtrt_id = b.mdtrt_id
  LEFT JOIN (SELECT mdtrt_id, SUM(pieces) AS pieces FROM scanned GROUP BY mdtrt_id) c ON c.mdtrt_id = b.mdtrt_id
  WHERE b.labels IS NOT NULL AND b.pieces > b.labels + $wasted AND a.pieces > c.pieces
  QUALIFY SUM(b.pieces - b.labels - $wasted) OVER (PARTITION BY b.fixmedins_code) >= $min_surplus
),
ordered AS (
  SELECT l.*, e.pieces, e.labels, e.surplus,
         SUM(l.cnt) OVER (PARTITION BY l.mdtrt_id, l.med_list_codg ORDER BY CAST(l.inscp_fen AS DOUBLE) / CAST(l.cnt AS DOUBLE) DESC, l.bkkp_sn
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - l.cnt AS taken
  FROM line l
  JOIN excess e ON e.mdtrt_id = l.mdtrt_id AND e.med_list_codg = l.med_list_codg
)
SELECT 'encounter' AS subject_type,
       mdtrt_id AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn,
         fen := CAST(FLOOR(CAST(inscp_fen AS DOUBLE) * CAST(LEAST(cnt, surplus - taken) AS DOUBLE) / CAST(cnt AS DOUBLE)) AS BIGINT)))) AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       CAST(MAX(pieces) AS DOUBLE) AS pieces_billed,
       CAST(MAX(labels) AS DOUBLE) AS labels_scanned
FROM ordered
WHERE taken < surplus
GROUP BY mdtrt_id
ORDER BY mdtrt_id
