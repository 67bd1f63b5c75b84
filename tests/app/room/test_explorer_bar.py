"""Search above the explorer: codes and public names in the graph, a person's name by the identity service, which writes it down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.explorer.view import View
from app.views import console, explorer_acts, explorer_bar, neighbours
from app.views.desk import Desk
from app.views.explorer_acts import Seat
from app.views.neighbours import store_of
from graph.console import Answer
from graph.home import Home
from graph.picture import PictureNode
from tests.app.room.small_home import RARE, RUN

NAME = f"赵小{RARE}"


CONSOLE = """
import streamlit as st
from app.explorer.view import View
from app.views import console
from app.views.desk import desk
from app.views.explorer_acts import Seat
seat = st.session_state.setdefault("a seat", Seat(View()))
console.show(desk(), seat)
st.write(f"{len(seat.view.nodes)} on the canvas")
"""


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(neighbours, "_warm", lambda _: None)  # it would still be asking when the test closes the store
    st.session_state["lang"] = "zh"
    st.cache_data.clear()
    yield
    st.cache_resource.clear()
    del st.session_state["lang"]


def ledger(home: Home) -> str:
    path = home.ledger / "entries.jsonl"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def found(home: Home, way: str, text: str) -> list[str]:
    """Ids, or the words of the refusal."""
    result = explorer_bar.found(Desk(home, RUN), way, text)
    return [result] if isinstance(result, str) else [node.id for node in result]


def test_a_name_is_found_by_the_identity_service_and_the_ledger_has_the_search_but_not_the_name(graph_home: Home) -> None:
    before = ledger(graph_home).count("identity.search")

    assert found(graph_home, "name", NAME) == ["Patient:P0000"]
    assert ledger(graph_home).count("identity.search") == before + 1
    assert NAME not in ledger(graph_home)


def test_a_name_that_nobody_bears_is_said_and_written_down_too(graph_home: Home) -> None:
    before = ledger(graph_home).count("identity.search")

    assert "没有找到" in found(graph_home, "name", "欧阳无此")[0]
    assert ledger(graph_home).count("identity.search") == before + 1


def test_a_code_needs_no_identity_service(graph_home: Home) -> None:
    before = ledger(graph_home)

    assert "Patient:P0001" in found(graph_home, "code", "P0001")
    assert ledger(graph_home) == before
    assert "没有执行" in found(graph_home, "code", "P")[0]


def test_a_failing_act_leaves_the_view_and_says_why(graph_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, seat = Desk(graph_home, RUN), Seat(explorer_acts.View())
    node = PictureNode("Patient:P0000", "Patient", "P0000", "P0000", "patient", "user", {})
    explorer_acts.take(seat, node, store_of(graph_home))
    before = seat.view.written()
    monkeypatch.setattr(explorer_acts.acts, "counts", lambda *_: 1 / 0)
    explorer_acts.handle(opened, seat, {"act": "open", "ids": ["Patient:P0000"]})

    assert "编号" in seat.notice
    assert seat.view.written() == before


def test_an_act_on_nothing_asks_for_a_choice(graph_home: Home) -> None:
    seat = Seat(explorer_acts.View())
    explorer_acts.handle(Desk(graph_home, RUN), seat, {"act": "hide", "ids": []})

    assert "选中" in seat.notice


def test_a_query_of_ones_own_is_answered_and_its_nodes_go_on_the_canvas(graph_home: Home) -> None:
    opened, seat = Desk(graph_home, RUN), Seat(View())
    answer = console.answered(opened, "MATCH (p:Patient {psn_no: 'P0000'})-[:HAD]->(v) RETURN p, collect(v) AS visits")
    assert isinstance(answer, Answer)
    console.take(opened, seat, console.ends_in(answer))

    assert "Patient:P0000" in seat.view.nodes
    assert len(seat.view.nodes) == 7
    assert len(seat.view.edges) == 6


def test_the_console_shows_rows_takes_nodes_and_says_why_not(graph_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGSCOPE_HOME", str(graph_home.root))
    test = AppTest.from_string(CONSOLE, default_timeout=60).run()
    test.text_area[0].set_value("MATCH (p:Patient {psn_no: 'P0001'}) RETURN p")
    test.button[0].click().run()
    assert not test.exception
    assert not test.warning, test.warning[0].value
    assert test.dataframe[0].value.shape == (1, 1)

    test.button[1].click().run()
    assert test.markdown[-1].value == "1 on the canvas"

    test.text_area[0].set_value("LOAD CSV FROM 'file:///x' AS l RETURN l")
    test.button[0].click().run()
    assert "没有执行" in test.warning[0].value
    assert not test.dataframe


def test_a_query_that_would_write_is_refused_in_words(graph_home: Home) -> None:
    said = console.answered(Desk(graph_home, RUN), "MATCH (p:Patient) SET p.gend = '2' RETURN p")

    assert "没有执行" in str(said)
    assert '"cypher.refused"' in ledger(graph_home).splitlines()[-1]
