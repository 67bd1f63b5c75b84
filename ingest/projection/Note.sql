SELECT note_id, note_type, note_time FROM clinical_note
