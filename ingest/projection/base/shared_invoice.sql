-- Invoice numbers that join something: on two settlements, or also in another payer's hands.
SELECT invono
FROM (
  SELECT invono, setl_id AS used_by FROM setl_d WHERE vali_flag = '1' AND invono IS NOT NULL
  UNION ALL SELECT invono, row_id FROM other_payer WHERE invono IS NOT NULL
) used
GROUP BY invono
HAVING COUNT(*) > 1
