// One row: a phone that several households gave as theirs, and whose cards are settled side by side.
MATCH (n:Phone)<-[:HAS_PHONE]-(p:Patient)
WHERE NOT coalesce(n.hub, false)
WITH n, count(DISTINCT p) AS cards
WHERE cards >= $min_cards AND cards <= $hub_cap
MATCH (n)<-[:HAS_PHONE]-(p:Patient)
OPTIONAL MATCH (p)-[:IN_HOUSEHOLD]->(h:Household)
WITH n, p, coalesce(h.family_id, p.psn_no) AS household
WITH n, collect(DISTINCT p) AS persons, count(DISTINCT household) AS households
WHERE households >= $min_households
UNWIND persons AS p
MATCH (p)-[:HAD]->(e:Encounter)-[:AT]->(i:Institution), (s:Settlement)-[:SETTLES]->(e)
// who lies in a bed over night is there in person: a car full of patients is no pile of cards
WHERE NOT coalesce(s.refunded, false) AND s.setl_time IS NOT NULL AND coalesce(date(e.endtime) = date(e.begntime), true)
WITH n, households, size(persons) AS cards, collect({person: p, place: i.fixmedins_code, at: s.setl_time, setl_id: s.setl_id}) AS bills
UNWIND bills AS bill
WITH n, households, cards, bills, bill,
     [o IN bills WHERE o.place = bill.place AND o.person <> bill.person
        AND o.at >= bill.at - duration({minutes: $window_minutes}) AND o.at <= bill.at + duration({minutes: $window_minutes})] AS beside
WITH n, households, cards, size(bills) AS settlements,
     [x IN collect(CASE WHEN size(beside) > 0 THEN bill END) WHERE x IS NOT NULL] AS joint
WHERE size(joint) >= $min_joint AND size(joint) >= settlements * $joint_share
UNWIND joint AS bill
WITH n, households, cards, settlements, collect(DISTINCT bill.setl_id) AS joint, collect(DISTINCT bill.person.psn_no) AS persons
WHERE size(persons) >= $min_cards
// a home whose nurse is the contact of its residents: most of them live at one address
OPTIONAL MATCH (x:Patient)-[:LIVES_AT]->(a:Address)
WHERE x.psn_no IN persons
WITH n, households, cards, settlements, joint, persons, a, count(DISTINCT x) AS at_address
WITH n, households, cards, settlements, joint, persons, max(CASE WHEN a IS NULL THEN 0 ELSE at_address END) AS at_one_address
WHERE at_one_address < size(persons) * $residence_share
// whoever owns the number is the one who answers it; the others only named it
OPTIONAL MATCH (n)<-[own:HAS_PHONE]-(o:Patient)
WHERE own.own = true
WITH n, households, cards, settlements, joint, persons, collect(DISTINCT o.psn_no) AS owners
RETURN 'ring' AS subject_type,
       'phone ' + n.tel_h AS subject_id,
       [x IN persons WHERE NOT (size(owners) = 1 AND x IN owners) | {type: 'patient', id: x, role: 'participant'}]
         + [x IN owners WHERE size(owners) = 1 | {type: 'patient', id: x, role: 'collector'}]
         + [{type: 'phone', id: n.tel_h, role: 'collector'}] AS members,
       [x IN joint | {setl_id: x, fen: 0}] AS setl_d_rows,
       cards AS cards,
       households AS households,
       size(joint) AS settled_side_by_side,
       settlements AS settlements
ORDER BY subject_id
