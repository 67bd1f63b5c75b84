SELECT 'Encounter' AS start_label, mdtrt_id AS start_key, 'Institution' AS end_label, fixmedins_code AS end_key FROM visit_place
UNION ALL SELECT 'Settlement', setl_id, 'Institution', fixmedins_code FROM settlement_alone
UNION ALL SELECT 'FaceCheck', check_id, 'Institution', fixmedins_code FROM face_check
UNION ALL SELECT 'DialysisSession', session_id, 'Institution', fixmedins_code FROM dialysis_session
