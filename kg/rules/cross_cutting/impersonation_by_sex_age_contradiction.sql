-- One row: a card on which somebody of the other sex was treated: contradictions of two kinds, on two days; the visits that show one.
WITH fits AS (
  -- whom a billed item is for; where the sex is null anybody else's body will do
  SELECT DISTINCT l.mdtrt_id, l.psn_no, 'item' AS kind, p.limit_value AS sex
  FROM net_line l
  JOIN item_point p ON p.billed = l.med_list_codg
  WHERE p.rule_kind IN ('drug_sex_mismatch', 'service_sex_mismatch')
    AND (p.valid_from IS NULL OR CAST(l.fee_ocur_time AS DATE) >= p.valid_from) AND (p.valid_to IS NULL OR CAST(l.fee_ocur_time AS DATE) <= p.valid_to)
  UNION
  -- whom an illness can befall: the chapters of organs that only one sex has
  SELECT m.mdtrt_id, m.psn_no, 'illness' AS kind, CASE WHEN regexp_matches(d.diag_code, '^(C6[0-3]|D29|N4[0-9]|N5[01])') THEN 'male' ELSE 'female' END AS sex
  FROM visit_diagnosis d
  JOIN mdtrt_d m ON m.mdtrt_id = d.mdtrt_id
  WHERE regexp_matches(d.diag_code, '^(C6[0-3]|D29|N4[0-9]|N5[01]|C5[1-8]|D2[5-8]|N[78][0-9]|N9[0-8]|O[0-9])')
  UNION
  -- a face that is not the holder's: another card's own, or one that hardly resembles the card's picture
  SELECT DISTINCT c.mdtrt_id, c.psn_no, 'face' AS kind, CAST(NULL AS VARCHAR) AS sex
  FROM face_check c
  JOIN face_look l ON l.psn_no = c.psn_no AND l.template_id = c.template_id
  CROSS JOIN (SELECT MEDIAN(likeness) AS likeness FROM face_look) u
  LEFT JOIN own_face o ON o.template_id = c.template_id AND o.psn_no <> c.psn_no AND o.steady >= $feed
  LEFT JOIN household h ON h.psn_no = c.psn_no
  LEFT JOIN household k ON k.psn_no = o.psn_no
  WHERE c.result = 'pass' AND COALESCE(c.live_result, 'pass') <> 'fail' AND c.mdtrt_id IS NOT NULL AND COALESCE(h.household <> k.household, TRUE)
    AND (o.template_id IS NOT NULL OR (l.days >= $min_days AND l.likeness < u.likeness - $margin))
),
said AS (
  SELECT psn_no, gend AS sex FROM mdtrt_d
  UNION
  SELECT psn_no, certno_sex AS sex FROM mdtrt_d
  UNION
  SELECT psn_no, gend AS sex FROM psn_b
  UNION
  SELECT psn_no, certno_sex AS sex FROM psn_b
),
holder AS (
  -- where records disagree nothing is known
  SELECT s.psn_no, CASE MIN(s.sex) WHEN '1' THEN 'male' ELSE 'female' END AS sex
  FROM said s
  SEMI JOIN fits f ON f.psn_no = s.psn_no
  WHERE s.sex IN ('1', '2')
  GROUP BY s.psn_no
  HAVING MIN(s.sex) = MAX(s.sex)
),
sign AS (
  SELECT f.mdtrt_id, f.psn_no, f.kind, CAST(m.begntime AS DATE) AS day
  FROM fits f
  JOIN holder h ON h.psn_no = f.psn_no AND COALESCE(h.sex <> f.sex, TRUE)
  JOIN mdtrt_d m ON m.mdtrt_id = f.mdtrt_id AND m.vali_flag = '1'
  -- a mother's card may carry the newborn
  WHERE COALESCE(m.nwb_flag, '0') <> '1' AND m.matn_type IS NULL AND substr(COALESCE(m.med_type, ''), 1, 2) <> '52'
)
SELECT 'patient' AS subject_type,
       psn_no AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       COUNT(DISTINCT mdtrt_id) FILTER (WHERE kind = 'item') AS visits_with_item,
       COUNT(DISTINCT mdtrt_id) FILTER (WHERE kind = 'illness') AS visits_with_illness,
       COUNT(DISTINCT mdtrt_id) FILTER (WHERE kind = 'face') AS visits_with_face
FROM sign
GROUP BY psn_no
HAVING COUNT(DISTINCT kind) >= $min_signs AND COUNT(DISTINCT day) >= $min_days
ORDER BY psn_no
