-- One row: a stay whose main diagnosis the library groups: by the longest prefix that it names.
SELECT s.mdtrt_id, k.dx_group, k.outpatient_treatable
FROM stay s
JOIN kb_dx_group k ON k.diag_prefix IN (substr(s.diagnosis, 1, 3), substr(s.diagnosis, 1, 4), substr(s.diagnosis, 1, 5), substr(s.diagnosis, 1, 6),
                                        substr(s.diagnosis, 1, 7))
WHERE (k.valid_from IS NULL OR CAST(s.begntime AS DATE) >= k.valid_from) AND (k.valid_to IS NULL OR CAST(s.begntime AS DATE) <= k.valid_to)
QUALIFY ROW_NUMBER() OVER (PARTITION BY s.mdtrt_id ORDER BY k.diag_prefix DESC) = 1
