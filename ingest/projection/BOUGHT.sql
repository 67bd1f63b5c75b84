-- Bought twice by one institution: the first time stands; the rows are in the book.
SELECT fixmedins_code AS start_key, code AS end_key, MIN(bought_at) AS time, MIN(spler_h) AS supplier FROM purchase GROUP BY 1, 2
