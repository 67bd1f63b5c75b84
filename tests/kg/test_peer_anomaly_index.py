"""The index over peers: who lies above the usual house in several figures at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.kg.crimes import Fact, fire, many, row

RULE = "peer_anomaly_index"
FIRST = datetime(2026, 1, 1, 9)


def seen(place: str, n: int, *, fen: int, tests: float, person: str, ill: str | None = "J06", hour: int = 9) -> Fact:
    """One outpatient visit: a share of its bill for tests, the rest for drugs."""
    name, when = f"{place}-{n}", FIRST + timedelta(days=n * 89 % 90, hours=hour - 9)
    who = {"mdtrt_id": name, "psn_no": person, "fixmedins_code": place, "vali_flag": "1", "med_type": "11"}
    settled = {**who, "setl_id": f"S-{name}", "setl_time": when, "medfee_sumamt": fen, "fund_pay_sumamt": fen // 2, "cash_payamt": fen // 2}
    cut = round(fen * tests)
    line = {**who, "setl_id": f"S-{name}", "fee_ocur_time": when, "cnt": 1}
    lines = [
        (
            "fee_list_d",
            {**line, "bkkp_sn": "1", "list_type": "201", "med_chrgitm_type": "03", "det_item_fee_sumamt": cut, "med_list_codg": "002"},
        ),
        (
            "fee_list_d",
            {**line, "bkkp_sn": "2", "list_type": "101", "med_chrgitm_type": "09", "det_item_fee_sumamt": fen - cut, "med_list_codg": "X1"},
        ),
    ]
    visit = {**who, "begntime": when, "dscg_maindiag_code": ill}
    return Fact((("mdtrt_d", visit), ("setl_d", {**settled, "refd_setl_flag": "0"}), *lines))


def house(
    place: str,
    k: int,
    *,
    visits: int = 100,
    times: float = 1.0,
    loyal: int = 1,
    kind: str = "village_clinic",
    area: str = "990301",
    **more: object,
) -> Fact:
    """A house like its peers, but for small differences by k; some of its patients come twice; `times` as dear, `loyal` visits a person."""
    register = row("fixmedins_b", fixmedins_code=place, fixmedins_type="1", medins_kind=kind, hosp_lv="11", admdvs=area)
    fen = round((10_000 + 100 * k) * times)
    share = (0.2 + 0.002 * k) * (2 if times > 1 else 1)
    made = (seen(place, n, fen=fen, tests=share, person=f"{place}-P{max(n - k, 0) // loyal}", **more) for n in range(visits))  # type: ignore[arg-type]
    return register + many(made)


PEERS = many(house(f"V{k}", k) for k in range(7))


def test_a_house_far_above_its_peers_in_several_figures_is_named_and_nothing_is_claimed() -> None:
    finding = fire(RULE, PEERS, house("V9", 3, times=3, loyal=5)).only()

    assert finding.subject == ("institution", "V9")
    assert (finding.facts["level"], finding.facts["peers"], finding.facts["visits"]) == (3, 8, 100)
    assert set(finding.facts["outstanding"]) == {"cost", "exams", "visits_per_person"}  # type: ignore[arg-type]
    assert len(finding.cites("setl_d")) == 100
    assert finding.evidence == []


def test_a_house_like_the_others_is_not() -> None:
    assert fire(RULE, PEERS, house("V9", 3)).none()


def test_one_figure_is_a_speciality() -> None:
    assert fire(RULE, PEERS, house("V9", 3, loyal=50)).none()


def test_patients_of_a_dear_illness_make_no_dear_house() -> None:
    """The same prices, for an illness that nobody else treats: the cost is as usual, and only the tests stand out."""
    assert fire(RULE, PEERS, house("V9", 3, times=3, ill="C34")).none()


@pytest.mark.parametrize(("visits", "named"), [(100, True), (99, False)])
def test_a_hundred_visits_are_asked_for(visits: int, named: bool) -> None:
    assert bool(fire(RULE, PEERS, house("V9", 3, times=3, loyal=5, visits=visits)).findings) is named


def test_seven_peers_of_a_kind_are_none_and_the_province_helps() -> None:
    six = many(house(f"V{k}", k) for k in range(6))
    elsewhere = house("W1", 4, area="990501")
    dear = house("V9", 3, times=3, loyal=5)

    assert fire(RULE, six, dear).none()
    assert fire(RULE, six, dear, house("W1", 4, kind="health_centre")).none()
    assert fire(RULE, six, dear, elsewhere).subjects == {"V9"}


def test_without_a_register_nobody_has_peers_and_a_bill_without_a_visit_is_not_testable() -> None:
    clinics = many(seen("V1", n, fen=10_000, tests=0.2, person="P") for n in range(100))
    loose = row("setl_d", setl_id="S", psn_no="P", fixmedins_code="V1", setl_time=FIRST, medfee_sumamt=1, fund_pay_sumamt=1, vali_flag="1")

    fired = fire(RULE, clinics, loose)

    assert fired.none()
    assert fired.not_testable == {"mdtrt_id": 1}
