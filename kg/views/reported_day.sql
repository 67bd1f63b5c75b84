-- One row: a visit, an examination or laboratory item and a day on which it was billed. reported: as many days of the item as the visit has
-- reports of it are, the first ones; a panel is reported by any of its parts.
-- kept: two rules read it
-- may lack: exam_rpot, test_rpot, kb_service
WITH report AS (
  SELECT DISTINCT 'exam' AS kind, mdtrt_id, med_list_codg, COALESCE(image_no, rpot_id) AS report FROM exam_rpot
  UNION
  SELECT DISTINCT 'lab' AS kind, mdtrt_id, med_list_codg, COALESCE(samp_no, rpot_id) AS report FROM test_rpot
),
counted AS (
  SELECT kind, mdtrt_id, med_list_codg, COUNT(*) AS reports FROM report GROUP BY kind, mdtrt_id, med_list_codg
),
billed AS (
  SELECT CASE substr(l.med_chrgitm_type, 1, 2) WHEN '03' THEN 'exam' ELSE 'lab' END AS kind, l.mdtrt_id, l.fixmedins_code, l.med_list_codg,
         CAST(l.fee_ocur_time AS DATE) AS day, MIN(l.bilg_dr_code) AS doctor, MIN(l.psn_no) AS psn_no
  FROM net_line l
  WHERE substr(l.med_chrgitm_type, 1, 2) IN ('03', '04') AND l.fee_ocur_time IS NOT NULL AND l.setl_id IS NOT NULL
  GROUP BY CASE substr(l.med_chrgitm_type, 1, 2) WHEN '03' THEN 'exam' ELSE 'lab' END, l.mdtrt_id, l.fixmedins_code, l.med_list_codg,
           CAST(l.fee_ocur_time AS DATE)
),
by_part AS (
  SELECT DISTINCT b.kind, b.mdtrt_id, b.med_list_codg
  FROM billed b
  JOIN kb_service k ON k.med_list_codg = b.med_list_codg AND k.panel_parts IS NOT NULL
  JOIN counted c ON c.kind = b.kind AND c.mdtrt_id = b.mdtrt_id AND ';' || k.panel_parts || ';' LIKE '%;' || c.med_list_codg || ';%'
)
SELECT b.*,
       p.mdtrt_id IS NOT NULL
         OR ROW_NUMBER() OVER (PARTITION BY b.kind, b.mdtrt_id, b.med_list_codg ORDER BY b.day) <= COALESCE(c.reports, 0) AS reported
FROM billed b
LEFT JOIN counted c ON c.kind = b.kind AND c.mdtrt_id = b.mdtrt_id AND c.med_list_codg = b.med_list_codg
LEFT JOIN by_part p ON p.kind = b.kind AND p.mdtrt_id = b.mdtrt_id AND p.med_list_codg = b.med_list_codg
