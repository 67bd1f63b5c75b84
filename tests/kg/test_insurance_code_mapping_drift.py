"""One item of the house, two drugs on the bills, back and forth."""

from tests.kg.crimes import DRUG, OTHER_DRUG, Fact, days, fire, line, many, settle

RULE = "insurance_code_mapping_drift"


def bills(*drugs: str, house_code: str | None = "H7", fen: int = 50_000) -> Fact:
    return many(
        line(f"V{n}", at_place="P1", item=drug, when=days(n), fen=fen, house_code=house_code, charge="09") + settle(f"V{n}", fen=fen)
        for n, drug in enumerate(drugs)
    )


def test_fires_on_a_code_that_goes_back_and_forth_and_cites_the_rarer_drug() -> None:
    finding = fire(RULE, bills(DRUG, DRUG, OTHER_DRUG, DRUG, OTHER_DRUG, DRUG)).only()

    assert finding.subject == ("institution", "P1")
    assert finding.amount_fen == 100_000


def test_one_change_is_a_correction() -> None:
    assert fire(RULE, bills(DRUG, DRUG, DRUG, OTHER_DRUG, OTHER_DRUG)).none()


def test_another_maker_of_the_same_ingredient_is_no_drift() -> None:
    other_maker = DRUG[:-5] + "00077"

    assert fire(RULE, bills(DRUG, other_maker, DRUG, other_maker, DRUG)).none()


def test_a_thousand_yuan_fire_and_a_fen_less_does_not() -> None:
    assert fire(RULE, bills(DRUG, DRUG, OTHER_DRUG, DRUG, fen=100_000)).only()
    assert fire(RULE, bills(DRUG, DRUG, OTHER_DRUG, DRUG, fen=99_999)).none()


def test_unknown_house_code_is_not_testable() -> None:
    run = fire(RULE, bills(DRUG, OTHER_DRUG, DRUG, OTHER_DRUG, house_code=None))

    assert run.none()
    assert run.not_testable == {"medins_list_codg": 4}
