-- A point of the library on an item that the book knows; a pair limits both of its items.
WITH point AS (
  SELECT
    concat_ws(':', rule_kind, subject_code, pair_code, limit_value, valid_from) AS point_id,
    concat_ws(' · ', subject_name, pair_name) AS name,
    rule_kind AS rule_id,
    concat_ws(' ', limit_value, CAST(CAST(limit_qty AS DOUBLE) AS VARCHAR), limit_unit, "window") AS said,
    concat_ws(' row ', source_file, source_row) AS source,
    published, valid_from, valid_to, subject_code, pair_code
  FROM kb_point
)
SELECT p.* EXCLUDE (subject_code, pair_code), i.code AS item, i.label
FROM point p
JOIN item i ON i.code IN (p.subject_code, p.pair_code)
