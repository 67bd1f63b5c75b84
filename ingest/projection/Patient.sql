-- The register speaks first; a person known only from claims stands with what the claims say. Nothing here names anybody.
WITH said AS (
  SELECT psn_no, 1 AS rank, admdvs AS region, YEAR(COALESCE(brdy, certno_brdy)) AS birth_year, COALESCE(gend, certno_sex) AS sex FROM psn_b
  UNION ALL
  SELECT psn_no, 2, MAX(insu_admdvs), YEAR(MAX(COALESCE(brdy, certno_brdy))), MAX(COALESCE(gend, certno_sex))
  FROM mdtrt_d WHERE vali_flag = '1' GROUP BY psn_no
  UNION ALL
  SELECT psn_no, 3, MAX(insu_admdvs), YEAR(MAX(COALESCE(brdy, certno_brdy))), MAX(COALESCE(gend, certno_sex))
  FROM setl_d WHERE vali_flag = '1' GROUP BY psn_no
)
SELECT
  psn_no,
  COALESCE(MAX(region) FILTER (WHERE rank = 1), MAX(region) FILTER (WHERE rank = 2), MAX(region)) AS region,
  COALESCE(MAX(birth_year) FILTER (WHERE rank = 1), MAX(birth_year) FILTER (WHERE rank = 2), MAX(birth_year)) AS birth_year,
  COALESCE(MAX(sex) FILTER (WHERE rank = 1), MAX(sex) FILTER (WHERE rank = 2), MAX(sex)) AS sex
FROM said
GROUP BY psn_no
