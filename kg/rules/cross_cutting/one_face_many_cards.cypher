// One row: a face that passed the checks of several cards of different households within a season, and what was settled beside each check.
MATCH (f:Face)-[:SEEN_IN]->(c:FaceCheck {result: 'pass'})-[:CLAIMS]->(p:Patient)
WITH f, count(DISTINCT p) AS cards
WHERE cards >= $min_cards
MATCH (f)-[:SEEN_IN]->(c:FaceCheck {result: 'pass'})-[:CLAIMS]->(p:Patient)
OPTIONAL MATCH (p)-[:IN_HOUSEHOLD]->(h:Household)
WITH f, c, p, coalesce(h.family_id, p.psn_no) AS household
ORDER BY c.check_time
WITH f, collect({check: c, person: p, household: household, at: c.check_time}) AS looks
UNWIND looks AS first
WITH f, first, [l IN looks WHERE l.at >= first.at AND l.at <= first.at + duration({days: $window_days})] AS season
WITH f, season, first,
     COUNT { UNWIND season AS l RETURN DISTINCT l.person.psn_no } AS cards,
     COUNT { UNWIND season AS l RETURN DISTINCT l.household } AS households
WHERE cards >= $min_cards AND households >= $min_households
ORDER BY cards DESC, first.at
WITH f, collect(season)[0] AS season, max(cards) AS cards, max(households) AS households
UNWIND season AS look
WITH f, cards, households, look.check AS c, look.person AS p
OPTIONAL MATCH (c)-[:AT]->(i:Institution)<-[:AT]-(e:Encounter)<-[:HAD]-(p), (s:Settlement)-[:SETTLES]->(e)
WHERE s.setl_time >= c.check_time - duration({minutes: $link_minutes})
  AND s.setl_time <= c.check_time + duration({minutes: $link_minutes})
WITH f, cards, households, collect(DISTINCT p.psn_no) AS persons, collect(DISTINCT c.check_id) AS checks, collect(DISTINCT s.setl_id) AS settlements
RETURN 'ring' AS subject_type,
       'face ' + f.template_id AS subject_id,
       [x IN persons | {type: 'patient', id: x, role: 'participant'}] + [{type: 'face', id: f.template_id, role: 'collector'}] AS members,
       [x IN checks | {check_id: x, fen: 0}] AS face_check_rows,
       [x IN settlements | {setl_id: x, fen: 0}] AS setl_d_rows,
       cards AS cards,
       households AS households
ORDER BY subject_id
