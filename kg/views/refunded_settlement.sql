-- One row: a settlement that was taken back, or the one that took it back; neither counts.
-- kept: every line and every settlement is tested against it
WITH refund AS (
  SELECT setl_id, init_setl_id, mdtrt_id, medfee_sumamt
  FROM setl_d
  WHERE vali_flag = '1' AND (refd_setl_flag = '1' OR medfee_sumamt < 0)
)
SELECT setl_id FROM refund
UNION
SELECT init_setl_id AS setl_id FROM refund WHERE init_setl_id IS NOT NULL
UNION
-- a refund that does not name its settlement takes back the one of equal amount in the same visit
SELECT s.setl_id
FROM refund r
JOIN setl_d s ON s.mdtrt_id = r.mdtrt_id AND s.medfee_sumamt = -r.medfee_sumamt
WHERE r.init_setl_id IS NULL AND s.vali_flag = '1'
