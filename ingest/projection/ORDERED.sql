SELECT doctor AS start_key, setl_id AS end_key, CAST(SUM(lines) AS BIGINT) AS lines, CAST(SUM(amount_fen) AS BIGINT) AS amount_fen
FROM item_line
WHERE doctor IS NOT NULL AND setl_id IS NOT NULL
GROUP BY 1, 2
