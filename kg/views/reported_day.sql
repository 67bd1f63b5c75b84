-- One row: a visit, an examination, laboratory or therapy item and a day on which it was billed. reported: as many days of the item as the visit
-- has reports of it are: first those on which one was made, then the earliest; a panel is reported by any of its parts.
-- A visit with a report of the kind for something that is not on its bill is out: one thing stands for another, which is not the question here.
-- kept: three rules read it
-- may lack: exam_rpot, test_rpot, therapy_session, mcs_use, kb_service
WITH report AS (
  SELECT DISTINCT 'exam' AS kind, mdtrt_id, med_list_codg, COALESCE(image_no, rpot_id) AS report, CAST(exam_time AS DATE) AS day FROM exam_rpot
  UNION
  SELECT DISTINCT 'lab' AS kind, mdtrt_id, med_list_codg, COALESCE(samp_no, rpot_id) AS report, CAST(test_time AS DATE) AS day FROM test_rpot
  UNION
  -- a session is a report of the day: which of a day's lines it stands for nobody asks
  SELECT DISTINCT 'therapy' AS kind, mdtrt_id, med_list_codg, CAST(CAST(begntime AS DATE) AS VARCHAR) AS report, CAST(begntime AS DATE) AS day
  FROM therapy_session
),
counted AS (
  SELECT kind, mdtrt_id, med_list_codg, COUNT(DISTINCT report) AS reports FROM report GROUP BY kind, mdtrt_id, med_list_codg
),
kind_of AS (
  SELECT med_list_codg, 'therapy' AS kind FROM therapy_session GROUP BY med_list_codg
),
billed AS (
  SELECT kind, mdtrt_id, fixmedins_code, med_list_codg, day, MIN(bilg_dr_code) AS doctor, MIN(psn_no) AS psn_no
  FROM (SELECT COALESCE(k.kind, CASE substr(l.med_chrgitm_type, 1, 2) WHEN '03' THEN 'exam' WHEN '04' THEN 'lab' END) AS kind, l.mdtrt_id,
               l.fixmedins_code, l.med_list_codg, CAST(l.fee_ocur_time AS DATE) AS day, l.bilg_dr_code, l.psn_no
        FROM net_line l
        LEFT JOIN kind_of k ON k.med_list_codg = l.med_list_codg
        -- the bureau's desk has no reports of what it typed from papers
        ANTI JOIN desk_entry e ON e.mdtrt_id = l.mdtrt_id
        WHERE l.fee_ocur_time IS NOT NULL AND l.setl_id IS NOT NULL) AS line
  WHERE kind IS NOT NULL
  GROUP BY kind, mdtrt_id, fixmedins_code, med_list_codg, day
),
by_part AS (
  SELECT DISTINCT b.kind, b.mdtrt_id, b.med_list_codg
  FROM billed b
  JOIN kb_service k ON k.med_list_codg = b.med_list_codg AND k.panel_parts IS NOT NULL
  JOIN counted c ON c.kind = b.kind AND c.mdtrt_id = b.mdtrt_id AND ';' || k.panel_parts || ';' LIKE '%;' || c.med_list_codg || ';%'
)
SELECT b.*,
       p.mdtrt_id IS NOT NULL
         OR ROW_NUMBER() OVER (PARTITION BY b.kind, b.mdtrt_id, b.med_list_codg ORDER BY CASE WHEN r.day IS NULL THEN 1 ELSE 0 END, b.day)
            <= COALESCE(c.reports, 0) AS reported
FROM billed b
LEFT JOIN (SELECT DISTINCT kind, mdtrt_id, med_list_codg, day FROM report) r
       ON r.kind = b.kind AND r.mdtrt_id = b.mdtrt_id AND r.med_list_codg = b.med_list_codg AND r.day = b.day
LEFT JOIN counted c ON c.kind = b.kind AND c.mdtrt_id = b.mdtrt_id AND c.med_list_codg = b.med_list_codg
LEFT JOIN by_part p ON p.kind = b.kind AND p.mdtrt_id = b.mdtrt_id AND p.med_list_codg = b.med_list_codg
ANTI JOIN record_unbilled u ON u.kind = b.kind AND u.mdtrt_id = b.mdtrt_id
