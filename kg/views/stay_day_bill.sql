-- One row: a stay and a day on which it was billed. treated: more than bed, care and consultation; witnessed: somebody else saw the patient.
-- kept: one pass over the lines of all stays
SELECT mdtrt_id, day, COUNT(*) AS lines,
       BOOL_OR(COALESCE(charge NOT IN ('01', '02', '07', '12', '13', '14'), TRUE)) AS treated,
       BOOL_OR(COALESCE(charge IN ('03', '06'), FALSE)) AS witnessed
FROM stay_line
WHERE day IS NOT NULL
GROUP BY mdtrt_id, day
