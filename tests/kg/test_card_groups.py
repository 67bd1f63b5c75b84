"""Cards in one hand: kept in a drawer, carried on a tour; and families, homes, companions and queues."""

from tests.kg.crimes import Fact, days, dialysis, fire, many, person, pharmacy, purchase

KEPT, TOUR = "card_retention_sequence", "co_travelling_cards"
DRAWER = [f"CARD{n}" for n in range(8)]


def pile(order: list[str], month: int, *, shop: str = "P1", address: dict[str, str] | None = None, gap: float = 45) -> Fact:
    """The cards swiped one after the other on the third day of a month."""
    start = days((0, 31, 62, 92)[month], 14)
    return many(
        purchase(person=card, at_place=shop, when=start + (shop != "P1") + k * gap / 3600, fen=5_000 + k)
        + person(card, address=(address or {}).get(card))
        for k, card in enumerate(order)
    )


def once(facts: Fact) -> Fact:
    """Each person is registered once."""
    seen: set[str] = set()
    rows = []
    for table, columns in facts.rows:
        if table == "psn_b":
            if str(columns["psn_no"]) in seen:
                continue
            seen.add(str(columns["psn_no"]))
        rows.append((table, columns))
    return Fact(tuple(rows))


def test_the_same_order_in_three_months_is_a_drawer() -> None:
    finding = fire(KEPT, pharmacy("P1"), once(many(pile(DRAWER, month) for month in range(3)))).only()

    assert finding.subject[0] == "ring"
    assert ("institution", "P1", "collector") in finding.members
    assert {name for kind, name, _ in finding.members if kind == "patient"} == set(DRAWER)
    assert len(finding.cites("setl_d")) == 24
    assert finding.facts["p"] < 0.001


def test_a_pile_that_is_swiped_at_two_shops_is_in_a_bag_and_the_shops_are_witnesses() -> None:
    both = many(pile(DRAWER, month, shop=shop) for month in range(3) for shop in ("P1", "P2"))

    run = fire(KEPT, pharmacy("P1"), pharmacy("P2"), once(both))

    assert {member for finding in run for member in finding.members if member[0] == "institution"} == {
        ("institution", "P1", "witness"),
        ("institution", "P2", "witness"),
    }


def test_customers_who_come_in_another_order_are_customers() -> None:
    shuffled = [DRAWER, DRAWER[3:] + DRAWER[2::-1], DRAWER[::-1]]

    assert fire(KEPT, pharmacy("P1"), once(many(pile(order, month) for month, order in enumerate(shuffled)))).none()


def test_a_home_that_buys_for_its_residents_has_one_address() -> None:
    home = dict.fromkeys(DRAWER, "HOME")

    assert fire(KEPT, pharmacy("P1"), once(many(pile(DRAWER, month, address=home) for month in range(3)))).none()


def test_five_cards_are_below_the_parameter() -> None:
    assert fire(KEPT, pharmacy("P1"), once(many(pile(DRAWER[:5], month) for month in range(3)))).none()


def test_a_slow_queue_is_no_burst() -> None:
    assert fire(KEPT, pharmacy("P1"), once(many(pile(DRAWER, month, gap=121) for month in range(3)))).none()


def strangers(n: int = 120) -> Fact:
    """Customers of two shops, at all hours of a hundred days; they make the places' own rate of coincidence."""
    return many(
        purchase(person=f"S{k % 40}", at_place=f"P{1 + k % 2}", when=days((k * 7) % 100, 8 + (k * 13) % 96 / 8), fen=2_000 + k)
        for k in range(n)
    )


def tour(cards: list[str], stops: int = 6, *, places: int = 2, minutes: float = 4, alone: int = 0, later: float = 0) -> Fact:
    together = [
        purchase(person=card, at_place=f"P{1 + s % places}", when=days(5 + 9 * s, 10 + later * s) + k * minutes / 60, fen=3_000 + 7 * k + s)
        for s in range(stops)
        for k, card in enumerate(cards)
    ]
    errands = [purchase(person=card, at_place="P1", when=days(6 + 5 * n + k, 9 + k)) for k, card in enumerate(cards) for n in range(alone)]
    return many([*together, *errands])


def test_three_cards_on_six_stops_at_two_places_are_in_one_hand() -> None:
    finding = fire(TOUR, strangers(), tour(["ANN", "BOB", "CAT"])).only()

    assert {name for _, name, _ in finding.members} == {"ANN", "BOB", "CAT"}
    assert finding.subject[0] == "ring"
    assert len(finding.cites("setl_d")) == 18
    assert finding.facts["days"] == 6


def test_a_couple_is_no_group() -> None:
    assert fire(TOUR, strangers(), tour(["ANN", "BOB"])).none()


def test_a_family_is_no_group() -> None:
    family = many(person(card, family="F1") for card in ("ANN", "BOB", "CAT"))

    assert fire(TOUR, strangers(), family, tour(["ANN", "BOB", "CAT"])).none()


def test_a_home_that_takes_its_residents_out_is_no_group() -> None:
    home = many(person(card, address="HOME") for card in ("ANN", "BOB", "CAT"))

    assert fire(TOUR, strangers(), home, tour(["ANN", "BOB", "CAT"])).none()


def test_one_place_may_be_the_only_clinic_and_four_cards_there_lie_in_its_drawer() -> None:
    assert fire(TOUR, strangers(), tour(["ANN", "BOB", "CAT"], places=1, later=1)).none()
    assert fire(TOUR, strangers(), tour(["ANN", "BOB", "CAT", "DAN"], places=1, later=1)).only().facts["places"] == 1


def test_a_market_brings_its_people_at_the_same_hour() -> None:
    assert fire(TOUR, strangers(), tour(["ANN", "BOB", "CAT", "DAN"], places=1, later=0.4)).none()  # within two hours of the clock
    assert fire(TOUR, strangers(), tour(["ANN", "BOB", "CAT", "DAN"], places=1, later=0.41)).only()


def test_customers_of_one_queue_are_now_these_now_those() -> None:
    crowd = [f"Q{n}" for n in range(8)]
    queue = many(
        purchase(person=card, at_place="P1", when=days(5 + 9 * s, 9 + s / 2) + k / 15, fen=3_000 + 7 * k + s)
        for s in range(12)
        for k, card in enumerate(crowd)
        if (k + s) % 8 < 5
    )

    assert fire(TOUR, strangers(), queue).none()


def test_a_shift_of_dialysis_patients_has_a_timetable() -> None:
    shift = many(
        dialysis(person=card, at_place="D1", day=5 + 2 * d, hour=8 + k / 15)
        for d in range(8)
        for k, card in enumerate(["ANN", "BOB", "CAT", "DAN"])
    )

    assert fire(TOUR, strangers(), shift).none()


def test_three_joint_days_are_below_the_parameter() -> None:
    assert fire(TOUR, strangers(), tour(["ANN", "BOB", "CAT"], stops=3)).none()
    assert fire(TOUR, strangers(), tour(["ANN", "BOB", "CAT"], stops=4)).only()


def test_companions_have_errands_of_their_own() -> None:
    assert fire(TOUR, strangers(), tour(["ANN", "BOB", "CAT"], alone=12)).none()


def test_sixteen_minutes_apart_is_not_together() -> None:
    assert fire(TOUR, strangers(), tour(["ANN", "BOB", "CAT"], minutes=15.1)).none()


def test_workmates_of_one_employer_are_left_out() -> None:
    def hired(facts: Fact) -> Fact:
        return Fact(tuple((t, {**r, "emp_no": "E1"} if t == "setl_d" else r) for t, r in facts.rows))

    assert fire(TOUR, strangers(), hired(tour(["ANN", "BOB", "CAT"]))).none()


def test_without_times_nobody_meets_anybody() -> None:
    untimed = many(purchase(person=p, when=None) for p in ("ANN", "BOB", "CAT"))

    run = fire(TOUR, strangers(), untimed)

    assert run.none()
    assert run.not_testable == {"setl_time": 3}
