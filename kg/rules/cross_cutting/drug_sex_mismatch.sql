-- One row: an institution, and the drugs for one sex that it billed to the other.
WITH wrong AS (
  SELECT * FROM patient_line l
  WHERE l.rule_kind = 'drug_sex_mismatch'
    AND l.sex <> l.limit_value
    AND NOT (l.may_be_child AND $allow_newborn_under_mother)
),
other AS (
  -- visit after visit for the other sex: the register is wrong about this one, or the card is not his; no house is to blame for either
  SELECT psn_no FROM wrong GROUP BY psn_no HAVING COUNT(DISTINCT mdtrt_id) > $max_visits
)
SELECT 'institution' AS subject_type,
       l.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn, fen := l.inscp_fen))) AS fee_list_d_rows,
       MIN(l.subject_name) AS item,
       COUNT(DISTINCT l.subject_name) AS items,
       COUNT(DISTINCT l.psn_no) AS persons,
       MIN(l.point) AS point
FROM wrong l
ANTI JOIN other o ON o.psn_no = l.psn_no
GROUP BY l.fixmedins_code
HAVING COUNT(DISTINCT l.psn_no) >= $min_persons
ORDER BY l.fixmedins_code
