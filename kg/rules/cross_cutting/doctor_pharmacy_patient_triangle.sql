-- One row: a shop and a doctor whose prescriptions go there far oftener than chance, for patients who go nowhere else and carry signs of their own.
WITH slip AS (
  SELECT doctor, shop, psn_no, prescription, MIN(fee_ocur_time) AS at_time FROM filled_prescription GROUP BY doctor, shop, psn_no, prescription
),
pair AS (
  SELECT doctor, shop, COUNT(*) AS n,
         SUM(COUNT(*)) OVER (PARTITION BY doctor) AS of_doctor, SUM(COUNT(*)) OVER (PARTITION BY shop) AS of_shop, SUM(COUNT(*)) OVER () AS of_all
  FROM slip
  GROUP BY doctor, shop
),
patient AS (
  SELECT psn_no, doctor, shop, COUNT(*) AS here, SUM(COUNT(*)) OVER (PARTITION BY psn_no) AS anywhere FROM slip GROUP BY psn_no, doctor, shop
),
closed AS (
  SELECT p.doctor, p.shop, MAX(p.n) AS n, CAST(MAX(p.n) * MAX(p.of_all) AS DOUBLE) / CAST(MAX(p.of_doctor) * MAX(p.of_shop) AS DOUBLE) AS lift,
         CAST(SUM(t.here) AS DOUBLE) / CAST(SUM(t.anywhere) AS DOUBLE) AS loyal
  FROM pair p
  JOIN patient t ON t.doctor = p.doctor AND t.shop = p.shop
  WHERE p.n >= $min_n
  GROUP BY p.doctor, p.shop
),
tight AS (
  SELECT * FROM closed WHERE lift >= $min_lift AND loyal >= $loyalty
),
wanted AS (
  SELECT DISTINCT f.doctor, f.shop, f.psn_no
  FROM filled_prescription f
  JOIN kb_drug k ON k.med_list_codg = f.med_list_codg AND k.resale_risk = '1'
),
pace AS (
  SELECT doctor, shop, psn_no, CAST(FLOOR(epoch(at_time)) AS BIGINT) - CAST(FLOOR(epoch(LAG(at_time) OVER turn)) AS BIGINT) AS seconds
  FROM slip
  -- a bare day has no pace
  WHERE at_time <> CAST(CAST(at_time AS DATE) AS TIMESTAMP)
  WINDOW turn AS (PARTITION BY doctor, CAST(at_time AS DATE) ORDER BY at_time, prescription)
),
far AS (
  SELECT t.doctor, t.shop, t.psn_no
  FROM patient t
  JOIN psn_b p ON p.psn_no = t.psn_no
  JOIN institution i ON i.fixmedins_code = t.shop
  WHERE SQRT(POWER((p.lat - i.lat) * 111.32, 2) + POWER((p.lnt - i.lnt) * 111.32 * COS(i.lat * 0.017453292519943295), 2)) > $far_km
),
tie AS (
  SELECT psn_no, 'phone ' || COALESCE(coner_tel_h, tel_h) AS thing FROM psn_b WHERE COALESCE(coner_tel_h, tel_h) IS NOT NULL
  UNION
  SELECT psn_no, 'account ' || bank_acct_h AS thing FROM psn_b WHERE bank_acct_h IS NOT NULL
  UNION
  SELECT psn_no, 'face ' || template_id AS thing FROM face_check WHERE result = 'pass' AND template_id IS NOT NULL
),
shared AS (
  SELECT t.doctor, t.shop, e.thing
  FROM patient t
  JOIN tight g ON g.doctor = t.doctor AND g.shop = t.shop
  JOIN tie e ON e.psn_no = t.psn_no
  LEFT JOIN household h ON h.psn_no = t.psn_no
  GROUP BY t.doctor, t.shop, e.thing
  HAVING COUNT(DISTINCT COALESCE(h.household, t.psn_no)) >= $min_households
),
bound AS (
  SELECT DISTINCT s.doctor, s.shop, e.psn_no
  FROM shared s
  JOIN tie e ON e.thing = s.thing
  JOIN patient t ON t.doctor = s.doctor AND t.shop = s.shop AND t.psn_no = e.psn_no
),
sign AS (
  SELECT 'resale' AS sign, doctor, shop, psn_no FROM wanted
  UNION
  SELECT 'pace' AS sign, doctor, shop, psn_no FROM pace WHERE seconds < $min_seconds
  UNION
  SELECT 'far' AS sign, doctor, shop, psn_no FROM far
  UNION
  SELECT 'shared' AS sign, doctor, shop, psn_no FROM bound
),
shown AS (
  -- a sign of the pair is one that most of its patients carry
  SELECT s.doctor, s.shop, s.sign
  FROM sign s
  JOIN (SELECT doctor, shop, COUNT(*) AS patients FROM patient GROUP BY doctor, shop) a ON a.doctor = s.doctor AND a.shop = s.shop
  GROUP BY s.doctor, s.shop, s.sign
  HAVING COUNT(*) > MAX(a.patients) * $part
),
ring AS (
  SELECT g.doctor, g.shop, g.n, g.lift, g.loyal, COUNT(*) AS signs, STRING_AGG(w.sign, ',' ORDER BY w.sign) AS which
  FROM tight g
  JOIN shown w ON w.doctor = g.doctor AND w.shop = g.shop
  GROUP BY g.doctor, g.shop, g.n, g.lift, g.loyal
  HAVING COUNT(*) >= $min_signs
),
cited AS (
  -- the patients who carry two of the signs themselves
  SELECT s.doctor, s.shop, s.psn_no
  FROM sign s
  JOIN shown w ON w.doctor = s.doctor AND w.shop = s.shop AND w.sign = s.sign
  GROUP BY s.doctor, s.shop, s.psn_no
  HAVING COUNT(*) >= $min_signs
)
SELECT 'institution' AS subject_type,
       r.shop AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(type := 'doctor', id := r.doctor, role := 'prescriber'))) AS members,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := f.mdtrt_id, bkkp_sn := f.bkkp_sn, fen := f.inscp_fen))) AS fee_list_d_rows,
       MAX(r.n) AS prescriptions,
       COUNT(DISTINCT f.psn_no) AS patients_with_two_signs,
       ROUND(MAX(r.lift), 2) AS lift,
       ROUND(MAX(r.loyal), 4) AS loyalty,
       r.which AS signs
FROM ring r
JOIN cited c ON c.doctor = r.doctor AND c.shop = r.shop
JOIN filled_prescription f ON f.doctor = c.doctor AND f.shop = c.shop AND f.psn_no = c.psn_no
GROUP BY r.shop, r.doctor, r.which
ORDER BY r.shop, r.doctor
