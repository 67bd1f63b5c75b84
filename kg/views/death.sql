-- One row: a dead person, and the latest day on which any register says that he died: where they disagree, the one that is best for him.
-- may lack: psn_b, person_registry
WITH said AS (
  SELECT psn_no, die_date AS day FROM psn_b
  UNION ALL
  SELECT p.psn_no, r.begndate AS day FROM psn_b p JOIN person_registry r ON r.certno_h = p.certno_h AND r.kind = 'death'
  UNION ALL
  SELECT psn_no, die_date AS day FROM mdtrt_d WHERE vali_flag = '1'
)
SELECT psn_no, MAX(day) AS died_on FROM said WHERE day IS NOT NULL GROUP BY psn_no
