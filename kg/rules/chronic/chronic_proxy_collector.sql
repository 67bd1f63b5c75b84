-- One row: a phone left as contact by chronic patients of several households, for whose cards the same easily resold drugs are fetched.
WITH contact AS (
  SELECT psn_no, coner_tel_h AS phone FROM psn_b WHERE coner_tel_h IS NOT NULL
  UNION
  SELECT psn_no, coner_tel_h AS phone FROM mdtrt_d WHERE coner_tel_h IS NOT NULL AND vali_flag = '1'
  UNION
  SELECT n.psn_no, x.coner_tel_h AS phone FROM setl_list_4101 x JOIN net_settlement n ON n.setl_id = x.setl_id WHERE x.coner_tel_h IS NOT NULL
),
desk AS (
  -- the number of a house, or of one who works in it, is a mandate
  SELECT tel_h AS phone FROM fixmedins_b WHERE tel_h IS NOT NULL
  UNION
  SELECT tel_h AS phone FROM medstff_b WHERE tel_h IS NOT NULL
),
chronic AS (
  SELECT psn_no FROM opsp_reg
  UNION
  SELECT psn_no FROM mdtrt_d WHERE vali_flag = '1' AND substr(med_type, 1, 2) = '14'
),
fetched AS (
  SELECT c.phone, l.psn_no, COALESCE(h.household, l.psn_no) AS household, h.addr_h, l.setl_id, CAST(l.fee_ocur_time AS DATE) AS day,
         COALESCE(k.ingredient_key, substr(l.med_list_codg, 1, CASE substr(l.med_list_codg, 1, 1) WHEN 'Z' THEN 11 ELSE 10 END)) AS drug
  FROM contact c
  ANTI JOIN desk d ON d.phone = c.phone
  SEMI JOIN chronic x ON x.psn_no = c.psn_no
  JOIN net_line l ON l.psn_no = c.psn_no
  JOIN kb_drug k ON k.med_list_codg = l.med_list_codg AND k.resale_risk = '1'
  LEFT JOIN household h ON h.psn_no = l.psn_no
  ANTI JOIN code_group w ON w.list_name = 'med_type' AND w.group_name = 'inpatient' AND w.code = substr(l.med_type, 1, 2)
  WHERE l.fee_ocur_time IS NOT NULL AND l.setl_id IS NOT NULL
),
crowd AS (
  SELECT phone FROM contact GROUP BY phone HAVING COUNT(DISTINCT psn_no) > $hub_cap
),
season AS (
  -- what the cards fetched of one drug within the window that begins with a purchase
  SELECT a.phone, a.drug, a.day, COUNT(DISTINCT b.psn_no) AS cards, COUNT(DISTINCT b.household) AS households
  FROM (SELECT DISTINCT phone, drug, day FROM fetched) a
  JOIN fetched b ON b.phone = a.phone AND b.drug = a.drug AND b.day >= a.day AND b.day < a.day + CAST($window_days AS INT)
  ANTI JOIN crowd u ON u.phone = a.phone
  GROUP BY a.phone, a.drug, a.day
  HAVING COUNT(DISTINCT b.psn_no) >= $min_cards AND COUNT(DISTINCT b.household) >= $min_households
),
most AS (
  SELECT phone, drug, day, cards, households
  FROM season
  QUALIFY ROW_NUMBER() OVER (PARTITION BY phone ORDER BY cards DESC, day, drug) = 1
),
bill AS (
  SELECT DISTINCT m.phone, m.drug, m.cards, m.households, f.psn_no, f.household, f.addr_h, f.setl_id, f.day
  FROM most m
  JOIN fetched f ON f.phone = m.phone AND f.drug = m.drug AND f.day >= m.day AND f.day < m.day + CAST($window_days AS INT)
),
home AS (
  SELECT phone FROM (SELECT phone, addr_h, COUNT(DISTINCT psn_no) AS n, MAX(cards) AS cards FROM bill WHERE addr_h IS NOT NULL GROUP BY phone, addr_h) AS lives
  GROUP BY phone
  HAVING MAX(CAST(n AS DOUBLE) / CAST(cards AS DOUBLE)) >= $residence_share
),
owner AS (
  -- whoever owns the number is the one who answers it; the others only named it
  SELECT tel_h AS phone, MIN(psn_no) AS psn_no FROM psn_b WHERE tel_h IS NOT NULL GROUP BY tel_h HAVING COUNT(*) = 1
),
role AS (
  SELECT phone, 'phone' AS type, phone AS id, 'collector' AS role FROM most
  UNION
  SELECT m.phone, 'patient' AS type, o.psn_no AS id, 'collector' AS role FROM most m JOIN owner o ON o.phone = m.phone
  UNION
  SELECT b.phone, 'patient' AS type, b.psn_no AS id, 'unknowing' AS role
  FROM bill b
  LEFT JOIN owner o ON o.phone = b.phone
  WHERE o.psn_no IS NULL OR o.psn_no <> b.psn_no
),
first AS (
  SELECT phone, household FROM bill QUALIFY ROW_NUMBER() OVER (PARTITION BY phone ORDER BY day, household, setl_id) = 1
),
paid AS (
  SELECT b.phone, b.drug, b.cards, b.households, b.setl_id, CASE WHEN f.household IS NULL THEN s.fund_pay_sumamt ELSE CAST(0 AS BIGINT) END AS fen
  FROM (SELECT DISTINCT phone, drug, cards, households, household, setl_id FROM bill) b
  JOIN setl_d s ON s.setl_id = b.setl_id
  ANTI JOIN home r ON r.phone = b.phone
  LEFT JOIN first f ON f.phone = b.phone AND f.household = b.household
)
SELECT 'ring' AS subject_type,
       'phone ' || p.phone AS subject_id,
       MAX(r.members) AS members,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(setl_id := p.setl_id, fen := p.fen))) AS setl_d_rows,
       p.drug AS drug,
       MAX(p.cards) AS cards,
       MAX(p.households) AS households
FROM paid p
JOIN (SELECT phone, LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(type := type, id := id, role := role))) AS members FROM role GROUP BY phone) r ON r.phone = p.phone
GROUP BY p.phone, p.drug
ORDER BY p.phone
