"""The answer key tells the truth: every record stands in the delivery, every member in a register, the money adds up."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from ingest.city.plot import PATTERNS, schemes_each

ROLES = {
    "organiser",
    "collector",
    "recruiter",
    "prescriber",
    "provider",
    "seller",
    "buyer",
    "payee",
    "participant",
    "insider",
    "victim",
    "cover",
    "unknowing",
    "witness",
}
QUIET = {"victim", "cover", "unknowing", "witness"}


def culprits(schemes: list[dict], kind: str) -> set[str]:
    return {m["id"] for s in schemes for m in s["members"] if m["type"] == kind and m.get("role") not in QUIET}


def test_every_pattern_has_its_schemes_in_every_difficulty(city) -> None:
    by_pattern = defaultdict(Counter)
    for scheme in city.schemes:
        by_pattern[scheme["pattern"]][scheme["difficulty"]] += 1
    assert set(by_pattern) == set(PATTERNS)
    for pattern, levels in by_pattern.items():
        # in a small district the occasion of one of them may never come
        assert sum(levels.values()) >= schemes_each(9000, pattern) - 1, pattern
        assert len(levels) >= 2, pattern
    assert sum(len(levels) == 3 for levels in by_pattern.values()) >= len(PATTERNS) * 0.7


def test_every_pattern_has_several_ways(city) -> None:
    ways = defaultdict(set)
    for scheme in city.schemes:
        ways[scheme["pattern"]].add(scheme["mechanism"])
    assert all(len(found) >= (2 if schemes_each(9000, pattern) < 5 else 3) for pattern, found in ways.items()), ways


def test_every_scheme_and_innocent_has_records(city) -> None:
    assert all(s["records"] for s in city.schemes)
    # a false enrolment may not have been used yet
    assert all(s["amount_fen"] > 0 for s in city.schemes if s["pattern"] != "ghost_enrolment")
    assert all(i["records"] and i["why"] for i in city.innocents)
    assert len(city.innocents) >= len(city.schemes) * 0.85


def test_innocents_look_like_every_pattern(city) -> None:
    assert {i["looks_like"] for i in city.innocents} >= set(PATTERNS)


@pytest.mark.parametrize("which", ["schemes", "innocents"])
def test_every_record_stands_in_the_delivery(city, which: str) -> None:
    wanted = defaultdict(list)
    for deed in getattr(city, which):
        for record in deed["records"]:
            wanted[record["table"]].append(record["key"])
    for table, keys in wanted.items():
        by_columns = defaultdict(list)
        for key in keys:
            by_columns[tuple(sorted(key))].append(tuple(str(key[c]) for c in sorted(key)))
        for columns, values in by_columns.items():
            present = {tuple(str(v) for v in row) for row in city.rows(f"SELECT {', '.join(columns)} FROM {table}")}
            missing = set(values) - present
            assert not missing, (table, columns, list(missing)[:2])


def test_no_record_belongs_to_two_schemes_or_to_a_scheme_and_an_innocent(city) -> None:
    seen: dict[tuple, str] = {}
    for deed in (*city.schemes, *city.innocents):
        name = deed.get("scheme_id") or deed["innocent_id"]
        for record in deed["records"]:
            if record["table"] in ("mdtrt_d", "setl_d", "fee_list_d", "face_check", "dialysis_session"):
                key = (record["table"], *record["key"].values())
                assert seen.setdefault(key, name) == name, key


def test_the_amount_is_the_scope_money_of_the_cited_lines(city) -> None:
    money = {(a, b): round(float(c) * 100) for a, b, c in city.rows("SELECT mdtrt_id, bkkp_sn, inscp_amt FROM fee_list_d")}
    for scheme in city.schemes:
        cited = [r["key"] for r in scheme["records"] if r["table"] == "fee_list_d"]
        assert sum(money[k["mdtrt_id"], k["bkkp_sn"]] for k in cited) == scheme["amount_fen"], scheme["scheme_id"]


def test_members_stand_in_the_registers_with_roles_of_the_closed_list(city) -> None:
    registers = {
        "patient": {v for (v,) in city.rows("SELECT psn_no FROM psn_b")},
        "institution": {v for (v,) in city.rows("SELECT fixmedins_code FROM fixmedins_b")},
        "doctor": {v for (v,) in city.rows("SELECT stff_code FROM medstff_b")},
        "employer": {v for (v,) in city.rows("SELECT emp_no FROM insu_emp_b")},
        "handler": {v for (v,) in city.rows("SELECT opter_id FROM handler_log")},
    }
    for deed in (*city.schemes, *city.innocents):
        for member in deed["members"]:
            assert member["id"] in registers[member["type"]]
            assert member.get("role", "participant") in ROLES
    assert all(m.get("role") for s in city.schemes for m in s["members"])


def test_the_culpable_are_few(city) -> None:
    # the smallest districts are denser: five schemes a pattern is the least that can be measured
    assert len(culprits(city.schemes, "patient")) <= 0.035 * 9000


def test_innocents_are_no_culprits(city) -> None:
    guilty = culprits(city.schemes, "patient") | culprits(city.schemes, "institution")
    for story in city.innocents:
        assert not {m["id"] for m in story["members"]} & guilty, story["innocent_id"]


def test_an_organisation_is_the_sum_of_its_schemes_and_shares_people(city) -> None:
    schemes = {s["scheme_id"]: s for s in city.schemes}
    rings = city.key("rings")
    assert {ring["mechanism"] for ring in rings} == {"hospital_recruiter_pharmacy", "pharmacy_collector_doctor"}
    for ring in rings:
        parts = [schemes[part] for part in ring["part_ids"]]
        assert len(parts) >= 2
        assert ring["amount_fen"] == sum(part["amount_fen"] for part in parts)
        folk = [{m["id"] for m in part["members"] if m["type"] == "patient"} for part in parts]
        assert all(folk[0] & others for others in folk[1:])
        assert {m["id"] for m in ring["members"]} == {m["id"] for part in parts for m in part["members"]}


def test_many_cards_in_one_hand_are_collected_cards_whatever_the_hand_brings_home(city) -> None:
    """The pattern that stands first in kg/patterns.toml names a deed that two of them fit."""
    schemes = {s["scheme_id"]: s for s in city.schemes}
    [house] = [ring for ring in city.key("rings") if ring["mechanism"] == "hospital_recruiter_pharmacy"]

    assert {schemes[part]["pattern"] for part in house["part_ids"]} == {"phantom_bed", "card_collecting"}
