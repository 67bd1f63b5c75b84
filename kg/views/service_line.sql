-- One row: a net line of an item that the national list of pairs names.
-- kept: few items of many thousand, joined with itself
SELECT l.mdtrt_id, l.bkkp_sn, l.psn_no, l.fixmedins_code, l.med_list_codg, l.fee_ocur_time, l.inscp_fen
FROM net_line l
SEMI JOIN (SELECT main_code AS code FROM service_pairs UNION SELECT part_code AS code FROM service_pairs) p ON p.code = l.med_list_codg
