"""What persons do to the fund leaves its traces in the delivery, and honest persons leave none of the kind."""

from __future__ import annotations

from ingest.city.goods import read


def of(city, pattern: str, *ways: str) -> list[dict]:
    return [s for s in city.schemes if s["pattern"] == pattern and (not ways or s["mechanism"] in ways)]


def cited(scheme: dict, table: str, *columns: str) -> list[tuple]:
    return [tuple(r["key"][c] for c in columns) for r in scheme["records"] if r["table"] == table]


def test_the_face_in_a_borrowed_bed_is_not_the_holders(city) -> None:
    seen = dict(city.rows("SELECT check_id, template_id FROM face_check WHERE template_id IS NOT NULL"))
    kinds = dict(city.rows("SELECT check_id, check_kind FROM face_check"))
    borrowed = of(city, "impersonation", "borrowed_bed", "borrowed_delivery")
    met = 0
    for scheme in borrowed:
        checks = [c for (c,) in cited(scheme, "face_check", "check_id") if c in seen]
        ward, outside = ({seen[c] for c in checks if (kinds[c] == "pharmacy") == out} for out in (False, True))
        assert len(ward) <= 1
        assert not ward & outside
        met += bool(ward)
    assert met >= 2


def test_a_person_has_one_blood_group_for_life(city) -> None:
    foreign = city.keys("mdtrt_d", "mdtrt_id", of(city, "impersonation")) + city.keys("fee_list_d", "mdtrt_id", of(city, "forged_records"))
    groups = city.connection.execute(
        """SELECT psn_no, count(DISTINCT value) FROM test_rpot WHERE item_name = 'ABO血型' AND mdtrt_id NOT IN $foreign
        GROUP BY ALL HAVING count(*) > 1""",
        {"foreign": foreign},
    ).fetchall()
    assert groups
    assert sum(n > 1 for _, n in groups) <= 0.05 * len(groups) + 1


def test_a_collector_of_drugs_goes_to_several_prescribers(city) -> None:
    where = dict(city.rows("SELECT mdtrt_id, fixmedins_code FROM mdtrt_d"))
    for scheme in of(city, "over_prescribing", "several_prescribers"):
        assert len({where[v] for (v,) in cited(scheme, "mdtrt_d", "mdtrt_id")}) >= 3


def test_what_is_prescribed_above_the_label_lasts_longer_than_it_says(city) -> None:
    """A box lasts ten days; honest lines say so."""
    lines = {
        (a, b): float(c) / float(d)
        for a, b, c, d in city.rows("SELECT mdtrt_id, bkkp_sn, cnt, prd_days FROM fee_list_d WHERE prd_days IS NOT NULL")
    }
    pressed = of(city, "over_prescribing", "above_label", "generous_doctor")
    keys = {k for s in pressed for k in cited(s, "fee_list_d", "mdtrt_id", "bkkp_sn")}
    assert all(lines[k] > 0.13 for k in keys)
    honest = [v for k, v in lines.items() if k not in keys]
    assert sum(v > 0.13 for v in honest) < 0.12 * len(honest)


def test_what_is_off_its_limit_has_a_published_limit(city) -> None:
    goods = read()
    limit = dict(zip(goods.code.tolist(), goods.limit.tolist(), strict=True))
    code = {(a, b): c for a, b, c in city.rows("SELECT mdtrt_id, bkkp_sn, med_list_codg FROM fee_list_d")}
    bed = dict(city.rows("SELECT mdtrt_id, adm_bed FROM mdtrt_d"))
    wanted = {"low_level": {"level2"}, "by_day": {"inpatient"}, "endless_course": {"course10"}, "wrong_body": {"female", "male", "child"}}
    for scheme in of(city, "off_indication"):
        keys = cited(scheme, "fee_list_d", "mdtrt_id", "bkkp_sn")
        assert {limit[code[k]] for k in keys} <= wanted[scheme["mechanism"]]
        if scheme["mechanism"] == "by_day":
            assert all(bed[v] is None for v, _ in keys)


def test_a_ghost_is_enrolled_shortly_before_the_bed_and_earns_nothing(city) -> None:
    begun = dict(city.rows("SELECT psn_insu_rlts_id, (psn_no, begndate) FROM psn_insu_d WHERE enddate IS NULL"))
    wages = {c for (c,) in city.rows("SELECT p.psn_no FROM payroll AS w JOIN psn_b AS p USING (certno) GROUP BY ALL HAVING count(*) > 1")}
    ghosts = of(city, "ghost_enrolment", "paper_firm", "hung_on")
    assert ghosts
    for scheme in ghosts:
        enrolled = dict(begun[relation] for (relation,) in cited(scheme, "psn_insu_d", "psn_insu_rlts_id"))
        assert not set(enrolled) & wages
        visits = {v for (v,) in cited(scheme, "mdtrt_d", "mdtrt_id")}
        rows = city.connection.execute(
            "SELECT psn_no, begntime, emp_no FROM mdtrt_d WHERE mdtrt_id IN $visits", {"visits": sorted(visits)}
        ).fetchall()
        assert all(enrolled[psn] < beg[:10] for psn, beg, _ in rows)
        assert {emp for *_, emp in rows} == {m["id"] for m in scheme["members"] if m["type"] == "employer"}


def test_only_planted_claims_share_an_invoice_with_another_settlement(city) -> None:
    twice = {
        v
        for (v,) in city.rows("""
        SELECT mdtrt_id FROM setl_d WHERE refd_setl_flag = '0' AND setl_type = '1' AND invono IN
            (SELECT invono FROM setl_d WHERE refd_setl_flag = '0' GROUP BY invono HAVING count(*) > 1)""")
    }
    told = {v for s in of(city, "double_reimbursement", "same_invoice") for (v,) in cited(s, "setl_d", "setl_id")}
    planted = {
        v for (v,) in city.connection.execute("SELECT mdtrt_id FROM setl_d WHERE setl_id IN $told", {"told": sorted(told)}).fetchall()
    }
    assert planted
    assert planted <= twice
    others = {v for s in of(city, "double_reimbursement") for (v,) in cited(s, "mdtrt_d", "mdtrt_id")}
    assert twice <= others


def test_the_other_region_paid_the_same_days(city) -> None:
    for scheme in of(city, "double_reimbursement", "two_regions"):
        visits = [v for (v,) in cited(scheme, "mdtrt_d", "mdtrt_id")]
        pairs = city.connection.execute(
            """SELECT count(DISTINCT a.mdtrt_id) FROM mdtrt_d AS a JOIN mdtrt_d AS b ON a.psn_no = b.psn_no AND a.begntime = b.begntime
            AND a.insu_admdvs <> b.insu_admdvs WHERE a.mdtrt_id IN $visits""",
            {"visits": visits},
        ).fetchall()
        assert pairs == [(len(visits),)]


def test_what_another_payer_bore_was_taken_back_from_nobody_but_the_innocent(city) -> None:
    paid = city.rows("""
        SELECT s.mdtrt_id, max(s.refd_setl_flag)
        FROM other_payer AS o JOIN psn_b AS p USING (certno) JOIN setl_d AS s ON s.psn_no = p.psn_no
        WHERE o.payer_kind IN ('work_injury', 'third_party') AND abs(date_diff('day', o.event_date::DATE, s.begndate::DATE)) < 45
            AND s.clr_type = '21' GROUP BY ALL""")
    guilty = {v for s in of(city, "double_reimbursement", "work_injury", "third_party") for (v,) in cited(s, "mdtrt_d", "mdtrt_id")}
    assert guilty <= {v for v, _ in paid}
    assert all(flag == "0" for v, flag in paid if v in guilty)


def test_an_invented_bill_has_no_chart(city) -> None:
    visits = city.keys("mdtrt_d", "mdtrt_id", of(city, "handler_collusion"))
    assert visits
    for table in ("drord_d", "clinical_note", "test_rpot", "exam_rpot", "face_check"):
        assert not city.connection.execute(f"SELECT mdtrt_id FROM {table} WHERE mdtrt_id IN $visits", {"visits": visits}).fetchall()


def test_only_insiders_review_their_own_claims(city) -> None:
    own = {h for (h,) in city.rows("SELECT opter_id FROM handler_log WHERE action = 'pay' AND reviewer_id = opter_id")}
    insiders = {m["id"] for s in of(city, "handler_collusion") for m in s["members"] if m["type"] == "handler"}
    assert own
    assert own <= insiders
    assert insiders < {h for (h,) in city.rows("SELECT opter_id FROM handler_log")}


def test_a_suspended_place_claims_nothing_under_its_own_code(city) -> None:
    for scheme in of(city, "non_designated", "suspended_shop", "suspended_clinic"):
        hidden = next(m["id"] for m in scheme["members"] if m["role"] == "organiser")
        row = city.rows(
            f"SELECT status_from, status_to FROM fixmedins_b WHERE fixmedins_code = '{hidden}' AND agreement_status = 'suspended'"
        )
        assert len(row) == 1
        others = city.keys("mdtrt_d", "mdtrt_id", [s for s in (*city.schemes, *city.innocents) if s is not scheme])
        own = city.connection.execute(
            "SELECT mdtrt_id FROM mdtrt_d WHERE fixmedins_code = $hidden AND begntime::DATE BETWEEN $a::DATE AND $b::DATE",
            {"hidden": hidden, "a": row[0][0], "b": row[0][1]},
        ).fetchall()
        assert {v for (v,) in own} <= set(others)


def test_a_front_is_typed_at_a_desk_that_is_not_its_own(city) -> None:
    for scheme in of(city, "non_designated"):
        front = next(m["id"] for m in scheme["members"] if m["role"] == "provider")
        visits = city.keys("mdtrt_d", "mdtrt_id", [scheme])
        mine, all_others = (
            {o for (o,) in city.connection.execute(sql, {"front": front, "visits": visits}).fetchall()}
            for sql in (
                "SELECT opter_id FROM mdtrt_d WHERE fixmedins_code = $front AND mdtrt_id IN $visits",
                "SELECT opter_id FROM mdtrt_d WHERE fixmedins_code = $front AND mdtrt_id NOT IN $visits",
            )
        )
        assert mine
        assert not mine & all_others


def test_emptied_accounts_fill_before_the_same_company_meets_again(city) -> None:
    """Of two who are there on one day most are never there together again: cards that are kept would be."""
    for scheme in of(city, "card_cashing", "burst", "drained"):
        settled = ", ".join(f"'{setl_id}'" for (setl_id,) in cited(scheme, "setl_d", "setl_id"))
        there = f"SELECT DISTINCT psn_no, left(setl_time, 10) AS day FROM setl_d WHERE setl_id IN ({settled})"
        met = "FROM there a JOIN there b ON b.day = a.day AND b.psn_no > a.psn_no"
        pairs = city.rows(f"WITH there AS ({there}) SELECT count(*) {met} GROUP BY a.psn_no, b.psn_no")
        assert sum(together > 1 for (together,) in pairs) < 0.5 * len(pairs)
