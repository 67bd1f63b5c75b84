WITH stays AS (
  SELECT
    LAG(mdtrt_id) OVER visits AS before_id,
    LAG(endtime) OVER visits AS before_end,
    mdtrt_id,
    begntime
  FROM stay
  WHERE begntime IS NOT NULL
  WINDOW visits AS (PARTITION BY psn_no ORDER BY begntime, mdtrt_id)
)
SELECT before_id AS start_key, mdtrt_id AS end_key, date_diff('day', CAST(before_end AS DATE), CAST(begntime AS DATE)) AS gap_days
FROM stays
WHERE before_id IS NOT NULL
