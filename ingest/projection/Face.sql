SELECT DISTINCT template_id FROM face_check WHERE template_id IS NOT NULL
