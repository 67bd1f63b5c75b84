"""The box in hand is another drug than the one on the bill."""

from tests.kg.crimes import DRUG, OTHER_DRUG, bought, box, fire, many, row, sale

RULE = "trace_code_drug_mismatch"


def swapped(code: str, **more: object):
    return bought(box(code, drug=OTHER_DRUG)) + sale(box(code, drug=OTHER_DRUG), billed_as=DRUG, **more)  # type: ignore[arg-type]


def test_fires_on_three_boxes_of_another_ingredient() -> None:
    finding = fire(RULE, many(swapped(code) for code in "ABC")).only()

    assert finding.subject == ("institution", "P1")
    assert finding.amount_fen == 3_000
    assert len(finding.cites("drug_trac_3513")) == 3


def test_the_prefix_tells_the_drug_where_the_purchase_is_unknown() -> None:
    prefix = row("drug_trac_map", trac_prefix="8123456", med_list_codg=OTHER_DRUG)
    sales = many(sale(box(f"8123456{n:013d}", drug=OTHER_DRUG), billed_as=DRUG) for n in range(3))

    assert fire(RULE, prefix, sales).only()


def test_a_prefix_of_two_drugs_proves_nothing() -> None:
    prefix = row("drug_trac_map", trac_prefix="8123456", med_list_codg=OTHER_DRUG) + row(
        "drug_trac_map", trac_prefix="8123456", med_list_codg=DRUG
    )
    sales = many(sale(box(f"8123456{n:013d}", drug=OTHER_DRUG), billed_as=DRUG) for n in range(3))

    assert fire(RULE, prefix, sales).none()


def test_boxes_scanned_against_each_others_line_are_a_mix_up() -> None:
    crossed = [
        bought(box(f"A{n}", drug=OTHER_DRUG))
        + bought(box(f"B{n}", drug=DRUG))
        + sale(box(f"A{n}", drug=OTHER_DRUG), billed_as=DRUG, visit_name=f"V{n}")
        + sale(box(f"B{n}", drug=DRUG), billed_as=OTHER_DRUG, visit_name=f"V{n}")
        for n in range(4)
    ]

    assert fire(RULE, many(crossed)).none()


def test_another_pack_of_the_same_ingredient_is_no_swap() -> None:
    other_pack = DRUG[:14] + "009900002"
    sales = many(bought(box(c, drug=other_pack)) + sale(box(c, drug=other_pack), billed_as=DRUG) for c in "ABC")

    assert fire(RULE, sales).none()


def test_the_same_wrong_pair_at_most_shops_is_an_error_of_the_list() -> None:
    everywhere = many(
        bought(box(f"{s}{n}", drug=OTHER_DRUG), at=s) + sale(box(f"{s}{n}", drug=OTHER_DRUG), at=s, billed_as=DRUG)
        for s in ("P1", "P2", "P3", "P4", "P5")
        for n in range(5)
    )

    assert fire(RULE, everywhere).none()


def test_two_boxes_are_slips_and_unknown_boxes_are_silent() -> None:
    assert fire(RULE, many(swapped(code) for code in "AB")).none()
    assert fire(RULE, many(sale(box(c, drug=OTHER_DRUG), billed_as=DRUG) for c in "ABC"), bought(box("Z"))).none()
