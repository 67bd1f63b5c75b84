SELECT 'FaceCheck' AS start_label, check_id AS start_key, 'Encounter' AS end_label, mdtrt_id AS end_key FROM face_check WHERE mdtrt_id IS NOT NULL
UNION ALL SELECT 'DialysisSession', session_id, 'Encounter', mdtrt_id FROM dialysis_session WHERE mdtrt_id IS NOT NULL
