SELECT DISTINCT d.stff_code AS start_key, p.psn_no AS end_key
FROM medstff_b d
JOIN psn_b p ON p.certno_h = d.certno_h
WHERE d.certno_ok AND p.certno_ok
