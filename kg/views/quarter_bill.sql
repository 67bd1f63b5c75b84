-- One row: a settlement that stands, with the quarter it fell in, two digits of its type of visit, and the fund's part of it.
-- passes: read once by each of the warnings
SELECT n.setl_id, n.mdtrt_id, n.psn_no, n.fixmedins_code, substr(n.med_type, 1, 2) AS med_kind, n.fee_fen, n.cash_fen, s.fund_pay_sumamt AS fund_fen,
       EXTRACT(YEAR FROM n.setl_time) * 4 + (EXTRACT(MONTH FROM n.setl_time) - 1) // 3 AS quarter, EXTRACT(MONTH FROM n.setl_time) AS month_no
FROM net_settlement n
JOIN setl_d s ON s.setl_id = n.setl_id
WHERE n.setl_time IS NOT NULL
