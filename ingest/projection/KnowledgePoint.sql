SELECT DISTINCT ON (point_id) point_id, name, rule_id, said AS "limit", source, published, valid_from, valid_to FROM item_limit ORDER BY point_id, source
