-- One row: a live sale of a box beside the sale of it before at the same institution; boxes that came back over its counter are out.
SELECT s.*,
       LAG(s.psn_no) OVER box AS previous_buyer,
       CAST(FLOOR(epoch(s.sold_at)) AS BIGINT) - CAST(FLOOR(epoch(LAG(s.sold_at) OVER box)) AS BIGINT) AS seconds_since
FROM repeated_sale s
ANTI JOIN returned_box r ON r.drug_trac_codg = s.drug_trac_codg AND r.fixmedins_code = s.fixmedins_code
WINDOW box AS (PARTITION BY s.fixmedins_code, s.drug_trac_codg ORDER BY s.sold_at, s.mdtrt_id, s.bkkp_sn)
