-- One row: a person and a drug of which a box that he was handed turned up again elsewhere afterwards, bought in or sold once more.
-- may lack: purcinfo_3503, invchg_3502, invinfo_3501, selretn_3506, drug_trac_3513, selinfo_3505
SELECT DISTINCT s.psn_no, substr(s.billed_codg, 1, 6) AS class
FROM live_sale s
JOIN (
  SELECT drug_trac_codg, fixmedins_code, came_at AS seen_at FROM code_arrival WHERE source_table = 'purcinfo_3503'
  UNION ALL
  SELECT drug_trac_codg, fixmedins_code, sold_at FROM box_sale
) n ON n.drug_trac_codg = s.drug_trac_codg AND n.fixmedins_code <> s.fixmedins_code AND n.seen_at > s.sold_at
