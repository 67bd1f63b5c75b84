SELECT 'Patient' AS start_label, psn_no AS start_key, 'Encounter' AS end_label, mdtrt_id AS end_key FROM visit_place
UNION ALL SELECT 'Patient', psn_no, 'Settlement', setl_id FROM settlement_alone
UNION ALL SELECT 'Patient', psn_no, 'DialysisSession', session_id FROM dialysis_session
