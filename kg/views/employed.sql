-- One row: a spell in which an employer insures a working person. waged: its wage sheets name him; sheets: they name anybody at all;
-- last_sheet: the month of the last one, counted as year * 12 + month.
-- may lack: payroll, psn_b
SELECT i.psn_insu_rlts_id, i.psn_no, p.certno_h, i.emp_no, i.begndate, COALESCE(i.enddate, DATE '9999-12-31') AS enddate,
       w.certno_h IS NOT NULL AS waged, s.emp_no IS NOT NULL AS sheets, s.last_sheet
FROM psn_insu_d i
LEFT JOIN psn_b p ON p.psn_no = i.psn_no
LEFT JOIN (SELECT DISTINCT emp_no, certno_h FROM payroll WHERE wag > 0) w ON w.emp_no = i.emp_no AND w.certno_h = p.certno_h
LEFT JOIN (SELECT emp_no, MAX(CASE WHEN regexp_matches(period, '^[0-9]{4}-?[0-9]{2}$')
                                    THEN CAST(substr(period, 1, 4) AS BIGINT) * 12
                                         + CAST(substr(period, CASE WHEN regexp_matches(period, '-') THEN 6 ELSE 5 END, 2) AS BIGINT) END) AS last_sheet
           FROM payroll WHERE wag > 0 GROUP BY emp_no) s ON s.emp_no = i.emp_no
WHERE i.emp_no IS NOT NULL AND COALESCE(i.insutype, '310') = '310' AND substr(COALESCE(i.psn_type, '11'), 1, 2) = '11'
