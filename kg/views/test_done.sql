-- One row: a visit, an examination or laboratory item, a day on which it was billed, and was done as far as reports tell: reported, or billed by a
-- house that reports nothing of the kind (fewer than ten, ever). What was billed and never done is another question.
-- kept: three rules read it
SELECT r.kind, r.mdtrt_id, r.fixmedins_code, r.med_list_codg, r.day, r.doctor
FROM reported_day r
LEFT JOIN (SELECT kind, fixmedins_code FROM reported_day GROUP BY kind, fixmedins_code HAVING COUNT_IF(reported) >= 10) f
       ON f.kind = r.kind AND f.fixmedins_code = r.fixmedins_code
WHERE r.kind IN ('exam', 'lab') AND (r.reported OR f.kind IS NULL)
