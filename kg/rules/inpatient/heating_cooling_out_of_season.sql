-- One row: a hospital that charged heating in summer, cooling in winter, or both on one day, on several stays.
WITH line AS (
  SELECT l.mdtrt_id, l.bkkp_sn, l.fixmedins_code, l.day, l.inscp_fen, EXTRACT(month FROM l.day) AS month_no,
         CASE substr(l.med_list_codg, 1, 11) WHEN '00110700001' THEN 'heating' ELSE 'cooling' END AS kind
  FROM stay_line l
  WHERE substr(l.med_list_codg, 1, 11) IN ('00110700001', '00110800001') AND l.day IS NOT NULL
),
wrong AS (
  SELECT *, 'season' AS why
  FROM line
  WHERE (kind = 'heating' AND month_no > $heating_until AND month_no < $heating_from)
     OR (kind = 'cooling' AND (month_no < $cooling_from OR month_no > $cooling_until))
  UNION ALL
  -- both on one day: the cheaper one is the mistake
  SELECT a.*, 'both' AS why
  FROM line a
  SEMI JOIN line b ON b.mdtrt_id = a.mdtrt_id AND b.day = a.day AND b.kind <> a.kind
                  AND (b.inscp_fen > a.inscp_fen OR (b.inscp_fen = a.inscp_fen AND b.kind > a.kind))
)
SELECT 'institution' AS subject_type,
       fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS fee_list_d_rows,
       COUNT(DISTINCT mdtrt_id) AS stays,
       COUNT(DISTINCT mdtrt_id || bkkp_sn) FILTER (WHERE why = 'season') AS out_of_season,
       COUNT(DISTINCT mdtrt_id || bkkp_sn) FILTER (WHERE why = 'both') AS both_on_one_day
FROM wrong
GROUP BY fixmedins_code
HAVING COUNT(DISTINCT mdtrt_id) >= $min_stays
ORDER BY fixmedins_code
