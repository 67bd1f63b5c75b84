SELECT 'Note' AS start_label, note_id AS start_key, 'Encounter' AS end_label, mdtrt_id AS end_key, CAST(NULL AS VARCHAR) AS role FROM clinical_note
