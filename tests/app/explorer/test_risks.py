"""Rings come from leads: a member never more than 关注, a victim none, the highest where several leads name one."""

from __future__ import annotations

import json

import polars as pl

from app.explorer.risks import risks


def queue(*leads: tuple[str, tuple[str, str], float, list[tuple[str, str, str]]]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "lead_id": lead,
                "subject": json.dumps({"type": subject[0], "id": subject[1]}),
                "score": score,
                "members": json.dumps([{"type": kind, "id": key, "role": role} for kind, key, role in members]),
            }
            for lead, subject, score, members in leads
        ]
    )


def test_a_subject_wears_the_ring_of_its_probability_and_so_does_the_lead() -> None:
    for score, ring in ((0.19, 0), (0.2, 1), (0.5, 2), (0.8, 3)):
        found = risks(queue(("L", ("institution", "H"), score, [])))
        assert (found["Institution:H"], found["Lead:L"]) == (ring, ring)


def test_a_member_is_watched_and_a_victim_is_not() -> None:
    members = [("patient", "A", "collector"), ("patient", "B", "victim"), ("patient", "C", "witness")]
    found = risks(queue(("L", ("ring", "r"), 0.95, members)))

    assert found["Patient:A"] == 1
    assert (found.get("Patient:B", 0), found.get("Patient:C", 0)) == (0, 0)


def test_the_highest_of_several_leads_counts() -> None:
    found = risks(queue(("L1", ("doctor", "D"), 0.9, []), ("L2", ("ring", "r"), 0.9, [("doctor", "D", "prescriber")])))

    assert found["Doctor:D"] == 3
