"""Honest life keeps the laws of nature: shelves balance, boxes are single, beds hold one patient, patients lie in one bed."""

from __future__ import annotations

import numpy as np

from ingest.city.stays import BIRTHS, CHEMO, one_birth

_FLOWS = """
    WITH moves AS (
        SELECT fixmedins_code AS shop, med_list_codg AS drug, inv_cnt::DOUBLE AS n FROM invinfo_3501 WHERE invdate = '2025-06-30'
        UNION ALL SELECT fixmedins_code, med_list_codg, purc_retn_cnt::DOUBLE FROM purcinfo_3503
        UNION ALL SELECT fixmedins_code, med_list_codg, -purc_retn_cnt::DOUBLE FROM purcretn_3504
        UNION ALL SELECT fixmedins_code, med_list_codg, CASE WHEN inv_chg_type IN ('101', '103', '106') THEN cnt::DOUBLE
            ELSE -cnt::DOUBLE END FROM invchg_3502
        UNION ALL SELECT fixmedins_code, med_list_codg, -sel_retn_cnt::DOUBLE FROM selinfo_3505
        UNION ALL SELECT fixmedins_code, med_list_codg, sel_retn_cnt::DOUBLE FROM selretn_3506
    ), book AS (SELECT shop, drug, sum(n) AS n FROM moves GROUP BY ALL),
    seen AS (SELECT fixmedins_code AS shop, med_list_codg AS drug, inv_cnt::DOUBLE AS n FROM invinfo_3501 WHERE invdate = '2025-09-30')
    SELECT shop, drug, coalesce(book.n, 0), coalesce(seen.n, 0) FROM book FULL JOIN seen USING (shop, drug) WHERE
        abs(coalesce(book.n, 0) - coalesce(seen.n, 0)) > 0.001
"""


def test_the_shelves_of_honest_pharmacies_balance_and_some_crooked_ones_do_not(city) -> None:
    crooked = set(city.crooked())
    off = {shop for shop, *_ in city.rows(_FLOWS)}
    assert off & crooked
    assert not off - crooked


def test_nothing_is_sold_before_it_was_bought(city) -> None:
    """Running stock of honest pharmacies never falls below zero."""
    crooked = ",".join(f"'{code}'" for code in city.crooked())
    low = city.rows(f"""
        WITH moves AS (
            SELECT fixmedins_code AS shop, med_list_codg AS drug, TIMESTAMP '2025-06-30' AS moment, inv_cnt::DOUBLE AS n
                FROM invinfo_3501 WHERE invdate = '2025-06-30'
            UNION ALL SELECT fixmedins_code, med_list_codg, purc_retn_stoin_time::TIMESTAMP, purc_retn_cnt::DOUBLE FROM purcinfo_3503
            UNION ALL SELECT fixmedins_code, med_list_codg, inv_chg_time::TIMESTAMP, cnt::DOUBLE FROM invchg_3502 WHERE
                inv_chg_type = '101'
            UNION ALL SELECT fixmedins_code, med_list_codg, sel_retn_time::TIMESTAMP, -sel_retn_cnt::DOUBLE FROM
                selinfo_3505 WHERE trdn_flag = '0'
            UNION ALL SELECT fixmedins_code, med_list_codg, sel_retn_time::TIMESTAMP, sel_retn_cnt::DOUBLE FROM selretn_3506
        ), running AS (SELECT shop, drug, sum(n) OVER (PARTITION BY shop, drug ORDER BY moment, n DESC) AS left_over FROM
            moves WHERE shop NOT IN ({crooked}))
        SELECT shop, drug, min(left_over) FROM running GROUP BY ALL HAVING min(left_over) < -0.001""")
    assert not low


def test_a_box_is_settled_once_unless_it_came_back_or_a_deed_is_behind_it(city) -> None:
    deeds = set(city.keys("drug_trac_3513", "drug_trac_codg", [*city.schemes, *city.innocents]))
    returned = {
        code
        for (codes,) in city.rows("SELECT drug_trac_codg FROM selretn_3506 WHERE drug_trac_codg IS NOT NULL")
        for code in codes.split(";")
    }
    twice = {code for (code,) in city.rows("SELECT drug_trac_codg FROM drug_trac_3513 GROUP BY 1 HAVING count(*) > 1")}
    assert twice & deeds
    assert not twice - deeds - returned


def test_sold_codes_were_bought_by_the_same_honest_shop(city) -> None:
    crooked = ",".join(f"'{code}'" for code in city.crooked())
    strange = city.one(f"""
        WITH had AS (
            SELECT fixmedins_code, unnest(string_split(drug_trac_codg, ';')) AS code FROM purcinfo_3503
            UNION SELECT fixmedins_code, unnest(string_split(drug_trac_codg, ';')) FROM invchg_3502 WHERE inv_chg_type = '101'
        ), bought AS (SELECT DISTINCT fixmedins_code FROM had),
        sold AS (SELECT fixmedins_code, unnest(string_split(drug_trac_codg, ';')) AS code, sel_retn_time FROM selinfo_3505
            WHERE fixmedins_code NOT IN ({crooked}))
        SELECT count(*) FROM sold WHERE (fixmedins_code, code) NOT IN (SELECT fixmedins_code, code FROM had) AND
            sel_retn_time >= '2025-09-15'""")
    total = city.one("SELECT count(*) FROM selinfo_3505 WHERE sel_retn_time >= '2025-09-15'")
    # what was on the shelf before the first day carries codes of purchases before the period
    assert strange < 0.75 * total


def test_what_went_back_to_the_wholesaler_is_not_sold_here_again(city) -> None:
    gone, sold_again = city.rows("""
        WITH gone AS (SELECT fixmedins_code, drug_trac_codg, purc_retn_stoin_time FROM purcretn_3504 WHERE drug_trac_codg IS NOT NULL)
        SELECT (SELECT count(*) FROM gone), count(*) FROM gone g JOIN selinfo_3505 s USING (fixmedins_code, drug_trac_codg)
        WHERE s.sel_retn_time > g.purc_retn_stoin_time""")[0]
    assert gone
    assert not sold_again


def _stays(city) -> list[tuple]:
    deeds = [*city.schemes, *city.innocents]
    told = ",".join(f"'{v}'" for v in city.keys("mdtrt_d", "mdtrt_id", deeds)) or "''"
    return city.rows(f"""
        SELECT mdtrt_id, psn_no, fixmedins_code || adm_bed AS bed, begntime::TIMESTAMP AS a, coalesce(endtime::TIMESTAMP,
            TIMESTAMP '2025-10-01') AS b, dscg_way
        FROM mdtrt_d WHERE adm_bed IS NOT NULL AND nwb_flag = '0' AND mdtrt_id NOT IN ({told}) ORDER BY a""")


def test_crooked_houses_whose_patients_are_there_put_up_a_bed_for_each(city) -> None:
    """Two in one bed is what paper beds look like; people who are brought in, or moved to a sister house, lie somewhere."""
    brought = city.visits("split_admission", "induced_admission")
    doubled = f"""
        SELECT count(*) FROM mdtrt_d a JOIN mdtrt_d b USING (fixmedins_code, adm_bed)
        WHERE a.psn_no <> b.psn_no AND a.mdtrt_id IN ({brought}) AND b.nwb_flag = '0' AND a.begntime < coalesce(b.endtime, '2025-10-01')
            AND b.begntime < coalesce(a.endtime, '2025-10-01')
            AND b.mdtrt_id NOT IN ({city.visits("phantom_bed", "handler_collusion")})"""
    assert city.one(f"SELECT count(*) FROM mdtrt_d WHERE mdtrt_id IN ({brought}) AND adm_bed IS NOT NULL")
    assert city.one(doubled) == 0


def test_one_bed_holds_one_honest_patient_and_one_patient_lies_in_one_bed(city) -> None:
    stays = _stays(city)
    assert len(stays) > 300
    for field in (1, 2):
        last: dict[str, tuple] = {}
        for stay in stays:
            before = last.get(stay[field])
            assert before is None or before[4] <= stay[3], (before, stay)
            last[stay[field]] = stay


def test_honest_drugs_fit_sex_and_age(city) -> None:
    planted = city.keys("fee_list_d", "mdtrt_id", [s for s in city.schemes if s["pattern"] in ("off_indication", "impersonation")])
    found = city.rows("""
        SELECT f.medins_list_name, m.gend, m.age, m.mdtrt_id FROM fee_list_d AS f JOIN mdtrt_d AS m USING (mdtrt_id)
        WHERE m.med_type <> '41' AND f.cnt::DOUBLE > 0 AND ((f.medins_list_name LIKE '妇%' AND m.gend = '1') OR
            (f.medins_list_name LIKE '小儿%' AND m.age::INT > 17))""")
    assert {visit for *_, visit in found} <= set(planted)


def test_numbers_of_persons_and_institutions_carry_right_check_digits(city) -> None:
    weights, table = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
    numbers = [c for (c,) in city.rows("SELECT certno FROM psn_b")]
    assert len(set(numbers)) == len(numbers)
    assert all(table[sum(int(d) * w for d, w in zip(c, weights, strict=False)) % 11] == c[17] for c in numbers)
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for (code,) in city.rows("SELECT uscc FROM fixmedins_b UNION ALL SELECT uscc FROM insu_emp_b"):
        assert (31 - sum(letters.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17])) % 31) % 31 == letters.index(code[17])


def test_nobody_gives_birth_twice_in_these_months() -> None:
    mothers = {5}
    psn, ill = one_birth(mothers, np.array([5, 6, 7]), np.array([BIRTHS[0], BIRTHS[1], CHEMO]))

    assert (psn.tolist(), ill.tolist()) == ([6, 7], [BIRTHS[1], CHEMO])
    assert mothers == {5, 6}
    assert one_birth(mothers, np.array([5]), np.array([CHEMO]))[0].tolist() == [5], "she may be ill"
