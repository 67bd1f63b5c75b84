-- One row: a net line of a stay for an operation or its anaesthesia (chapter 3301 of the national items).
SELECT l.*
FROM stay_line l
WHERE l.charge = '06' OR substr(l.med_list_codg, 1, 6) = '003301'
