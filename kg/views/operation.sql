-- One row: a recorded operation. Hours that are a bare date, equal, reversed or a day apart are unknown. noted: a note of it exists.
-- may lack: clinical_note
SELECT o.setl_list_oprn_id, o.mdtrt_id, o.psn_no, m.fixmedins_code, o.oprn_oprt_code, o.oper_dr_code, o.anst_dr_code, o.anst_way,
       CASE WHEN o.oprn_oprt_begntime < o.oprn_oprt_endtime AND o.oprn_oprt_endtime < o.oprn_oprt_begntime + INTERVAL 24 HOUR
            THEN o.oprn_oprt_begntime END AS begins_at,
       CASE WHEN o.oprn_oprt_begntime < o.oprn_oprt_endtime AND o.oprn_oprt_endtime < o.oprn_oprt_begntime + INTERVAL 24 HOUR
            THEN o.oprn_oprt_endtime END AS ends_at,
       CASE WHEN o.anst_begntime < o.anst_endtime AND o.anst_endtime < o.anst_begntime + INTERVAL 24 HOUR THEN o.anst_begntime END AS asleep_at,
       CASE WHEN o.anst_begntime < o.anst_endtime AND o.anst_endtime < o.anst_begntime + INTERVAL 24 HOUR THEN o.anst_endtime END AS awake_at,
       CAST(COALESCE(o.oprn_oprt_begntime, CAST(o.oprn_oprt_date AS TIMESTAMP)) AS DATE) AS day,
       n.mdtrt_id IS NOT NULL AS noted
FROM setl_list_oprn_d o
JOIN mdtrt_d m ON m.mdtrt_id = o.mdtrt_id AND m.vali_flag = '1'
LEFT JOIN (SELECT DISTINCT mdtrt_id FROM clinical_note WHERE note_type IN ('operation', 'anaesthesia')) n ON n.mdtrt_id = o.mdtrt_id
WHERE COALESCE(o.vali_flag, '1') = '1'
