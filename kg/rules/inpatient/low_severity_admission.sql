-- One row: a stay for an illness that is treated without a bed, of a patient with no sign of needing one, in a hospital full of such stays.
WITH watched AS (
  -- intensive, special or first-grade care, and oxygen (chapter 1203)
  SELECT DISTINCT mdtrt_id
  FROM stay_line
  WHERE substr(med_list_codg, 1, 11) IN ('00120100001', '00120100002', '00120100003') OR substr(med_list_codg, 1, 6) = '001203'
),
sick AS (
  SELECT DISTINCT v.mdtrt_id
  FROM vital_sign v
  JOIN stay s ON s.mdtrt_id = v.mdtrt_id AND date_diff('day', CAST(s.begntime AS DATE), CAST(v.taken_at AS DATE)) <= 1
  WHERE v.temperature >= 38.5 OR v.pulse > 120 OR v.pulse < 50 OR v.resp > 24 OR v.sbp < 90 OR v.sbp >= 180 OR v.dbp >= 110
),
grave AS (
  SELECT DISTINCT d.mdtrt_id
  FROM setl_list_diag_d d
  JOIN kb_code_set c ON c.code IN (substr(d.diag_code, 1, 3), substr(d.diag_code, 1, 5), substr(d.diag_code, 1, 6), substr(d.diag_code, 1, 7))
  WHERE c.set_key IN ('infection_severe', 'bleeding', 'failure')
),
tried AS (
  -- treated without a bed for the same illness shortly before, in vain
  SELECT DISTINCT s.mdtrt_id
  FROM stay s
  JOIN mdtrt_d m ON m.psn_no = s.psn_no AND m.mdtrt_id <> s.mdtrt_id AND m.begntime < s.begntime
                AND date_diff('day', CAST(m.begntime AS DATE), CAST(s.begntime AS DATE)) <= $tried_days
  WHERE m.vali_flag = '1' AND substr(m.med_type, 1, 2) IN ('11', '13', '14', '16') AND substr(m.dscg_maindiag_code, 1, 3) = s.disease
),
light AS (
  SELECT b.mdtrt_id, b.fixmedins_code, k.dx_group
  FROM stay_bill b
  JOIN stay_group k ON k.mdtrt_id = b.mdtrt_id AND k.outpatient_treatable = '1'
  JOIN mdtrt_d m ON m.mdtrt_id = b.mdtrt_id
  LEFT JOIN psn_b p ON p.psn_no = b.psn_no
  ANTI JOIN watched w ON w.mdtrt_id = b.mdtrt_id
  ANTI JOIN sick x ON x.mdtrt_id = b.mdtrt_id
  ANTI JOIN grave g ON g.mdtrt_id = b.mdtrt_id
  ANTI JOIN tried t ON t.mdtrt_id = b.mdtrt_id
  WHERE NOT b.operated AND NOT b.urgent AND NOT b.infused
    AND COALESCE(b.dscg_way, '1') NOT IN ('2', '5')
    -- an unknown age never counts as young
    AND COALESCE(m.age, EXTRACT(year FROM b.begntime) - EXTRACT(year FROM COALESCE(m.brdy, p.brdy)), $age_exempt) < $age_exempt
),
rate AS (
  SELECT h.fixmedins_code, h.stays, COALESCE(x.light, 0) AS light, CAST(COALESCE(x.light, 0) AS DOUBLE) / CAST(h.stays AS DOUBLE) AS rate
  FROM (SELECT fixmedins_code, COUNT(*) AS stays FROM stay_bill GROUP BY fixmedins_code) h
  LEFT JOIN (SELECT fixmedins_code, COUNT(*) AS light FROM light GROUP BY fixmedins_code) x ON x.fixmedins_code = h.fixmedins_code
),
habit AS (
  SELECT r.fixmedins_code, r.rate, u.usual_rate
  FROM rate r
  CROSS JOIN (SELECT CASE WHEN COUNT(*) >= $min_peers THEN MEDIAN(rate) ELSE 0 END AS usual_rate FROM rate) u
  WHERE r.light >= $min_stays + r.stays * u.usual_rate * $times + $z * SQRT(r.stays * u.usual_rate * $times)
)
SELECT 'encounter' AS subject_type,
       l.mdtrt_id AS subject_id,
       -- what the bed alone cost: its fee, its care and its rounds; drugs and tests would have been needed at home too
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(mdtrt_id := c.mdtrt_id, bkkp_sn := c.bkkp_sn, fen := c.inscp_fen))) AS fee_list_d_rows,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := l.mdtrt_id, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       MIN(l.dx_group) AS diagnosis_group,
       ROUND(MAX(h.rate), 4) AS hospital_rate,
       ROUND(MAX(h.usual_rate), 4) AS usual_rate
FROM light l
JOIN habit h ON h.fixmedins_code = l.fixmedins_code
JOIN stay_line c ON c.mdtrt_id = l.mdtrt_id AND c.charge IN ('01', '02', '07')
GROUP BY l.mdtrt_id
ORDER BY l.mdtrt_id
