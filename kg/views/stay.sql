-- One row: a stay in a hospital, as the hospital reported it. ends_at: discharge, else the last day settled; unknown while the patient is in.
-- kept: every rule about stays starts here
-- may lack: psn_b
WITH settled AS (
  SELECT mdtrt_id, MAX(enddate) AS enddate
  FROM setl_d
  WHERE vali_flag = '1' AND COALESCE(refd_setl_flag, '0') = '0' AND mdtrt_id IS NOT NULL
  GROUP BY mdtrt_id
)
SELECT m.mdtrt_id, m.psn_no, COALESCE(m.certno_h, p.certno_h, m.psn_no) AS identity, m.fixmedins_code, m.med_type,
       m.begntime, COALESCE(m.endtime, CAST(s.enddate AS TIMESTAMP)) AS ends_at,
       GREATEST(date_diff('day', CAST(m.begntime AS DATE), CAST(COALESCE(m.endtime, CAST(s.enddate AS TIMESTAMP)) AS DATE)), 1) AS stay_days,
       m.adm_bed, m.dscg_bed, m.wardarea_bed, m.adm_dept_codg, m.adm_dept_name, m.adm_caty, m.dscg_way, m.refl_old_mdtrt_id, m.chfpdr_code, m.coner_tel_h,
       m.dscg_maindiag_code AS diagnosis, substr(m.dscg_maindiag_code, 1, 3) AS disease,
       COALESCE(m.nwb_flag, '0') = '1' OR m.matn_type IS NOT NULL OR substr(m.med_type, 1, 2) = '52' AS with_newborn
FROM mdtrt_d m
LEFT JOIN settled s ON s.mdtrt_id = m.mdtrt_id
LEFT JOIN psn_b p ON p.psn_no = m.psn_no
ANTI JOIN desk_entry e ON e.mdtrt_id = m.mdtrt_id
WHERE m.vali_flag = '1'
  AND substr(m.med_type, 1, 2) IN (SELECT code FROM code_group WHERE list_name = 'med_type' AND group_name = 'inpatient')
  AND (m.endtime IS NULL OR m.begntime IS NULL OR m.endtime >= m.begntime)
