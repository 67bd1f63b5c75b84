"""A view's history has no end and no gap, and a view is the same text wherever it is written."""

from __future__ import annotations

import random

import pytest

from app.explorer import acts
from app.explorer.drawn import drawn
from app.explorer.view import View, Wanted
from app.widgets.explorer import elements
from graph.picture import Count, PictureEdge, PictureNode


def node(key: str, label: str = "Patient", **props: object) -> PictureNode:
    return PictureNode(f"{label}:{key}", label, key, key, "patient", "user", props)


def edge(a: PictureNode, b: PictureNode, kind: str = "HAS_PHONE", **props: object) -> PictureEdge:
    return PictureEdge(f"{a.id}-{kind}->{b.id}", kind, a.id, b.id, props)


def facts(*some: PictureNode | PictureEdge) -> list[Wanted]:
    return [("node" if isinstance(one, PictureNode) else "edge", one.id, one) for one in some]


A, B, C, T = node("A"), node("B"), node("C"), node("t", "Phone")
STAR = (A, B, C, T, edge(A, T), edge(B, T), edge(C, T))


def star() -> View:
    view = View()
    view.do(facts(*STAR))
    view.forget()
    return view


def test_a_thousand_steps_are_undone_and_redone_one_by_one() -> None:
    view, chance = star(), random.Random(7)
    seen = [view.written()]
    for n in range(1000):
        act = chance.choice((acts.pin, acts.hide, acts.group))
        if not act(view, chance.sample(sorted(view.nodes), 2)):
            acts.note(view, A.id, f"note {n}")
        seen.append(view.written())

    for text in reversed(seen[:-1]):
        assert view.undo()
        assert view.written() == text
    assert not view.undo(), "there is no step before the first"
    for text in seen[1:]:
        assert view.redo()
        assert view.written() == text
    assert not view.redo()


def test_what_changes_nothing_is_no_step() -> None:
    view = star()
    assert not view.do(facts(A))
    assert view.steps == (0, 0)


def test_a_new_step_ends_what_could_be_redone() -> None:
    view = star()
    acts.hide(view, [A.id])
    view.undo()
    acts.hide(view, [B.id])

    assert view.steps == (1, 0)
    assert list(view.hidden) == [B.id]


def test_a_view_read_again_is_the_same_text() -> None:
    view = star()
    view.do([("total", A.id, (Count("HAD", "out", 1286, 50),)), ("note", T.id, "村干部的号码？")])
    acts.group(view, [A.id, B.id])
    acts.restrict(view, {"risk": 2, "from": "2026-01-01"})
    view.places[A.id] = (0.1 + 0.2, -1e-9)

    assert View.read(view.written()).written() == view.written()


def test_the_order_of_steps_leaves_no_trace() -> None:
    one, other = star(), View()
    other.do(facts(*reversed(STAR)))

    assert one.written() == other.written()


def test_a_group_is_one_node_and_its_ties_are_joined() -> None:
    view = star()
    acts.group(view, [A.id, B.id])
    picture = drawn(view, {})

    assert (set(picture.nodes), picture.grouped) == ({C.id, T.id}, 2)
    assert sorted(tie.weight for tie in picture.ties.values()) == [1, 2]
    acts.group(view, list(picture.groups))
    assert set(drawn(view, {}).nodes) == {A.id, B.id, C.id, T.id}, "a single group is taken apart"


def test_leaves_collapse_from_four_and_not_from_three() -> None:
    view = star()
    assert not acts.collapse(view, T.id)

    view.do(facts(node("D"), edge(node("D"), T)))
    assert acts.collapse(view, T.id)
    assert set(drawn(view, {}).nodes) == {T.id}


def test_a_pinned_leaf_and_one_with_another_tie_do_not_collapse() -> None:
    view, other = star(), node("u", "Phone")
    view.do(facts(*(node(k) for k in "DEF"), *(edge(node(k), T) for k in "DEF"), other, edge(A, other)))
    acts.pin(view, [B.id])
    acts.collapse(view, T.id)

    assert {A.id, B.id} <= set(drawn(view, {}).nodes)


def test_whatever_is_left_out_is_counted() -> None:
    view = star()
    view.do([("total", T.id, (Count("HAS_PHONE", "in", 10),))])
    acts.hide(view, [A.id])
    picture = drawn(view, {})

    assert (picture.hidden, picture.waiting, len(picture.nodes)) == (1, 7, 3)


def test_the_risk_filter_keeps_neighbours_and_the_pinned() -> None:
    view, far = star(), node("far")
    view.do(facts(far))
    acts.restrict(view, {"risk": 2})
    assert set(drawn(view, {A.id: 3, B.id: 1}).nodes) == {A.id, T.id}

    acts.pin(view, [far.id])
    picture = drawn(view, {A.id: 3, B.id: 1})
    assert (set(picture.nodes), picture.filtered) == ({A.id, T.id, far.id}, 2)


@pytest.mark.parametrize(("least", "left"), [(1, {"A", "B", "C", "t"}), (2, {"t"}), (3, {"t"}), (4, set())])
def test_the_count_filter_counts_neighbours(least: int, left: set[str]) -> None:
    view = star()
    acts.restrict(view, {"ties": least})

    assert {one.key for one in drawn(view, {}).nodes.values()} == left


def test_the_time_window_keeps_its_ends_and_what_has_no_day() -> None:
    view = View()
    days = ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01")
    view.do(facts(A, *(node(day, "Settlement", setl_time=f"{day}T09:00:00") for day in days)))
    acts.restrict(view, {"from": "2026-02-01", "to": "2026-02-28"})

    assert {one.key for one in drawn(view, {}).nodes.values()} == {"A", "2026-02-01", "2026-02-28"}
    assert len(drawn(view, {}, every_day=True).nodes) == 5, "the strip needs the days outside, too"


def test_two_views_join_meet_and_differ() -> None:
    one, other = star(), View()
    other.do(facts(A, node("X")))
    assert acts.against(one, other, "join")
    assert set(one.nodes) == {A.id, B.id, C.id, T.id, "Patient:X"}

    acts.against(one, other, "intersect")
    assert (set(one.nodes), set(one.edges)) == ({A.id, "Patient:X"}, set())
    one.undo()
    acts.against(one, other, "diff")
    assert set(one.nodes) == {B.id, C.id, T.id}


def test_a_note_on_a_line_is_found_again_under_the_line_and_marked_on_it() -> None:
    view = star()
    line = f"{A.id}-HAS_PHONE->{T.id}"
    other = f"{B.id}-HAS_PHONE->{T.id}"
    acts.note(view, line, "同一部电话")

    shown = elements(view, drawn(view, {}), {}, {})

    assert shown[line]["note"] == "同一部电话"
    assert "✎" in str(shown[line]["label"])
    assert (shown[other]["note"], "✎" in str(shown[other]["label"])) == ("", False)
