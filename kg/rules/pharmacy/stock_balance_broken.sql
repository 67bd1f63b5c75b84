-- One row: an institution and a drug whose books sell more between two stocktakings than there was.
WITH span AS (
  SELECT fixmedins_code, med_list_codg, invdate AS opened_on, cnt AS opening,
         LEAD(invdate) OVER drug AS closed_on, LEAD(cnt) OVER drug AS closing
  FROM stock_count
  WINDOW drug AS (PARTITION BY fixmedins_code, med_list_codg ORDER BY invdate)
),
split AS (
  SELECT DISTINCT fixmedins_code, med_list_codg FROM stock_move WHERE split
),
balance AS (
  SELECT s.fixmedins_code, s.med_list_codg, s.opened_on, s.closed_on,
         MAX(s.opening) - MAX(s.closing) + COALESCE(SUM(m.cnt), 0) AS owned_unsold,
         COALESCE(SUM(-m.cnt) FILTER (WHERE m.kind = 'sold'), 0) AS sold
  FROM span s
  -- a movement on the day of a stocktaking may stand before or after it: only whole days between the two are certain, the rest is tolerance
  LEFT JOIN stock_move m ON m.fixmedins_code = s.fixmedins_code AND m.med_list_codg = s.med_list_codg
                        AND CAST(m.moved_at AS DATE) > s.opened_on AND CAST(m.moved_at AS DATE) <= s.closed_on
  ANTI JOIN split x ON x.fixmedins_code = s.fixmedins_code AND x.med_list_codg = s.med_list_codg
  WHERE s.closed_on IS NOT NULL
  GROUP BY s.fixmedins_code, s.med_list_codg, s.opened_on, s.closed_on
),
broken AS (
  SELECT * FROM balance WHERE owned_unsold < 0 AND -owned_unsold > GREATEST(sold * $tol, $tol_units)
),
line AS (
  SELECT l.*, b.opened_on, b.closed_on, -b.owned_unsold AS surplus,
         SUM(l.cnt) OVER (PARTITION BY l.fixmedins_code, l.med_list_codg, b.opened_on
                          ORDER BY CASE WHEN o.bkkp_sn IS NULL THEN 0 ELSE 1 END, l.fee_ocur_time DESC, l.mdtrt_id, l.bkkp_sn
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - l.cnt AS taken
  FROM drug_line l
  JOIN broken b ON b.fixmedins_code = l.fixmedins_code AND b.med_list_codg = l.med_list_codg
               AND CAST(l.fee_ocur_time AS DATE) > b.opened_on AND CAST(l.fee_ocur_time AS DATE) <= b.closed_on
  LEFT JOIN (SELECT DISTINCT mdtrt_id, bkkp_sn FROM live_sale WHERE med_list_codg = billed_codg) o
         ON o.mdtrt_id = l.mdtrt_id AND o.bkkp_sn = l.bkkp_sn
)
SELECT 'institution' AS subject_type,
       fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS fee_list_d_rows,
       med_list_codg,
       CAST(MAX(surplus) AS DOUBLE) AS packs_missing,
       MIN(opened_on) AS opened_on,
       MAX(closed_on) AS closed_on
FROM line
WHERE taken < surplus
GROUP BY fixmedins_code, med_list_codg
HAVING SUM(inscp_fen) >= $min_amount
ORDER BY fixmedins_code, med_list_codg
