-- The one wide pass over the claim lines: everything the graph needs of them, added up per settlement, item and doctor.
-- Lines that are not settled yet (patient still in) keep a null settlement: they show who works where and bill nothing.
SELECT
  COALESCE(f.setl_id, v.setl_id) AS setl_id,
  f.med_list_codg AS item,
  f.bilg_dr_code AS doctor,
  f.fixmedins_code,
  COUNT(*) AS lines,
  CAST(SUM(f.cnt) AS DOUBLE) AS cnt,
  CAST(SUM(f.det_item_fee_sumamt) AS BIGINT) AS amount_fen
FROM fee_list_d f
LEFT JOIN visit_settlement v ON f.setl_id IS NULL AND v.mdtrt_id = f.mdtrt_id
WHERE f.vali_flag = '1'
GROUP BY 1, 2, 3, 4
