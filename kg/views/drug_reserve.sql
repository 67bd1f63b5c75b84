-- One row: a supply of a drug that a person took home, and for how many days all that came before would still last (in_reserve). What was used up
-- is gone: an empty cupboard is never less than empty. Days in a ward on which the drug was given save the supply at home. A drug of which a
-- box turned up again elsewhere is not hoarded but resold: such a person's supplies of its class are out. What no doctor wrote is the holder's only
-- where the till's camera met the holder, whose face is known from elsewhere: a card alone does not say who took the box.
-- kept: two rules read it
-- may lack: face_check
WITH ward AS (
  SELECT code FROM code_group WHERE list_name = 'med_type' AND group_name = 'inpatient'
),
met AS (
  SELECT DISTINCT f.mdtrt_id
  FROM face_check f
  JOIN own_face o ON o.psn_no = f.psn_no AND o.template_id = f.template_id AND o.in_person
  WHERE f.result = 'pass' AND COALESCE(f.live_result, 'pass') <> 'fail'
),
supply AS (
  SELECT c.psn_no, c.ingredient, c.fee_ocur_time, c.mdtrt_id, c.bkkp_sn, c.supply_days, true AS home
  FROM drug_course c
  ANTI JOIN ward w ON w.code = substr(c.med_type, 1, 2)
  LEFT JOIN met f ON f.mdtrt_id = c.mdtrt_id
  WHERE c.systemic AND c.supply_days > 0 AND (c.bilg_dr_code IS NOT NULL OR f.mdtrt_id IS NOT NULL)
  UNION ALL
  SELECT c.psn_no, c.ingredient, MIN(c.fee_ocur_time), MIN(c.mdtrt_id), MIN(c.bkkp_sn), 1, false
  FROM drug_course c
  SEMI JOIN ward w ON w.code = substr(c.med_type, 1, 2)
  WHERE c.systemic
  GROUP BY c.psn_no, c.ingredient, c.day
),
running AS (
  SELECT *, SUM(supply_days) OVER own - supply_days
            - date_diff('day', CAST(MIN(fee_ocur_time) OVER own AS DATE), CAST(fee_ocur_time AS DATE)) AS balance
  FROM supply
  WINDOW own AS (PARTITION BY psn_no, ingredient ORDER BY fee_ocur_time, mdtrt_id, bkkp_sn ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
stock AS (
  SELECT *, balance - MIN(balance) OVER (PARTITION BY psn_no, ingredient ORDER BY fee_ocur_time, mdtrt_id, bkkp_sn
                                         ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS in_reserve
  FROM running
)
SELECT s.psn_no, s.ingredient, s.mdtrt_id, s.bkkp_sn, s.supply_days, s.in_reserve, c.day, c.fixmedins_code, c.bilg_dr_code, c.med_type, c.inscp_fen
FROM stock s
JOIN drug_course c ON c.mdtrt_id = s.mdtrt_id AND c.bkkp_sn = s.bkkp_sn
ANTI JOIN passed_on p ON p.psn_no = s.psn_no AND p.class = substr(c.med_list_codg, 1, 6)
WHERE s.home
