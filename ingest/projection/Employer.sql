SELECT emp_no, emp_name AS name, insu_psn_cnt AS insured, tax_psn_cnt AS taxed FROM insu_emp_b
