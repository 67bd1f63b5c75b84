-- One row: an institution and a kind of consumable of which it billed more than it can have had since its stocktaking.
WITH counted AS (
  SELECT fixmedins_code, MIN(invdate) AS since FROM stock_count WHERE substr(med_list_codg, 1, 1) = 'C' GROUP BY fixmedins_code
),
supply AS (
  -- a kind is the first ten characters: another maker's piece of the same kind counts as stock
  SELECT fixmedins_code, kind, SUM(cnt) AS pieces
  FROM (SELECT s.fixmedins_code, substr(s.med_list_codg, 1, 10) AS kind, s.cnt
        FROM stock_count s
        JOIN counted c ON c.fixmedins_code = s.fixmedins_code AND s.invdate = c.since
        UNION ALL
        SELECT m.fixmedins_code, substr(m.med_list_codg, 1, 10) AS kind, m.cnt
        FROM stock_move m
        JOIN counted c ON c.fixmedins_code = m.fixmedins_code AND CAST(m.moved_at AS DATE) >= c.since
        WHERE m.kind IN ('bought', 'sent back', 'changed')) AS came
  GROUP BY fixmedins_code, kind
),
line AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, substr(l.med_list_codg, 1, 10) AS kind, l.fee_ocur_time, l.cnt, l.inscp_fen
  FROM net_line l
  JOIN counted c ON c.fixmedins_code = l.fixmedins_code AND CAST(l.fee_ocur_time AS DATE) > c.since
  WHERE substr(l.med_list_codg, 1, 1) = 'C'
),
feed AS (
  -- an institution that books only part of what it uses has no balance
  SELECT b.fixmedins_code
  FROM (SELECT DISTINCT fixmedins_code, kind FROM line) b
  LEFT JOIN supply s ON s.fixmedins_code = b.fixmedins_code AND s.kind = b.kind
  GROUP BY b.fixmedins_code
  HAVING COUNT(s.kind) >= COUNT(*) * $feed
),
excess AS (
  SELECT l.fixmedins_code, l.kind, SUM(l.cnt) AS billed, GREATEST(MAX(s.pieces), 0) AS available
  FROM line l
  SEMI JOIN feed f ON f.fixmedins_code = l.fixmedins_code
  JOIN supply s ON s.fixmedins_code = l.fixmedins_code AND s.kind = l.kind
  GROUP BY l.fixmedins_code, l.kind
  HAVING SUM(l.cnt) > GREATEST(MAX(s.pieces), 0) * (1 + $tolerance)
     AND CAST(SUM(l.inscp_fen) AS DOUBLE) * CAST(SUM(l.cnt) - GREATEST(MAX(s.pieces), 0) AS DOUBLE) / CAST(SUM(l.cnt) AS DOUBLE) >= $min_amount
),
ordered AS (
  SELECT l.*, e.billed, e.available, e.billed - e.available AS surplus,
         SUM(l.cnt) OVER (PARTITION BY l.fixmedins_code, l.kind ORDER BY l.fee_ocur_time DESC, l.mdtrt_id, l.bkkp_sn
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - l.cnt AS taken
  FROM line l
  JOIN excess e ON e.fixmedins_code = l.fixmedins_code AND e.kind = l.kind
)
SELECT 'institution' AS subject_type,
       fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn,
         fen := CAST(FLOOR(CAST(inscp_fen AS DOUBLE) * CAST(LEAST(cnt, surplus - taken) AS DOUBLE) / CAST(cnt AS DOUBLE)) AS BIGINT)))) AS fee_list_d_rows,
       kind,
       CAST(MAX(billed) AS DOUBLE) AS pieces_billed,
       CAST(MAX(available) AS DOUBLE) AS pieces_available
FROM ordered
WHERE taken < surplus
GROUP BY fixmedins_code, kind
ORDER BY fixmedins_code, kind
