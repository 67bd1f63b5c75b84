-- The newest row of the register; an institution known only from claims keeps the public name that the claims print.
WITH registered AS (
  SELECT fixmedins_code, fixmedins_name, fixmedins_type, medins_kind, hosp_lv, admdvs, aprv_bed_cnt, owner_group, agreement_status
  FROM fixmedins_b
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY fixmedins_code ORDER BY begndate DESC NULLS LAST, status_from DESC NULLS LAST, delivery_id, source_record
  ) = 1
),
billed AS (
  SELECT fixmedins_code, MAX(fixmedins_name) AS fixmedins_name, MAX(hosp_lv) AS hosp_lv, MAX(fix_blng_admdvs) AS admdvs,
    BOOL_OR(med_type LIKE '41%') AS sells
  FROM mdtrt_d WHERE vali_flag = '1'
  GROUP BY fixmedins_code
)
SELECT
  COALESCE(r.fixmedins_code, b.fixmedins_code) AS fixmedins_code,
  COALESCE(r.fixmedins_name, b.fixmedins_name) AS name,
  r.medins_kind,
  COALESCE(r.hosp_lv, b.hosp_lv) AS hosp_lv,
  COALESCE(r.admdvs, b.admdvs) AS region,
  r.aprv_bed_cnt AS beds,
  r.owner_group,
  r.agreement_status,
  CASE
    WHEN r.fixmedins_type = '2' OR r.medins_kind = 'pharmacy' THEN 'Pharmacy'
    WHEN r.medins_kind IN ('hospital', 'rehab_hospital', 'health_centre') OR r.aprv_bed_cnt > 0 THEN 'Hospital'
    WHEN r.fixmedins_type = '1' THEN 'Clinic'
    WHEN r.fixmedins_code IS NULL AND b.sells THEN 'Pharmacy'
  END AS also
FROM registered r
FULL JOIN billed b ON b.fixmedins_code = r.fixmedins_code
