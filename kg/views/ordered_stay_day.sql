-- One row: a stay, a service and a day on which it was billed. reported: the stay has an order for it. Where it was billed on a day for which something
-- of its chapter was ordered and not billed, one thing stands for another: that is not the question here, and the service is out of that stay.
WITH billed AS (
  SELECT l.mdtrt_id, l.fixmedins_code, l.med_list_codg, CAST(l.fee_ocur_time AS DATE) AS day, MIN(l.bilg_dr_code) AS doctor
  FROM net_line l
  SEMI JOIN stay s ON s.mdtrt_id = l.mdtrt_id
  WHERE l.fee_ocur_time IS NOT NULL AND l.setl_id IS NOT NULL AND l.list_type = '201'
  GROUP BY l.mdtrt_id, l.fixmedins_code, l.med_list_codg, CAST(l.fee_ocur_time AS DATE)
),
instead AS (
  SELECT DISTINCT b.mdtrt_id, b.med_list_codg
  FROM billed b
  JOIN service_order_day o ON o.mdtrt_id = b.mdtrt_id AND o.day = b.day AND NOT o.billed AND substr(o.med_list_codg, 1, 4) = substr(b.med_list_codg, 1, 4)
)
SELECT 'order' AS kind, b.mdtrt_id, b.fixmedins_code, b.med_list_codg, b.day, b.doctor, o.mdtrt_id IS NOT NULL AS reported
FROM billed b
LEFT JOIN (SELECT DISTINCT mdtrt_id, med_list_codg FROM drord_d) o ON o.mdtrt_id = b.mdtrt_id AND o.med_list_codg = b.med_list_codg
LEFT JOIN instead i ON i.mdtrt_id = b.mdtrt_id AND i.med_list_codg = b.med_list_codg
WHERE o.mdtrt_id IS NOT NULL OR i.mdtrt_id IS NULL
