-- One row a finding: how many of its codes and accounts name nobody in particular?
WITH cited AS (
  SELECT DISTINCT finding_id, 'staff' AS kind, stff_code AS code FROM hit_row WHERE stff_code IS NOT NULL
  UNION ALL              -- the account counts where no member of staff is named
  SELECT DISTINCT finding_id, 'account', opter_id FROM hit_row WHERE stff_code IS NULL AND opter_id IS NOT NULL
), used AS (
  SELECT 'staff' AS kind, bilg_dr_code AS code, fixmedins_code FROM fee_list_d WHERE bilg_dr_code IN (SELECT code FROM cited)
  UNION ALL SELECT 'staff', chfpdr_code, fixmedins_code FROM mdtrt_d WHERE chfpdr_code IN (SELECT code FROM cited)
  UNION ALL SELECT 'account', opter_id, fixmedins_code FROM setl_d WHERE opter_id IN (SELECT code FROM cited)
), region AS (SELECT COUNT(DISTINCT fixmedins_code) AS institutions FROM mdtrt_d), spread AS (
  SELECT kind, code, COUNT(DISTINCT fixmedins_code) AS places FROM used GROUP BY kind, code
), common AS (
  SELECT kind, code FROM spread CROSS JOIN region WHERE places >= $least AND places > $reach * institutions
  UNION
  SELECT 'staff', stff_code FROM medstff_b WHERE certno_h IS NOT NULL GROUP BY stff_code HAVING COUNT(DISTINCT certno_h) > 1
), known AS (            -- of a code that nobody else uses or registers nothing can be told
  SELECT kind, code FROM spread UNION SELECT 'staff', stff_code FROM medstff_b
)
SELECT c.finding_id, COUNT(*) AS codes, COUNT(m.code) AS common, COUNT(m.code) * 2 >= COUNT(*) AS explained,
       false AS closes   -- the act remains, only the hand is unknown
FROM cited AS c JOIN known AS k ON k.kind = c.kind AND k.code = c.code LEFT JOIN common AS m ON m.kind = c.kind AND m.code = c.code GROUP BY c.finding_id
