-- One row: a visit of which something was taken back, a line or a whole settlement. All others are billed as they stand.
-- kept: every line is tested against it
SELECT mdtrt_id FROM line_refund
UNION
SELECT f.mdtrt_id
FROM fee_list_d f
SEMI JOIN refunded_settlement x ON x.setl_id = f.setl_id
