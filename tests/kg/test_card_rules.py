"""Cards that are swiped for something else than medicine, and the customers they must not be mistaken for."""

from tests.kg.crimes import (
    DRUG,
    OTHER_DRUG,
    Fact,
    bought,
    box,
    counted,
    days,
    fire,
    line,
    many,
    person,
    pharmacy,
    purchase,
    row,
    sale,
    settle,
)

RUN, BASKET, AGAIN, TOUR, DRAINED, EMPTY = (
    "card_run_many_cards_minutes",
    "identical_basket_many_cards",
    "card_swiped_again_same_shop",
    "one_card_many_pharmacies_one_day",
    "account_drained_to_zero",
    "settlement_without_goods",
)
DRUGS = [f"X{letter}01AAA001A001010100001" for letter in "ABCDEFGHIJKL"]


def customers(n: int = 30, *, shop: str = "P1", first_day: int = 30) -> Fact:
    """Honest customers, two hours apart, each with two drugs of a choice of twelve, for odd sums."""
    return many(
        purchase(
            person=f"{shop}H{k}",
            at_place=shop,
            when=days(first_day + k // 4, 9 + 2 * (k % 4)),
            items=(DRUGS[k % 12], DRUGS[(k * 5 + 1) % 12]),
            fen=3_338 + 126 * k,
            balance=30_000 + k,
            account=3_338,
        )
        for k in range(n)
    )


def run(cards: int = 6, *, gap: float = 60, fen: int = 10_000, left: int = 100, family: str | None = None, odd: int = 0) -> Fact:
    """Cards swiped `gap` seconds apart."""
    return many(
        person(f"C{k}", family=family)
        + purchase(person=f"C{k}", when=days(3) + k * gap / 3600, fen=fen + odd * k, balance=left, items=(DRUGS[k],) if odd else (DRUG,))
        for k in range(cards)
    )


def test_a_run_of_equal_round_bills_that_empty_accounts_is_cited_whole() -> None:
    finding = fire(RUN, pharmacy("P1"), customers(), run()).only()

    assert finding.subject == ("institution", "P1")
    assert finding.facts["cards"] == 6
    assert len(finding.cites("setl_d")) == 6
    assert finding.amount_fen == 60_000


def test_five_cards_are_a_queue() -> None:
    assert fire(RUN, pharmacy("P1"), customers(), run(5)).none()


def test_ninety_seconds_apart_fire_and_one_more_does_not() -> None:
    assert fire(RUN, pharmacy("P1"), customers(), run(gap=90)).only()
    assert fire(RUN, pharmacy("P1"), customers(), run(gap=91)).none()


def test_a_market_day_queue_buys_different_things_for_odd_sums() -> None:
    assert fire(RUN, pharmacy("P1"), customers(), run(9, odd=137, left=20_000)).none()


def test_one_sign_is_not_enough() -> None:
    assert fire(RUN, pharmacy("P1"), customers(), run(9, odd=137, left=100)).none()  # pension day: accounts are low


def test_one_household_with_one_payer_is_a_family() -> None:
    assert fire(RUN, pharmacy("P1"), customers(), run(family="F1")).none()


def test_refunded_swipes_do_not_count() -> None:
    refunded = many(purchase(person=f"C{k}", when=days(3) + k / 60, fen=10_000, balance=0, refunded=True) for k in range(8))

    assert fire(RUN, pharmacy("P1"), customers(), refunded).none()


def test_an_unknown_balance_is_no_empty_account() -> None:
    unknown = many(purchase(person=f"C{k}", when=days(3) + k / 60, fen=3_337 + 126 * k, items=(DRUGS[k],)) for k in range(8))

    assert fire(RUN, pharmacy("P1"), customers(), unknown).none()


def typed(*, drugs: tuple[str, ...] = DRUGS[:2], day: int = 3, first: int = 0, packs: int = 0, equal: bool = True) -> Fact:
    """Six cards from the `first` on, a minute apart, for odd sums: the same drugs in changing numbers, or each its own."""
    return many(
        person(f"C{k}")
        + purchase(
            person=f"C{k}",
            when=days(day) + (k - first) / 60,
            fen=3_337 + 126 * k,
            balance=30_000,
            items=drugs if equal else (DRUGS[k % 12],),
            packs=packs or 1 + k % 2,
        )
        for k in range(first, first + 6)
    )


def test_the_same_drugs_in_changing_numbers_for_cards_that_come_together_again() -> None:
    found = fire(RUN, pharmacy("P1"), customers(), typed(), typed(drugs=DRUGS[4:6], day=17)).findings

    assert [(finding.facts["same_cards_again"], len(finding.cites("setl_d"))) for finding in found] == [(True, 6), (True, 6)]


def test_half_of_the_cards_again_is_a_sign_and_two_of_six_are_not() -> None:
    assert fire(RUN, pharmacy("P1"), customers(), typed(), typed(day=17, first=3)).findings
    assert fire(RUN, pharmacy("P1"), customers(), typed(), typed(day=17, first=4)).none()


def test_neighbours_who_come_together_again_buy_different_things() -> None:
    assert fire(RUN, pharmacy("P1"), customers(), typed(equal=False, packs=1), typed(equal=False, packs=1, day=17)).none()


def test_a_list_of_three_drugs_is_typed_and_two_drugs_are_a_wave_of_colds() -> None:
    assert fire(RUN, pharmacy("P1"), customers(), typed(drugs=DRUGS[:3])).only().facts["equal_lists"] is True
    assert fire(RUN, pharmacy("P1"), customers(), typed(drugs=DRUGS[:2])).none()


def test_more_than_twice_the_packs_that_anybody_takes_are_a_sign() -> None:
    three, two = (typed(equal=False, packs=packs) + typed(equal=False, packs=packs, day=17) for packs in (3, 2))

    assert len(fire(RUN, pharmacy("P1"), customers(90), three).findings) == 2
    assert fire(RUN, pharmacy("P1"), customers(90), two).none()


GIFT = (DRUGS[2], DRUGS[7], DRUGS[11])


def gifts(cards: int, *, per_day: int = 4, items: tuple[str, ...] = GIFT) -> Fact:
    return many(purchase(person=f"G{k}", when=days(3 + k // per_day, 9 + k % per_day), items=items, fen=9_000) for k in range(cards))


def test_one_basket_for_eight_cards_within_days_fires() -> None:
    finding = fire(BASKET, pharmacy("P1"), customers(60), gifts(8)).only()

    assert finding.subject == ("institution", "P1")
    assert finding.facts["cards"] == 8
    assert finding.amount_fen == 8 * 9_000


def test_seven_cards_are_quiet() -> None:
    assert fire(BASKET, pharmacy("P1"), customers(60), gifts(7)).none()


def test_two_drugs_coincide_too_often() -> None:
    assert fire(BASKET, pharmacy("P1"), customers(60), gifts(12, items=GIFT[:2])).none()


def test_one_a_day_over_weeks_is_no_burst() -> None:
    assert fire(BASKET, pharmacy("P1"), customers(60), gifts(16, per_day=1)).none()


def test_a_package_that_sells_all_year_is_popular() -> None:
    programme = many(purchase(person=f"R{k}", when=days(3 + k // 4, 9 + k % 4), items=GIFT, fen=9_000) for k in range(160))

    assert fire(BASKET, pharmacy("P1"), programme).none()


def errand(who: str, day: int, *, bills: int = 3, gap: float = 0.5, **more: object) -> Fact:
    return many(purchase(person=who, when=days(day) + gap * k, fen=8_000 + k, **more) for k in range(bills))  # type: ignore[arg-type]


def test_four_customers_swiped_three_times_each_cite_the_later_bills() -> None:
    finding = fire(AGAIN, pharmacy("P1"), customers(), many(errand(f"W{n}", n) for n in range(4))).only()

    assert finding.facts["errands"] == 4
    assert len(finding.cites("setl_d")) == 8


def test_the_second_bill_is_a_forgotten_item() -> None:
    assert fire(AGAIN, pharmacy("P1"), customers(), many(errand(f"W{n}", n, bills=2) for n in range(8))).none()


def test_three_odd_customers_come_to_every_shop() -> None:
    assert fire(AGAIN, pharmacy("P1"), customers(), many(errand(f"W{n}", n) for n in range(3))).none()


def test_two_hours_are_one_trip_and_a_second_more_is_not() -> None:
    assert fire(AGAIN, pharmacy("P1"), customers(), many(errand(f"W{n}", n, gap=1.0) for n in range(4))).only()
    assert fire(AGAIN, pharmacy("P1"), customers(), many(errand(f"W{n}", n, gap=1.0002) for n in range(4))).none()


def test_a_family_account_serves_the_family_at_once() -> None:
    assert fire(AGAIN, pharmacy("P1"), customers(), many(errand(f"W{n}", n, family_account=4_000) for n in range(8))).none()


def tour(who: str, day: int, *, shops: int = 3, items: tuple[str, ...] = (DRUG,), **more: object) -> Fact:
    return many(purchase(person=who, at_place=f"P{k}", when=days(day, 9 + k), items=items, **more) for k in range(1, shops + 1))  # type: ignore[arg-type]


SHOPS = many(pharmacy(f"P{k}") for k in range(1, 5))


def test_two_tours_for_the_same_drug_cite_the_later_shops() -> None:
    finding = fire(TOUR, SHOPS, tour("ANN", 1), tour("ANN", 8)).only()

    assert finding.subject == ("patient", "ANN")
    assert finding.amount_fen == 4_000


def test_one_tour_is_a_search() -> None:
    assert fire(TOUR, SHOPS, tour("ANN", 1)).none()


def test_two_shops_a_day_are_a_search_for_stock() -> None:
    assert fire(TOUR, SHOPS, *(tour("ANN", d, shops=2) for d in range(6))).none()


def test_different_drugs_are_errands() -> None:
    errands = [purchase(person="ANN", at_place=f"P{k}", when=days(d, 9 + k), items=(DRUGS[k],)) for d in (1, 8) for k in (1, 2, 3)]

    assert fire(TOUR, SHOPS, many(errands)).none()


def swipes(shop: str, emptied: int, of: int = 40, *, cash: int = 0, balance: int | None = 100) -> Fact:
    return pharmacy(shop) + many(
        settle(
            f"{shop}-{k}",
            person=f"{shop}-{k}",
            at_place=shop,
            when=days(k),
            fen=25_000,
            account=25_000,
            balance=balance if k < emptied else 9_000,
        )
        for k in range(of)
    )


def test_a_shop_that_empties_accounts_stands_out_from_its_peers() -> None:
    peers = many(swipes(f"Q{n}", n % 3) for n in range(6))

    finding = fire(DRAINED, peers, swipes("P1", 25)).only()

    assert finding.subject == ("institution", "P1")
    assert len(finding.cites("setl_d")) == 25


def test_peers_who_do_the_same_make_it_a_custom() -> None:
    assert fire(DRAINED, many(swipes(f"Q{n}", 23 + n % 3) for n in range(6)), swipes("P1", 25)).none()


def test_few_swipes_are_no_share() -> None:
    assert fire(DRAINED, many(swipes(f"Q{n}", n % 3) for n in range(6)), swipes("P1", 19, of=19)).none()


def test_an_unknown_balance_is_not_testable() -> None:
    peers = many(swipes(f"Q{n}", n % 3) for n in range(6))

    run_of = fire(DRAINED, peers, swipes("P1", 25, balance=None))

    assert run_of.none()
    assert run_of.not_testable == {"balance_fen": 25}


def served(shop: str, customers_served: int, *, from_day: int = 0) -> Fact:
    return pharmacy(shop) + many(
        sale(box(f"{shop}B{k}"), at=shop, to=f"{shop}C{k}", after=days(from_day + k % 20, 9 + k % 7)) for k in range(customers_served)
    )


def unserved(shop: str, n: int, *, day: int | None = None) -> Fact:
    return many(purchase(person=f"{shop}E{k}", at_place=shop, when=days(k % 20 if day is None else day, 17 + k / 100)) for k in range(n))


def visits_of(facts: Fact) -> Fact:
    """3513 names the visit; the settlement's own visit is the same."""
    return facts


def test_settlements_for_which_nothing_left_the_shelf_are_cited() -> None:
    finding = fire(EMPTY, visits_of(served("P1", 100)), unserved("P1", 12)).only()

    assert finding.subject == ("institution", "P1")
    assert finding.facts["settlements"] == 12
    assert finding.amount_fen == 12_000


def test_a_drug_that_the_shop_never_had_is_a_swap_and_no_cash() -> None:
    books = many(counted(9, drug=d) + bought(drug=d) + line("V0", at_place="P1", item=d, when=days(3)) for d in (DRUG, *DRUGS))
    strange = "XZ09AAA001A001010100001"
    swapped = many(purchase(person=f"P1E{k}", at_place="P1", when=days(k % 20 + 1, 17 + k / 100), items=(strange,)) for k in range(12))

    assert fire(EMPTY, served("P1", 100), books, unserved("P1", 12)).only()
    assert fire(EMPTY, served("P1", 100), books, swapped).none()


def test_a_few_lost_records_are_an_error() -> None:
    assert fire(EMPTY, served("P1", 100), unserved("P1", 5)).none()


def test_a_failed_upload_is_one_day_without_records() -> None:
    assert fire(EMPTY, served("P1", 100), unserved("P1", 30, day=25)).none()


def test_a_shop_whose_records_seldom_name_the_settlement_is_not_judged() -> None:
    assert fire(EMPTY, served("P1", 40), unserved("P1", 30)).none()


def test_a_sale_record_that_names_the_settlement_is_goods() -> None:
    records = many(
        purchase(person=f"E{k}", when=days(k), name=f"E{k}")
        + row("selinfo_3505", fixmedins_code="P1", med_list_codg=OTHER_DRUG, sel_retn_cnt=1, sel_retn_time="2025-07-08", setl_id=f"S-E{k}")
        for k in range(12)
    )

    assert fire(EMPTY, served("P1", 100), records).none()


ROUND, CLOSED = "round_amount_settlements", "swipes_while_closed"


def dark(households: int, night: int, *, hour: float = 23.5) -> Fact:
    return many(purchase(person=f"N{k}", when=days(night, hour + k / 6)) for k in range(households))


OPEN = customers(200)


def test_three_cards_in_the_dark_on_three_nights_are_cited() -> None:
    finding = fire(CLOSED, pharmacy("P1"), OPEN, many(dark(3, n) for n in (3, 5, 8))).only()

    assert finding.subject == ("institution", "P1")
    assert finding.facts["nights"] == 3
    assert len(finding.cites("setl_d")) == 9


def test_two_cards_or_two_nights_are_accidents() -> None:
    assert fire(CLOSED, pharmacy("P1"), OPEN, many(dark(2, n) for n in (3, 5, 8, 11))).none()
    assert fire(CLOSED, pharmacy("P1"), OPEN, many(dark(3, n) for n in (3, 5))).none()


def test_a_family_counts_once_in_the_dark() -> None:
    family = many(person(f"N{k}", family="F1") for k in range(3))

    assert fire(CLOSED, pharmacy("P1"), OPEN, family, many(dark(3, n) for n in (3, 5, 8))).none()


def test_a_night_bell_brings_one_at_a_time() -> None:
    bell = many(purchase(person=f"B{n}", when=days(n, 2)) for n in range(20, 24))

    assert fire(CLOSED, pharmacy("P1"), customers(400), bell, many(dark(3, n) for n in (3, 5, 8))).none()


def test_a_shop_that_sells_at_night_is_open() -> None:
    assert fire(CLOSED, pharmacy("P1"), customers(170), many(dark(3, n) for n in (3, 5, 8))).none()  # 9 of 179: more than one in twenty


def round_bills(n: int) -> Fact:
    return many(settle(f"R{k}", person=f"R{k}", when=days(k % 60, 11), fen=20_000) for k in range(n))


def odd_bills(n: int = 80, *, step: int = 126) -> Fact:
    return many(purchase(person=f"O{k}", when=days(k, 9), items=(DRUGS[k % 12],), fen=12_038 + step * (k % 12)) for k in range(n))


def test_round_sums_at_odd_prices_are_agreed_sums() -> None:
    finding = fire(ROUND, pharmacy("P1"), odd_bills(), round_bills(6)).only()

    assert finding.subject == ("institution", "P1")
    assert len(finding.cites("setl_d")) == 6


def test_four_round_bills_are_chance() -> None:
    assert fire(ROUND, pharmacy("P1"), odd_bills(), round_bills(4)).none()


def test_a_shop_of_round_prices_is_a_shop_of_round_prices() -> None:
    even = many(purchase(person=f"O{k}", when=days(k, 9), items=(DRUGS[k % 12],), fen=10_000 + 5_000 * (k % 12)) for k in range(80))

    assert fire(ROUND, pharmacy("P1"), even, round_bills(6)).none()


def test_a_season_of_round_prices_is_a_season() -> None:
    season = many(
        purchase(person=f"S{k}", when=days(100 + k % 25, 9), items=(DRUGS[k % 4],), fen=10_000 + 5_000 * (k % 4)) for k in range(60)
    )

    assert fire(ROUND, pharmacy("P1"), odd_bills(), season).none()


def test_a_shop_with_few_large_bills_has_no_share() -> None:
    assert fire(ROUND, pharmacy("P1"), odd_bills(30), round_bills(6)).none()
