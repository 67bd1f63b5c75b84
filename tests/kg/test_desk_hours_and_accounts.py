"""An insider's traces: at work when the office is closed, and whose account the money went to."""

from tests.kg.crimes import Fact, at, days, fire, many, row, serial
from tests.kg.desk import act, bill

HOURS, ACCOUNT = "handler_off_hours_operation", "shared_bank_account_group"


def worked(by: str, *, per_day: int = 4, weeks: int = 5) -> Fact:
    """Entries of every working day, from nine on."""
    when = [days(7 * w + d, 9 + n) for w in range(weeks) for d in range(5) for n in range(per_day)]
    return many(act("accept", None, by=by, when=t) for t in when)


def at_night(by: str, n: int, *, nights: int = 4, hour: float = 22.0, about: Fact | None = None) -> Fact:
    return many(act("pay", about, by=by, when=days(i % nights, hour + i / 100)) for i in range(n))


OFFICE = many(worked(f"DESK{n}") for n in range(1, 6))


def test_a_handler_who_pays_at_night_is_named_with_log_and_settlements() -> None:
    claim = bill(by_hand=True)

    finding = fire(HOURS, OFFICE, claim, at_night("DESK1", 16, about=claim)).only()

    assert finding.subject == ("handler", "DESK1")
    assert len(finding.cites("handler_log")) == 16
    assert finding.cites("setl_d") == [claim.key]
    assert (finding.facts["acts_off_hours"], finding.facts["days"], finding.facts["usual_rate"]) == (16, 4, 0)


def test_one_long_evening_or_few_entries_are_a_deadline() -> None:
    assert fire(HOURS, OFFICE, at_night("DESK1", 16, nights=2)).none()
    assert fire(HOURS, OFFICE, at_night("DESK1", 11)).none()  # 5 by themselves, and what chance adds to a hundred entries


def test_the_last_hour_is_an_hour_and_eight_in_the_evening_is_late() -> None:
    assert fire(HOURS, OFFICE, at_night("DESK1", 16, hour=19.5)).none()
    assert fire(HOURS, OFFICE, at_night("DESK1", 16, hour=20.0)).only()
    assert fire(HOURS, OFFICE, at_night("DESK1", 16, hour=7.0)).none()
    assert fire(HOURS, OFFICE, at_night("DESK1", 16, hour=6.0)).only()


def test_sundays_and_holidays_are_days_off() -> None:
    sundays = many(act("pay", None, by="DESK1", when=days(6 + 7 * (i % 4), 10 + i / 100)) for i in range(16))
    feast = row("calendar", kind="holiday", date_from="2025-07-07", date_to="2025-07-10")
    alone = many(act("pay", None, by="DESK9", when=days(i % 4, 10 + i / 100)) for i in range(16))
    late = many(worked(f"DESK{n}", weeks=2) for n in range(1, 6))

    assert fire(HOURS, OFFICE, sundays).only()
    assert fire(HOURS, feast, late, alone).none()  # the whole office works on that feast


def test_overtime_by_order_brings_more_than_half() -> None:
    three = at_night("DESK1", 20) + at_night("DESK2", 4) + at_night("DESK3", 4)

    assert fire(HOURS, OFFICE, three).none()
    assert fire(HOURS, OFFICE, worked("DESK6"), three).only()  # three of six are half


def test_an_office_of_four_cannot_be_compared_and_an_unknown_hour_is_not_testable() -> None:
    assert fire(HOURS, many(worked(f"DESK{n}") for n in range(1, 5)), at_night("DESK1", 16)).none()
    run = fire(HOURS, OFFICE, act("pay", None, when=None))
    assert run.none()
    assert run.not_testable["log_time"] == 1


def paid(who: str, to: str, fen: int, *, day: float = 30, owns: str | None = "own", note: str = "零星报销", **home: str) -> Fact:
    """A claim by hand of one who has an account of his own, and the fund's payment of it."""
    claim = bill(by_hand=True, person=who, paid=fen, setl_id=f"S-{who}")
    account = None if owns is None else f"{owns}-{who}"
    known = row("psn_b", psn_no=who, bank_acct_h=account, family_id=home.get("family"), addr_h=home.get("address"))
    columns = {"payer_acct_h": "FUND", "payee_acct_h": to, "amount": fen, "txn_time": at(days(day)), "note": note}
    return claim + known + row("bank_txn", txn_id=serial("T"), **columns)


THREE = many(paid(f"C{n}", "HUB", 100_000 + n) for n in range(3))


def test_three_households_paid_into_one_account_are_cited_with_claims_and_transfers() -> None:
    finding = fire(ACCOUNT, THREE).only()

    assert finding.subject == ("bank_account", "HUB")
    assert len(finding.cites("setl_d")) == len(finding.cites("bank_txn")) == 3
    assert finding.amount_fen == 3 * 500_000
    assert (finding.facts["households"], finding.facts["fund_fen"]) == (3, 300_003)


def test_two_wards_a_household_or_a_home_have_one_who_collects() -> None:
    assert fire(ACCOUNT, many(paid(f"C{n}", "HUB", 100_000 + n) for n in range(2))).none()
    assert fire(ACCOUNT, many(paid(f"C{n}", "HUB", 100_000 + n, family="F1") for n in range(3))).none()
    assert fire(ACCOUNT, many(paid(f"C{n}", "HUB", 100_000 + n, address="HOME") for n in range(3))).none()


def test_ones_own_account_a_relatives_or_an_institutions_is_no_strangers() -> None:
    two = many(paid(f"C{n}", "HUB", 100_000 + n) for n in range(2))
    relative = row("psn_b", psn_no="AUNT", bank_acct_h="HUB", family_id="F1")

    assert fire(ACCOUNT, two, paid("C2", "own-C2", 100_002)).none()
    assert fire(ACCOUNT, two, relative, paid("C2", "HUB", 100_002, family="F1")).none()
    assert fire(ACCOUNT, THREE, row("fixmedins_b", fixmedins_code="V1", bank_acct_h="HUB")).none()
    assert fire(ACCOUNT, THREE, row("insu_emp_b", emp_no="E1", bank_acct_h="HUB")).none()


def test_a_villages_clerk_collects_with_letters() -> None:
    assert fire(ACCOUNT, many(paid(f"C{n}", "HUB", 100_000 + n, note="零星报销,凭委托书代领") for n in range(3))).none()


def test_an_amount_that_fits_two_claims_and_a_payment_too_late_name_nobody() -> None:
    two = many(paid(f"C{n}", "HUB", 100_000 + n) for n in range(2))

    assert fire(ACCOUNT, two, paid("C2", "HUB", 100_000)).none()
    assert fire(ACCOUNT, two, paid("C2", "HUB", 100_002, day=40)).only()  # settled on day 25
    assert fire(ACCOUNT, two, paid("C2", "HUB", 100_002, day=41)).none()


def test_a_claimant_without_an_account_on_file_proves_nothing() -> None:
    assert fire(ACCOUNT, many(paid(f"C{n}", "HUB", 100_000 + n, owns=None) for n in range(3))).none()


def test_a_transfer_at_an_unknown_time_is_not_testable() -> None:
    run = fire(ACCOUNT, THREE, row("bank_txn", txn_id="X", payer_acct_h="FUND", payee_acct_h="HUB", amount=1))

    assert len(run.findings) == 1
    assert run.not_testable["txn_time"] == 1
