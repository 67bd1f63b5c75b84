-- One row: a stay whose chart of pulse, warmth and breath repeats another patient's, entry after entry; the stay of the two with fewer witnesses.
WITH entry AS (
  SELECT v.mdtrt_id, s.psn_no, s.begntime, ROW_NUMBER() OVER (PARTITION BY v.mdtrt_id ORDER BY v.taken_at, v.temperature, v.pulse, v.resp) AS n,
         CAST(v.temperature AS VARCHAR) || '/' || CAST(v.pulse AS VARCHAR) || '/' || CAST(v.resp AS VARCHAR) || '/'
           || COALESCE(CAST(v.sbp AS VARCHAR), '') AS signs
  FROM vital_sign v
  JOIN stay s ON s.mdtrt_id = v.mdtrt_id
  WHERE v.temperature IS NOT NULL AND v.pulse IS NOT NULL AND v.resp IS NOT NULL
),
four AS (
  -- four entries in a row are a word of the chart
  SELECT mdtrt_id, psn_no, begntime, n, signs || ' ' || LEAD(signs, 1) OVER chart || ' ' || LEAD(signs, 2) OVER chart || ' ' || LEAD(signs, 3) OVER chart AS word,
         CASE WHEN signs <> LEAD(signs, 1) OVER chart THEN 1 ELSE 0 END + CASE WHEN LEAD(signs, 1) OVER chart <> LEAD(signs, 2) OVER chart THEN 1 ELSE 0 END
           + CASE WHEN LEAD(signs, 2) OVER chart <> LEAD(signs, 3) OVER chart THEN 1 ELSE 0 END AS changes
  FROM entry
  WINDOW chart AS (PARTITION BY mdtrt_id ORDER BY n)
),
word AS (
  -- values that stand still coincide: the word must move
  SELECT DISTINCT mdtrt_id, psn_no, begntime, word FROM four WHERE word IS NOT NULL AND changes >= 2
),
pair AS (
  SELECT a.mdtrt_id AS first_id, b.mdtrt_id AS second_id, COUNT(*) + 3 AS entries
  FROM word a
  JOIN word b ON b.word = a.word AND b.psn_no <> a.psn_no AND (b.begntime > a.begntime OR (b.begntime = a.begntime AND b.mdtrt_id > a.mdtrt_id))
  GROUP BY a.mdtrt_id, b.mdtrt_id
  HAVING COUNT(*) + 3 >= $min_entries
),
weighed AS (
  SELECT p.*,
         CASE WHEN y.days_present < x.days_present THEN p.second_id
              WHEN y.days_present > x.days_present THEN p.first_id
              WHEN y.days_witnessed > x.days_witnessed THEN p.first_id
              ELSE p.second_id END AS doubtful
  FROM pair p
  JOIN stay_presence x ON x.mdtrt_id = p.first_id
  JOIN stay_presence y ON y.mdtrt_id = p.second_id
)
SELECT 'encounter' AS subject_type,
       doubtful AS subject_id,
       LIST_SORT(ARRAY_AGG(DISTINCT STRUCT_PACK(mdtrt_id := doubtful, fen := CAST(0 AS BIGINT)))) AS mdtrt_d_rows,
       MIN(CASE WHEN doubtful = first_id THEN second_id ELSE first_id END) AS like_stay,
       MAX(entries) AS equal_entries
FROM weighed
GROUP BY doubtful
ORDER BY doubtful
