-- One row a finding: for how many of its lines does the difference vanish once codes are read as families?
WITH line AS (
  SELECT h.finding_id, h.n, h.fixmedins_code, l.* EXCLUDE (n) FROM hit_row AS h JOIN cited_line AS l ON l.n = h.n WHERE h.fixmedins_code IS NOT NULL
), article AS (          -- what each of the institution's own numbers stands for on lines that are not cited
  SELECT f.fixmedins_code, f.medins_list_codg, f.med_list_codg, MEDIAN(CAST(f.pric AS DOUBLE)) AS pric
  FROM fee_list_d AS f
  JOIN (SELECT DISTINCT fixmedins_code, medins_list_codg FROM line WHERE medins_list_codg IS NOT NULL) AS a
    ON a.fixmedins_code = f.fixmedins_code AND a.medins_list_codg = f.medins_list_codg
  GROUP BY f.fixmedins_code, f.medins_list_codg, f.med_list_codg
), drifts AS (
  SELECT DISTINCT l.finding_id, l.n
  FROM line AS l JOIN article AS a ON a.fixmedins_code = l.fixmedins_code AND a.medins_list_codg = l.medins_list_codg
  WHERE a.med_list_codg <> l.med_list_codg AND starts_with(a.med_list_codg, l.family) AND CAST(l.pric AS DOUBLE) <= $dearer * a.pric
), bought AS (
  SELECT fixmedins_code, med_list_codg, SUM(purc_retn_cnt) AS cnt FROM purcinfo_3503
  WHERE fixmedins_code IN (SELECT fixmedins_code FROM line) GROUP BY fixmedins_code, med_list_codg
), needed AS (
  SELECT finding_id, fixmedins_code, family, med_list_codg, SUM(cnt) AS cnt FROM line GROUP BY finding_id, fixmedins_code, family, med_list_codg
), goods AS (            -- purchases of the family, and those under another code than the cited one
  SELECT n.finding_id, n.fixmedins_code, n.med_list_codg, coalesce(SUM(b.cnt) FILTER (WHERE b.med_list_codg <> n.med_list_codg), 0) >= ANY_VALUE(n.cnt) AS covered
  FROM needed AS n JOIN bought AS b ON b.fixmedins_code = n.fixmedins_code AND starts_with(b.med_list_codg, n.family)
  GROUP BY n.finding_id, n.fixmedins_code, n.med_list_codg
), counted AS (
  SELECT l.finding_id, COUNT(*) AS lines, COUNT(*) FILTER (WHERE d.n IS NOT NULL OR g.covered) AS alike
  FROM line AS l
  LEFT JOIN drifts AS d ON d.finding_id = l.finding_id AND d.n = l.n
  LEFT JOIN goods AS g ON g.finding_id = l.finding_id AND g.fixmedins_code = l.fixmedins_code AND g.med_list_codg = l.med_list_codg
  WHERE l.medins_list_codg IS NOT NULL OR g.med_list_codg IS NOT NULL
  GROUP BY l.finding_id
)
SELECT finding_id, lines, alike, alike * 2 >= lines AS explained, false AS closes   -- the code desk decides
FROM counted
