SELECT DISTINCT label AS start_label, item AS start_key, point_id AS end_key FROM item_limit
