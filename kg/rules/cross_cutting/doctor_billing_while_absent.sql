-- One row: a doctor in whose name outpatients were billed on several days on which he lay in another hospital, was abroad or was dead.
WITH own_card AS (
  SELECT DISTINCT m.stff_code, p.psn_no, p.certno_h
  FROM medstff_b m
  JOIN psn_b p ON p.certno_h = m.certno_h
  WHERE m.stff_type = '1'
),
absent AS (
  SELECT o.stff_code, 'ill' AS reason, s.fixmedins_code AS lay_at, CAST(s.begntime AS DATE) AS gone_on, CAST(s.ends_at AS DATE) AS back_on
  FROM own_card o
  JOIN stay s ON s.psn_no = o.psn_no AND s.ends_at IS NOT NULL
  UNION ALL
  SELECT o.stff_code, 'abroad' AS reason, '' AS lay_at, r.begndate AS gone_on, r.enddate AS back_on
  FROM own_card o
  JOIN person_registry r ON r.certno_h = o.certno_h AND r.kind IN ('exit', 'custody') AND r.enddate IS NOT NULL
  UNION ALL
  SELECT o.stff_code, 'dead' AS reason, '' AS lay_at, d.died_on AS gone_on, DATE '2999-12-31' AS back_on
  FROM own_card o
  JOIN death d ON d.psn_no = o.psn_no
),
seen AS (
  SELECT a.stff_code, a.reason, a.gone_on, a.back_on, l.mdtrt_id, l.bkkp_sn, l.inscp_fen, CAST(m.begntime AS DATE) AS day
  FROM absent a
  JOIN net_line l ON l.bilg_dr_code = a.stff_code AND l.fixmedins_code <> a.lay_at
  JOIN mdtrt_d m ON m.mdtrt_id = l.mdtrt_id AND m.vali_flag = '1' AND substr(m.med_type, 1, 2) IN ('11', '13', '14', '16', '19')
   AND date_diff('day', CAST(a.gone_on AS DATE), CAST(m.begntime AS DATE)) > $margin_days
   AND date_diff('day', CAST(m.begntime AS DATE), CAST(a.back_on AS DATE)) > $margin_days
)
SELECT 'doctor' AS subject_type,
       stff_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := mdtrt_id, bkkp_sn := bkkp_sn, fen := inscp_fen))) AS fee_list_d_rows,
       reason,
       gone_on,
       COUNT(DISTINCT day) AS days,
       COUNT(DISTINCT mdtrt_id) AS visits
FROM seen
GROUP BY stff_code, reason, gone_on, back_on
HAVING COUNT(DISTINCT day) >= $min_days
ORDER BY stff_code, gone_on
