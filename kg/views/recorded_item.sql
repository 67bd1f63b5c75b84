-- One row: a visit, an item and how often a record says that it was done: reports of pictures and of samples, sessions of therapy, labels of implants.
-- kept: what is billed is held against it again and again
-- one of: exam_rpot, test_rpot, therapy_session, mcs_use
SELECT kind, mdtrt_id, med_list_codg, COUNT(*) AS records
FROM (SELECT 'exam' AS kind, mdtrt_id, med_list_codg, rpot_id AS record FROM exam_rpot
      UNION
      SELECT 'lab' AS kind, mdtrt_id, med_list_codg, rpot_id AS record FROM test_rpot
      UNION
      SELECT 'therapy' AS kind, mdtrt_id, med_list_codg, session_id AS record FROM therapy_session
      UNION
      SELECT 'implant' AS kind, mdtrt_id, med_list_codg, barcode AS record FROM mcs_use) AS record
GROUP BY kind, mdtrt_id, med_list_codg
