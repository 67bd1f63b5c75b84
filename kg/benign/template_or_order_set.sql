-- One row a finding: do its papers repeat each other more than papers on the same disease do elsewhere?
WITH cited AS (
  SELECT DISTINCT h.finding_id, m.mdtrt_id, m.fixmedins_code, m.psn_no, substr(m.dscg_maindiag_code, 1, 3) AS disease
  FROM hit_row AS h JOIN mdtrt_d AS m ON m.mdtrt_id = h.mdtrt_id
), feed AS (             -- which paper a finding is about
  SELECT finding_id, CASE WHEN BOOL_OR(source_table = 'clinical_note') THEN 'note' WHEN BOOL_OR(source_table = 'test_rpot') THEN 'value'
                          WHEN ANY_VALUE(pattern) = 'phantom_bed' THEN 'chart' ELSE 'bill' END AS feed
  FROM hit_row GROUP BY finding_id
), visit AS (
  SELECT mdtrt_id, psn_no, fixmedins_code, substr(dscg_maindiag_code, 1, 3) AS disease FROM mdtrt_d
  WHERE vali_flag = '1' AND substr(dscg_maindiag_code, 1, 3) IN (SELECT disease FROM cited)
), said AS (
  SELECT 'note' AS feed, v.mdtrt_id, md5(n.note_type || regexp_replace(n.text, '[0-9]', '', 'g')) AS words
  FROM clinical_note AS n JOIN visit AS v ON v.mdtrt_id = n.mdtrt_id WHERE 'note' IN (SELECT feed FROM feed)
  UNION ALL SELECT 'value', v.mdtrt_id, md5(string_agg(t.item_name || ' ' || t.value, '|' ORDER BY t.item_name, t.value))
  FROM test_rpot AS t JOIN visit AS v ON v.mdtrt_id = t.mdtrt_id WHERE 'value' IN (SELECT feed FROM feed) GROUP BY v.mdtrt_id HAVING COUNT(*) >= 3
  UNION ALL SELECT 'chart', mdtrt_id, signs || ' ' || LEAD(signs, 1) OVER chart || ' ' || LEAD(signs, 2) OVER chart || ' ' || LEAD(signs, 3) OVER chart
  FROM (SELECT s.mdtrt_id, s.taken_at, concat_ws('/', s.temperature, s.pulse, s.resp, s.sbp) AS signs
        FROM vital_sign AS s SEMI JOIN visit AS v ON v.mdtrt_id = s.mdtrt_id WHERE 'chart' IN (SELECT feed FROM feed))
  WINDOW chart AS (PARTITION BY mdtrt_id ORDER BY taken_at)
  UNION ALL SELECT 'bill', v.mdtrt_id, md5(string_agg(f.med_list_codg || ' ' || f.cnt, '|' ORDER BY f.med_list_codg, f.cnt))
  FROM fee_list_d AS f JOIN visit AS v ON v.mdtrt_id = f.mdtrt_id WHERE 'bill' IN (SELECT feed FROM feed) GROUP BY v.mdtrt_id
), twin AS (
  SELECT s.feed, v.fixmedins_code, s.words FROM said AS s JOIN visit AS v ON v.mdtrt_id = s.mdtrt_id WHERE s.words IS NOT NULL
  GROUP BY s.feed, v.fixmedins_code, s.words HAVING COUNT(DISTINCT v.psn_no) > 1
), marked AS (
  SELECT s.feed, v.mdtrt_id, v.fixmedins_code, v.disease, BOOL_OR(t.words IS NOT NULL) AS repeats
  FROM said AS s JOIN visit AS v ON v.mdtrt_id = s.mdtrt_id
  LEFT JOIN twin AS t ON t.feed = s.feed AND t.fixmedins_code = v.fixmedins_code AND t.words = s.words
  GROUP BY s.feed, v.mdtrt_id, v.fixmedins_code, v.disease
), house AS (
  SELECT feed, fixmedins_code, disease, COUNT(*) AS visits, COUNT(*) FILTER (WHERE repeats) AS repeats FROM marked GROUP BY feed, fixmedins_code, disease
), peer AS (
  SELECT f.finding_id, h.fixmedins_code, SUM(h.repeats) / SUM(h.visits) AS share
  FROM feed AS f
  JOIN (SELECT DISTINCT finding_id, disease FROM cited) AS d ON d.finding_id = f.finding_id
  JOIN house AS h ON h.feed = f.feed AND h.disease = d.disease
  WHERE NOT EXISTS (SELECT 1 FROM cited AS c WHERE c.finding_id = f.finding_id AND c.fixmedins_code = h.fixmedins_code)
  GROUP BY f.finding_id, h.fixmedins_code HAVING SUM(h.visits) >= $least
), band AS (SELECT finding_id, quantile_cont(share, $band) AS top FROM peer GROUP BY finding_id HAVING COUNT(*) >= $peers), own AS (
  SELECT c.finding_id, COUNT(*) AS visits, COUNT(*) FILTER (WHERE m.repeats) AS repeated
  FROM cited AS c JOIN feed AS f ON f.finding_id = c.finding_id JOIN marked AS m ON m.mdtrt_id = c.mdtrt_id AND m.feed = f.feed GROUP BY c.finding_id
)
SELECT o.finding_id, o.visits, o.repeated, CASE WHEN o.repeated <= b.top * o.visits THEN 1 ELSE 0 END AS below,
       CASE WHEN o.repeated * 2 >= o.visits THEN o.repeated <= b.top * o.visits END AS explained,   -- a likeness that this test does not see it cannot judge
       false AS closes   -- a template is no proof of the care
FROM own AS o JOIN band AS b ON b.finding_id = o.finding_id
