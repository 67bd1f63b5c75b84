"""What the browser is told: a whole copy when a page runs, a delta when a node opens, and nothing twice."""

from __future__ import annotations

from app.widgets.network import Canvas, Question
from app.widgets.picture import Edge, Node, Picture


def node(key: str, **more: object) -> Node:
    return Node(f"Patient:{key}", key, "patient", "user", "参保人", **more)  # type: ignore[arg-type]


def ids(message: dict[str, object]) -> list[str]:
    return [element["data"]["id"] for element in message["add"]]  # type: ignore[attr-defined]


A, B, C = node("A"), node("B"), node("C")
A_B, B_C = Edge(A.id, B.id), Edge(B.id, C.id)


def canvas(*nodes: Node, folded: dict[str, Picture] | None = None) -> Canvas:
    return Canvas.of(Picture(nodes, (A_B,) if B in nodes else (), len(nodes), folded or {}))


def test_a_page_sends_a_whole_copy_each_time() -> None:
    shown = canvas(A, B)

    for message in (shown.message(), shown.message()):
        assert message["base_rev"] is None
        assert ids(message) == [A.id, B.id, A_B.id]


def test_an_expansion_sends_only_what_is_new() -> None:
    shown = canvas(A, B)
    shown.grow(B.id, [A, C], [A_B, B_C], total=2)
    message = shown.message()

    assert (message["base_rev"], message["rev"], message["anchor"]) == (1, 2, B.id)
    assert ids(message) == [C.id, B_C.id]
    assert shown.message()["base_rev"] is None, "a delta is sent once"


def test_an_edge_to_nowhere_is_not_drawn() -> None:
    shown = canvas(A, B)
    shown.grow(B.id, [], [B_C], total=1)

    assert ids(shown.message()) == []


def test_the_count_knows_what_did_not_come() -> None:
    shown = canvas(A, B)
    shown.grow(B.id, [C], [B_C], total=90)

    assert shown.total == 2 + 1 + 89


def test_a_hub_asks_first_and_adds_nothing() -> None:
    shown = canvas(A, B)
    shown.ask(Question(B, 1_200, 50, [("就诊", "acts", "file-text", 1_200)]))
    message = shown.message()

    assert (ids(message), message["rev"]) == ([], 1)
    assert message["ask"]["total"] == "1,200"  # type: ignore[index]


def test_an_answer_ends_the_question() -> None:
    shown = canvas(A, B)
    shown.ask(Question(B, 1_200, 50, []))
    shown.grow(B.id, [C], [B_C], total=1_200)

    assert shown.message()["ask"] is None


def test_a_word_beside_an_expansion_does_not_lose_it() -> None:
    shown = canvas(A, B)
    shown.grow(B.id, [C], [B_C], total=1)
    shown.say("nothing else")
    message = shown.message()

    assert (ids(message), message["notice"]) == ([C.id, B_C.id], "nothing else")


def test_a_small_crowd_unfolds_whole() -> None:
    crowd = node("crowd", members=(B.id, C.id))
    shown = canvas(A, crowd, folded={crowd.id: Picture((B, C), (A_B, Edge(A.id, C.id)), 2)})
    shown.unfold(crowd.id, most=50)
    message = shown.message()

    assert message["remove"] == [crowd.id]
    assert ids(message) == [B.id, C.id, A_B.id, Edge(A.id, C.id).id]


def test_a_large_crowd_gives_its_first_members_and_keeps_the_rest_countable() -> None:
    crowd = node("crowd", members=(B.id, C.id))
    shown = canvas(A, crowd, folded={crowd.id: Picture((B, C), (A_B, Edge(A.id, C.id)), 2)})
    shown.unfold(crowd.id, most=1)
    message = shown.message()

    assert message["remove"] == []
    assert [change["id"] for change in message["update"]] == [crowd.id]  # type: ignore[attr-defined]
    assert shown.nodes[crowd.id].count == 1


def test_a_neighbour_inside_a_folded_node_is_tied_to_that_node() -> None:
    crowd = node("crowd", members=(C.id,))
    shown = canvas(A, B, crowd, folded={crowd.id: Picture((C,), (), 1)})
    shown.grow(B.id, [C], [B_C], total=1)

    assert Edge(B.id, crowd.id).id in shown.edges
    assert C.id not in shown.nodes
