-- One row: a visit with limited items, and what every record of its patient agrees on. Where records contradict each other nothing is known.
-- may_be_child: the card may carry the lines of a newborn.
-- kept: visits, persons and registers meet once
-- may lack: psn_b
WITH limited AS (
  SELECT DISTINCT mdtrt_id, psn_no FROM point_line
),
said AS (
  SELECT psn_no, gend AS sex, brdy FROM mdtrt_d
  UNION ALL
  SELECT psn_no, certno_sex AS sex, certno_brdy AS brdy FROM mdtrt_d
  UNION ALL
  SELECT psn_no, gend AS sex, brdy FROM psn_b
  UNION ALL
  SELECT psn_no, certno_sex AS sex, certno_brdy AS brdy FROM psn_b
),
agreed AS (
  SELECT psn_no,
         CASE WHEN MIN(sex) FILTER (WHERE sex IN ('1', '2')) = MAX(sex) FILTER (WHERE sex IN ('1', '2'))
              THEN CASE WHEN MIN(sex) FILTER (WHERE sex IN ('1', '2')) = '1' THEN 'male' ELSE 'female' END END AS sex,
         CASE WHEN MIN(brdy) = MAX(brdy) THEN MIN(brdy) END AS born,
         COUNT(brdy) AS births_said
  FROM said
  SEMI JOIN limited ON limited.psn_no = said.psn_no
  GROUP BY psn_no
),
birth AS (
  SELECT DISTINCT l.mdtrt_id
  FROM limited l
  JOIN mdtrt_d m ON m.mdtrt_id = l.mdtrt_id
  JOIN mdtrt_d d ON d.psn_no = l.psn_no
  WHERE (d.nwb_flag = '1' OR d.matn_type IS NOT NULL OR substr(d.med_type, 1, 2) = '52')
    AND (d.mdtrt_id = m.mdtrt_id OR ABS(date_diff('day', CAST(d.begntime AS DATE), CAST(m.begntime AS DATE))) <= 30)
)
SELECT l.mdtrt_id, l.psn_no, m.fixmedins_code, a.sex, a.born, CASE WHEN a.births_said = 0 THEN m.age END AS age_said, b.mdtrt_id IS NOT NULL AS may_be_child,
       m.begntime, m.endtime, m.hosp_lv, m.fixmedins_name, m.matn_type
FROM limited l
LEFT JOIN mdtrt_d m ON m.mdtrt_id = l.mdtrt_id
LEFT JOIN agreed a ON a.psn_no = l.psn_no
LEFT JOIN birth b ON b.mdtrt_id = l.mdtrt_id
