"""Opening a node against a real graph: neighbours with their ties, a question before a crowd, plain words for what is missing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st

from app.views import neighbours
from app.views.desk import Desk
from app.widgets.network import Canvas
from app.widgets.picture import Picture, node_of
from graph.home import Home
from tests.app.room.conftest import CROWD
from tests.app.room.small_home import RUN


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    st.session_state["lang"] = "zh"
    st.cache_data.clear()
    yield
    st.cache_resource.clear()
    del st.session_state["lang"]


def canvas(*ids: str) -> Canvas:
    return Canvas.of(Picture(tuple(node_of(key) for key in ids), (), len(ids)))


def test_a_patient_brings_visits_and_each_visit_says_where_it_was(graph_home: Home) -> None:
    shown = canvas("Patient:P0000", "Institution:Y00")
    neighbours.expand(Desk(graph_home, RUN), shown, "Patient:P0000", confirmed=False)

    assert sorted(n for n in shown.nodes if n.startswith("Encounter:")) == [f"Encounter:V{n}" for n in range(6)]
    assert ("Encounter:V0", "Institution:Y00") in {(e.source, e.target) for e in shown.edges.values()}


def test_a_crowd_is_a_question_first_and_then_fifty(graph_home: Home) -> None:
    shown = canvas("Institution:Y00")
    neighbours.expand(Desk(graph_home, RUN), shown, "Institution:Y00", confirmed=False)
    assert (len(shown.nodes), shown.question and shown.question.total) == (1, CROWD)

    neighbours.expand(Desk(graph_home, RUN), shown, "Institution:Y00", confirmed=True)
    assert (len(shown.nodes), shown.total, shown.question) == (51, 1 + CROWD, None)


def test_a_person_comes_back_masked(graph_home: Home) -> None:
    shown = canvas("Encounter:V0")
    neighbours.expand(Desk(graph_home, RUN), shown, "Encounter:V0", confirmed=False)

    assert shown.nodes["Patient:P0000"].name == "赵*䶮"


def test_a_node_that_the_graph_lacks_is_said_in_words(graph_home: Home) -> None:
    shown = canvas("Patient:nobody")
    neighbours.expand(Desk(graph_home, RUN), shown, "Patient:nobody", confirmed=False)

    assert "不在图库中" in shown.notice


def test_a_graph_that_is_gone_is_said_and_the_picture_stays(room_home: Home) -> None:
    shown = canvas("Patient:P0000")
    neighbours.expand(Desk(room_home, RUN), shown, "Patient:P0000", confirmed=False)

    assert "没有展开" in shown.notice
    assert list(shown.nodes) == ["Patient:P0000"]
    assert not neighbours.graph_up(room_home)


def test_a_failure_of_ours_is_a_number_under_the_picture(room_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_store", lambda _: 1 / 0)
    shown = canvas("Patient:P0000")
    neighbours.expand(Desk(room_home, RUN), shown, "Patient:P0000", confirmed=False)

    assert "编号" in shown.notice


def test_a_folded_crowd_opens_without_the_graph_after_a_question(room_home: Home) -> None:
    crowd = tuple(node_of(f"Patient:P{n:04}") for n in range(60))
    folded = canvas("Institution:Y00")
    folded.nodes["crowd"] = node_of("Patient:P0000")
    folded.folded["crowd"] = Picture(crowd, (), 60)
    folded.nodes["crowd"] = folded.nodes["crowd"].__class__(
        "crowd", "参保人 ×60", "patient", "user", "参保人", members=tuple(n.id for n in crowd)
    )
    neighbours.expand(Desk(room_home, RUN), folded, "crowd", confirmed=False)
    assert folded.question is not None

    neighbours.expand(Desk(room_home, RUN), folded, "crowd", confirmed=True)
    assert folded.nodes["crowd"].count == 10
