-- One row: a day of a stay on which an order for a service ran. billed: the service stands on the bill of that day.
-- kept: what is billed is held against it twice
WITH ordered AS (
  SELECT DISTINCT d.mdtrt_id, d.med_list_codg, CAST(x.day AS DATE) AS day
  FROM drord_d d
  CROSS JOIN UNNEST(generate_series(CAST(d.begntime AS DATE), CAST(COALESCE(d.stoptime, d.begntime) AS DATE), INTERVAL 1 DAY)) AS x(day)
  WHERE d.begntime IS NOT NULL AND substr(d.med_list_codg, 1, 2) = '00'
)
SELECT o.mdtrt_id, o.med_list_codg, o.day, b.mdtrt_id IS NOT NULL AS billed
FROM ordered o
LEFT JOIN (SELECT DISTINCT mdtrt_id, med_list_codg, day FROM stay_line) b
       ON b.mdtrt_id = o.mdtrt_id AND b.med_list_codg = o.med_list_codg AND b.day = o.day
