"""A box's way, a loss parted to the fen, a ring from one run to the next."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.rings import find_chains, heirs, hops, share_out


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_a_hop_goes_to_the_next_other_place_in_time() -> None:
    before, after = hops(ints(7, 7, 7, 8), ints(30, 10, 20, 5), ints(3, 1, 2, 1))

    assert list(zip(before.tolist(), after.tolist(), strict=True)) == [(1, 2), (2, 0)]


def test_the_same_place_and_the_same_second_are_no_journey() -> None:
    assert hops(ints(7, 7), ints(1, 2), ints(4, 4))[0].size == 0
    assert hops(ints(7, 7), ints(1, 1), ints(4, 5))[0].size == 0


def shops() -> tuple[np.ndarray, np.ndarray]:
    """Boxes bought by each of 500 holders, boxes handled by each of 50 counters."""
    return np.full(500, 40, dtype=np.int64), np.full(50, 400, dtype=np.int64)


def test_boxes_of_three_holders_at_one_counter_are_a_chain() -> None:
    bought, handled = shops()
    found = find_chains(np.repeat(ints(1, 2, 3), 6), np.full(18, 9), bought, handled, alpha=0.01, draws=50)

    assert [group.actors.tolist() for group in found.groups] == [[1, 2, 3, 500 + 9]]
    assert found.groups[0].p_value == 1 / 51


def test_codes_that_were_typed_wrong_scatter() -> None:
    bought, handled = shops()
    rng = np.random.default_rng(651)
    found = find_chains(rng.integers(0, 500, 400), rng.integers(0, 50, 400), bought, handled, alpha=0.01, draws=0)

    assert found.groups == ()


def test_one_box_each_of_many_holders_ties_nobody() -> None:
    bought, handled = shops()

    assert find_chains(np.arange(30), np.full(30, 9), bought, handled, alpha=0.01, draws=0).groups == ()


@given(st.lists(st.tuples(st.integers(1, 10_000), st.sets(st.integers(0, 5), min_size=1)), min_size=1, max_size=30))
def test_the_shares_add_up_to_the_loss(lines: list[tuple[int, set[int]]]) -> None:
    pairs = ints(*(v for n, (_, hands) in enumerate(lines) for who in sorted(hands) for v in (n, who))).reshape(-1, 2)
    shared = share_out(pairs[:, 0], pairs[:, 1], ints(*(fen for fen, _ in lines)), 6)

    assert shared.sum() == sum(fen for fen, _ in lines)


def test_nobody_carries_a_line_that_he_did_not_touch() -> None:
    assert share_out(ints(0, 0, 1), ints(0, 1, 1), ints(101, 50), 3).tolist() == [51, 100, 0]


def stock(letters: str) -> frozenset[str]:
    return frozenset(letters)


def test_a_ring_is_born_grows_and_shrinks() -> None:
    found = heirs({"a": stock("1234"), "b": stock("5678"), "c": stock("xy"), "d": stock("klm")},
                  {"a": stock("123"), "b": stock("56789"), "d": stock("klm")})  # fmt: skip

    assert {name: heir.state for name, heir in found.items()} == {"a": "grown", "b": "shrunk", "c": "born", "d": "kept"}
    assert found["a"].joined == stock("4")
    assert found["b"].left == stock("9")


def test_one_that_became_two_was_split_and_two_that_became_one_merged() -> None:
    split = heirs({"a": stock("123"), "b": stock("456")}, {"old": stock("123456")})
    merged = heirs({"a": stock("123456")}, {"old": stock("123"), "older": stock("456")})

    assert {heir.state for heir in split.values()} == {"split"}
    assert merged["a"].state == "merged"
    assert merged["a"].before == ("old", "older")


def test_who_shares_less_than_half_is_another() -> None:
    assert heirs({"a": stock("1234")}, {"old": stock("1678")})["a"].state == "born"
