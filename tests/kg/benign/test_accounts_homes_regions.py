"""An account of many hands, a home of many persons, a region whose data are missing: the innocent story and the guilty one."""

from __future__ import annotations

from graph.home import Home
from tests.app.leads.findings import Row, line
from tests.kg.benign.stories import said, told

Rows = list[dict[str, object]]


def bills(places: int, *, doctor: str = "D1", of: int = 80) -> dict[str, Rows]:
    """A region of `of` institutions, at `places` of which the doctor's code bills."""
    visits: Rows = [{"mdtrt_id": f"V{n}", "psn_no": "Q", "fixmedins_code": f"H{n}"} for n in range(of)]
    lines: Rows = [{"mdtrt_id": f"V{n}", "bkkp_sn": "1", "fixmedins_code": f"H{n}", "bilg_dr_code": doctor} for n in range(places)]
    return {"mdtrt_d": visits, "fee_list_d": lines}


BY_DOCTOR = [line("M1", doctor="D1")]


def test_a_code_used_at_more_than_five_per_cent_of_institutions_is_softwares(home: Home) -> None:
    assert said(home, "shared_account_or_software", BY_DOCTOR, bills(5)) == (
        "not_excluded",
        "1 个人员编码或经办账号中，1 个由两人登记或在 5% 以上机构使用",
    )
    assert told(home, "shared_account_or_software", BY_DOCTOR, bills(4)) == "excluded"


def test_in_a_small_region_two_places_of_work_share_no_code(home: Home) -> None:
    assert told(home, "shared_account_or_software", BY_DOCTOR, bills(2, of=4)) == "excluded"
    assert told(home, "shared_account_or_software", BY_DOCTOR, bills(3, of=4)) == "not_excluded"


def test_one_code_of_two_certificates_is_two_doctors(home: Home) -> None:
    def register(*certificates: str) -> Rows:
        return [{"stff_code": "D1", "fixmedins_code": f"H{n}", "certno_h": c} for n, c in enumerate(certificates)]

    assert told(home, "shared_account_or_software", BY_DOCTOR, {"medstff_b": register("a", "b")}) == "not_excluded"
    assert told(home, "shared_account_or_software", BY_DOCTOR, {"medstff_b": register("a", "a")}) == "excluded"


def test_an_account_counts_where_no_doctor_is_named_and_nothing_named_is_no_data(home: Home) -> None:
    desk = [Row("setl_d", {"setl_id": "S1"}, psn="P1", at="H1", handler="O1")]
    setl: Rows = [{"setl_id": f"S{n}", "psn_no": "Q", "fixmedins_code": f"H{n}", "opter_id": "O1"} for n in range(5)]

    assert told(home, "shared_account_or_software", desk, {**bills(0), "setl_d": setl}) == "not_excluded"
    assert told(home, "shared_account_or_software", desk, {**bills(0), "setl_d": setl[:2]}) == "excluded"
    assert told(home, "shared_account_or_software", [line("M1")], bills(5)) == "no_data"


CARDS = [line(f"M{p}", psn=p) for p in "ABCD"]


def living(*persons: str, tel: str) -> Rows:
    return [{"psn_no": p, "coner_tel_h": tel if p in persons else f"own-{p}"} for p in "ABCD"]


def test_the_phone_of_a_care_home_is_a_reason_and_that_of_the_cited_clinic_is_none(home: Home) -> None:
    employer = {"insu_emp_b": [{"emp_no": "E1", "tel_h": "t"}]}

    assert told(home, "institutional_residence", CARDS, {"psn_b": living(*"ABCD", tel="t"), **employer}) == "not_excluded"
    for place, verdict in (("H1", "excluded"), ("H2", "not_excluded")):
        clinic: Rows = [{"fixmedins_code": place, "tel_h": "t"}]
        assert told(home, "institutional_residence", CARDS, {"psn_b": living(*"ABCD", tel="t"), "fixmedins_b": clinic}) == verdict


def test_half_of_the_persons_must_live_there(home: Home) -> None:
    employer = {"insu_emp_b": [{"emp_no": "E1", "tel_h": "t"}]}

    assert told(home, "institutional_residence", CARDS, {"psn_b": living("A", "B", tel="t"), **employer}) == "not_excluded"
    assert said(home, "institutional_residence", CARDS, {"psn_b": living("A", tel="t"), **employer}) == (
        "excluded",
        "4 名持卡人中，1 名的住址或电话属于登记在册、且非本案机构的单位",
    )


def test_without_contacts_or_a_register_nobody_lives_anywhere(home: Home) -> None:
    assert told(home, "institutional_residence", CARDS, {"psn_b": living(*"ABCD", tel="t")}) == "no_data"
    assert told(home, "institutional_residence", CARDS, {"insu_emp_b": [{"emp_no": "E1", "tel_h": "t"}]}) == "no_data"


def insured(*regions: str | None, loaded: str | None = "330100") -> dict[str, Rows]:
    visits: Rows = [{"mdtrt_id": "V", "psn_no": "Q", "fixmedins_code": "H1", "fix_blng_admdvs": loaded}]
    return {"mdtrt_d": visits, "psn_insu_d": [{"psn_no": p, "insu_admdvs": r} for p, r in zip("ABCD", regions, strict=True)]}


def test_patients_insured_in_a_city_that_is_not_loaded_may_have_a_record_there(home: Home) -> None:
    here, near, away = "330100", "330185", "411500"

    assert told(home, "data_delay_other_region", CARDS, insured(away, away, here, near)) == "not_excluded"
    assert said(home, "data_delay_other_region", CARDS, insured(away, here, here, near)) == (
        "excluded",
        "4 名患者中，1 名参保于未导入数据的其他统筹区",
    )


def test_unknown_regions_are_no_data(home: Home) -> None:
    assert told(home, "data_delay_other_region", CARDS, insured(None, None, None, None)) == "no_data"
    assert told(home, "data_delay_other_region", CARDS, insured(*["411500"] * 4, loaded=None)) == "no_data"
