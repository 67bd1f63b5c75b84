-- The newest row of the staff register; doctors known only from bills are completed from the relationships that name them.
SELECT stff_code, stff_type, prac_scp
FROM medstff_b
QUALIFY ROW_NUMBER() OVER (PARTITION BY stff_code ORDER BY begndate DESC NULLS LAST, fixmedins_code) = 1
