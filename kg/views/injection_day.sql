-- One row: a visit, an injectable drug and a day on which it was billed. kind: ward or clinic, by where; pen, what the patient injects himself.
-- reported: that day the visit was billed an injection, an infusion or an act that contains one, or it has an order for the drug.
-- What is part of an operation or a picture (anaesthetics, relaxants, contrast media), vaccines and what goes home with the patient are out.
-- may lack: kb_drug, kb_code_set, drord_d
WITH drug AS (
  SELECT l.mdtrt_id, l.fixmedins_code, l.med_list_codg, CAST(l.fee_ocur_time AS DATE) AS day, MIN(l.bilg_dr_code) AS doctor,
         CASE WHEN regexp_matches(l.med_list_codg, '^X(A10A|A10BJ|B01AB|B03XA|H01A|H05A|L03A|L04A)') THEN 'pen'
              WHEN MIN(w.code) IS NULL THEN 'clinic' ELSE 'ward' END AS kind
  FROM net_line l
  JOIN fee_list_d f ON f.mdtrt_id = l.mdtrt_id AND f.bkkp_sn = l.bkkp_sn
  LEFT JOIN (SELECT med_list_codg, MIN(route) AS route FROM kb_drug GROUP BY med_list_codg) k ON k.med_list_codg = l.med_list_codg
  LEFT JOIN code_group w ON w.list_name = 'med_type' AND w.group_name = 'inpatient' AND w.code = substr(l.med_type, 1, 2)
  ANTI JOIN desk_entry e ON e.mdtrt_id = l.mdtrt_id
  ANTI JOIN institution s ON s.fixmedins_code = l.fixmedins_code AND s.is_shop
  WHERE l.fee_ocur_time IS NOT NULL AND l.setl_id IS NOT NULL AND substr(l.list_type, 1, 2) = '10' AND COALESCE(f.dscg_tkdrug_flag, '0') <> '1'
    AND COALESCE(k.route IN ('injection', '注射'), regexp_matches(COALESCE(f.dosform_name, '') || COALESCE(f.hilist_name, ''), '注射'))
    AND NOT regexp_matches(l.med_list_codg, '^X(N01|M03A|V08|V09|J07)')
  GROUP BY l.mdtrt_id, l.fixmedins_code, l.med_list_codg, CAST(l.fee_ocur_time AS DATE)
),
given AS (
  SELECT DISTINCT l.mdtrt_id, CAST(l.fee_ocur_time AS DATE) AS day
  FROM net_line l
  JOIN fee_list_d f ON f.mdtrt_id = l.mdtrt_id AND f.bkkp_sn = l.bkkp_sn
  LEFT JOIN (SELECT DISTINCT code FROM kb_code_set WHERE set_key IN ('injection', 'infusion')) c ON c.code = l.med_list_codg
  LEFT JOIN dialysis_items d ON d.code_stem = substr(l.med_list_codg, 1, 11)
  WHERE l.list_type = '201'
    AND (c.code IS NOT NULL OR d.code_stem IS NOT NULL OR substr(l.med_chrgitm_type, 1, 2) = '06'
         OR regexp_matches(COALESCE(f.hilist_name, f.medins_list_name, ''), '注射|输液|滴注|推注|泵入|封闭'))
)
SELECT b.*, g.mdtrt_id IS NOT NULL OR o.mdtrt_id IS NOT NULL AS reported
FROM drug b
LEFT JOIN given g ON g.mdtrt_id = b.mdtrt_id AND g.day = b.day
LEFT JOIN (SELECT DISTINCT mdtrt_id, med_list_codg FROM drord_d) o ON o.mdtrt_id = b.mdtrt_id AND o.med_list_codg = b.med_list_codg
