-- One row: a run of many cards at one till within minutes that looks like no queue: equal baskets, round sums, empty accounts, closed shop.
WITH run AS (
  SELECT fixmedins_code, till, run_no, COUNT(DISTINCT COALESCE(household, psn_no)) AS households, COUNT(DISTINCT psn_no) AS cards,
         COUNT(*) AS settlements, MIN(setl_time) AS began_at, MAX(setl_time) AS ended_at
  FROM till_run
  GROUP BY fixmedins_code, till, run_no
  HAVING COUNT(DISTINCT COALESCE(household, psn_no)) >= $min_cards
     -- as fast as the limit allows on average: a real sale takes longer than max_gap
     AND CAST(FLOOR(epoch(MAX(setl_time))) AS BIGINT) - CAST(FLOOR(epoch(MIN(setl_time))) AS BIGINT) <= (COUNT(*) - 1) * $max_gap
),
card AS (
  SELECT t.*, r.households, r.cards, r.settlements, r.began_at, r.ended_at
  FROM till_run t
  JOIN run r ON r.fixmedins_code = t.fixmedins_code AND r.till = t.till AND r.run_no = t.run_no
),
item AS (
  SELECT l.setl_id, l.med_list_codg, SUM(l.cnt) AS cnt
  FROM net_line l
  SEMI JOIN till_run t ON t.setl_id = l.setl_id
  GROUP BY l.setl_id, l.med_list_codg
),
pack AS (
  -- what customers of all shops take of a drug at once
  SELECT med_list_codg, MEDIAN(CAST(cnt AS DOUBLE)) AS usual_cnt FROM item GROUP BY med_list_codg
),
basket AS (
  -- the same drugs are the same basket: the number of packs is what is varied first
  SELECT i.setl_id, STRING_AGG(i.med_list_codg, ',' ORDER BY i.med_list_codg) AS basket, COUNT(*) AS drugs,
         MAX(CAST(i.cnt AS DOUBLE) / p.usual_cnt) AS packs
  FROM item i
  JOIN pack p ON p.med_list_codg = i.med_list_codg
  SEMI JOIN card c ON c.setl_id = i.setl_id
  GROUP BY i.setl_id
),
same AS (
  SELECT fixmedins_code, till, run_no, MAX(n) AS equal_baskets, MAX(n) FILTER (WHERE drugs >= $min_drugs) AS equal_lists
  FROM (SELECT c.fixmedins_code, c.till, c.run_no, b.basket, b.drugs, COUNT(*) AS n FROM card c JOIN basket b ON b.setl_id = c.setl_id GROUP BY ALL) AS counted
  GROUP BY fixmedins_code, till, run_no
),
again AS (
  -- cards that were in another such run of the shop, on another day
  SELECT fixmedins_code, psn_no FROM card GROUP BY fixmedins_code, psn_no HAVING COUNT(DISTINCT CAST(began_at AS DATE)) > 1
),
usual AS (
  -- the shop's own customers: how often their sums are round and their accounts empty anyway
  SELECT fixmedins_code,
         CAST(COUNT_IF(fee_fen % $round_fen = 0) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS round_share,
         MEDIAN(CAST(fee_fen AS DOUBLE)) AS usual_fen,
         CAST(COUNT_IF(COALESCE(balance_fen, $left_fen + 1) <= $left_fen) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS empty_share
  FROM till_run
  GROUP BY fixmedins_code
),
sign AS (
  SELECT c.fixmedins_code, c.till, c.run_no,
         CASE WHEN MAX(s.equal_baskets) >= MAX(c.settlements) * $part THEN 1 ELSE 0 END AS equal_baskets,
         CASE WHEN MAX(s.equal_lists) >= MAX(c.settlements) * $part THEN 1 ELSE 0 END AS equal_lists,
         CASE WHEN COUNT(DISTINCT a.psn_no) >= MAX(c.cards) * $part THEN 1 ELSE 0 END AS same_cards,
         CASE WHEN COUNT_IF(c.fee_fen % $round_fen = 0) >= MAX(c.settlements) * $part AND MAX(u.round_share) < $part THEN 1 ELSE 0 END AS round_sums,
         CASE WHEN COUNT_IF(c.balance_fen <= $left_fen) >= MAX(c.settlements) * $part AND MAX(u.empty_share) < $part THEN 1 ELSE 0 END AS emptied,
         -- one sign: many packs make a large bill
         CASE WHEN MEDIAN(CAST(c.fee_fen AS DOUBLE)) >= MAX(u.usual_fen) * $dear OR MEDIAN(b.packs) > $dear THEN 1 ELSE 0 END AS large,
         CASE WHEN EXTRACT(hour FROM MAX(c.began_at)) >= 23 OR EXTRACT(hour FROM MAX(c.began_at)) < 5 THEN 1 ELSE 0 END AS at_night
  FROM card c
  JOIN usual u ON u.fixmedins_code = c.fixmedins_code
  LEFT JOIN basket b ON b.setl_id = c.setl_id
  LEFT JOIN again a ON a.fixmedins_code = c.fixmedins_code AND a.psn_no = c.psn_no
  LEFT JOIN same s ON s.fixmedins_code = c.fixmedins_code AND s.till = c.till AND s.run_no = c.run_no
  GROUP BY c.fixmedins_code, c.till, c.run_no
)
SELECT 'institution' AS subject_type,
       c.fixmedins_code AS subject_id,
       LIST_SORT(ARRAY_AGG(STRUCT_PACK(setl_id := c.setl_id, fen := CAST(0 AS BIGINT)))) AS setl_d_rows,
       MAX(c.cards) AS cards,
       MIN(c.began_at) AS began_at,
       MAX(c.ended_at) AS ended_at,
       MAX(g.equal_baskets) = 1 AS equal_baskets,
       MAX(g.equal_lists) = 1 AS equal_lists,
       MAX(g.same_cards) = 1 AS same_cards_again,
       MAX(g.round_sums) = 1 AS round_sums,
       MAX(g.emptied) = 1 AS emptied_accounts,
       MAX(g.large) = 1 AS bills_above_usual,
       MAX(g.at_night) = 1 AS at_night
FROM card c
JOIN sign g ON g.fixmedins_code = c.fixmedins_code AND g.till = c.till AND g.run_no = c.run_no
GROUP BY c.fixmedins_code, c.till, c.run_no
HAVING MAX(g.equal_baskets + g.equal_lists + g.same_cards + g.round_sums + g.emptied + g.large + g.at_night) >= $min_signs
ORDER BY c.fixmedins_code, c.till, c.run_no
