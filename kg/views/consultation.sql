-- One row: an outpatient visit and a registered doctor who ordered in it; minutes: the least that the services he did himself can take.
-- kept: two rules read it
-- may lack: kb_service
WITH line AS (
  SELECT l.mdtrt_id, l.psn_no, l.fixmedins_code, l.bilg_dr_code, l.fee_ocur_time, l.inscp_fen,
         CASE WHEN f.acord_dr_code = l.bilg_dr_code AND COALESCE(k.concurrent_ok, '0') <> '1' THEN l.cnt * k.minutes_min ELSE 0 END AS minutes
  FROM net_line l
  JOIN fee_list_d f ON f.mdtrt_id = l.mdtrt_id AND f.bkkp_sn = l.bkkp_sn
  LEFT JOIN (SELECT med_list_codg, MIN(concurrent_ok) AS concurrent_ok, MIN(minutes_min) AS minutes_min FROM kb_service GROUP BY med_list_codg) k
    ON k.med_list_codg = l.med_list_codg
  WHERE l.bilg_dr_code IS NOT NULL AND l.fee_ocur_time IS NOT NULL
)
SELECT l.mdtrt_id, l.psn_no, l.fixmedins_code, l.bilg_dr_code AS doctor, MIN(l.fee_ocur_time) AS at_time, CAST(MIN(l.fee_ocur_time) AS DATE) AS day,
       CAST(SUM(COALESCE(l.minutes, 0)) AS DOUBLE) AS minutes, CAST(SUM(l.inscp_fen) AS BIGINT) AS inscp_fen
FROM line l
JOIN mdtrt_d m ON m.mdtrt_id = l.mdtrt_id AND substr(m.med_type, 1, 2) IN ('11', '13', '14', '16', '19')
-- an account of a department is no doctor
SEMI JOIN medstff_b s ON s.stff_code = l.bilg_dr_code AND s.stff_type = '1'
GROUP BY l.mdtrt_id, l.psn_no, l.fixmedins_code, l.bilg_dr_code
