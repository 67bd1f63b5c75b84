"""The registers of the delivery: institutions, staff, insured persons, firms, enrolment, registrations, calendar."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.city import boxes, names
from ingest.city.chance import Floats, Ints, Strings, digits, join, scramble, stream
from ingest.city.district import District
from ingest.city.ills import BY_CODE, CHRONIC, DEPARTMENTS, DEPT, ILLS
from ingest.city.period import DAY, START

ADMDVS = names.AREA + "01"
Dates = NDArray[np.datetime64]


@lru_cache(maxsize=4)
def _accounts(seed: int, n: int) -> Strings:
    return names.accounts(stream(seed, "accounts"), n)


def accounts(district: District) -> Strings:
    """Every person's bank account."""
    return _accounts(district.seed, len(district.people))


def bases(district: District) -> Floats:
    """Every person's monthly contribution base in yuan, 0 for residents."""
    f, rng = district.people, stream(district.seed, "bases")
    found: Floats = np.where(f.insutype == "310", np.round(rng.lognormal(8.5, 0.35, len(f)), -1), 0.0)
    return found


def handlers(district: District) -> Strings:
    """Codes of the bureau's handlers."""
    n = max(5, len(district.people) // 12_000)
    return join("B", names.AREA, digits(scramble(np.arange(n), 16, district.seed + 29) % 9000 + 1000, 4), digits(np.arange(n), 2))


def institutions(district: District) -> pl.DataFrame:
    p = district.places
    text = np.where(p.all_night, "00:00", np.where(p.kind == "pharmacy", "07:30", "08:00"))
    closing = np.where(p.all_night, "24:00", np.where(p.kind == "pharmacy", "22:00", "18:00"))
    hospital = p.beds > 0
    return pl.DataFrame(
        {
            "fixmedins_code": p.code,
            "fixmedins_name": p.name,
            "fixmedins_type": np.where(p.kind == "pharmacy", "2", "1"),
            "medins_kind": p.kind,
            "hosp_lv": p.hosp_lv,
            "admdvs": [ADMDVS] * len(p),
            "addr": p.address,
            "tel": p.phone,
            "lnt": p.lnt.round(6),
            "lat": p.lat.round(6),
            "aprv_bed_cnt": np.where(hospital, p.beds, -1),
            "dialysis_mach_cnt": np.where(p.machines > 0, p.machines, -1),
            "uscc": p.uscc,
            "legrep_name": p.legal,
            "legrep_certno": p.legal_certno,
            "bank_acct": p.account,
            "owner_group": np.where(p.chain >= 0, join("第", digits(np.maximum(p.chain, 0) + 1, 1), "连锁集团"), ""),
            "open_time": np.where(hospital, "00:00", text),
            "close_time": np.where(hospital, "24:00", closing),
            "agreement_status": ["active"] * len(p),
            "status_from": ["2023-01-01"] * len(p),
            "status_to": [""] * len(p),
            "begndate": ["2023-01-01"] * len(p),
        }
    ).with_columns(pl.col("aprv_bed_cnt", "dialysis_mach_cnt").replace(-1, None))


def staff(district: District) -> pl.DataFrame:
    s = district.staff
    scope = np.where(s.kind == "1", np.array(DEPARTMENTS)[s.dept], "")
    return pl.DataFrame(
        {
            "stff_code": s.code,
            "fixmedins_code": district.places.code[s.inst],
            "stff_name": s.name,
            "certno": s.certno,
            "dept_codg": digits(s.dept + 1, 3),
            "dept_name": np.array(DEPARTMENTS)[s.dept],
            "stff_type": s.kind,
            "prac_scp": scope,
            "tel": s.phone,
            "begndate": ["2023-01-01"] * len(s),
        }
    )


def persons(district: District) -> pl.DataFrame:
    f = district.people
    return pl.DataFrame(
        {
            "psn_no": f.psn_no,
            "certno": f.certno,
            "psn_name": f.name,
            "gend": f.sex.astype(str),
            "brdy": f.birth.astype("datetime64[D]").astype(str),
            "tel": f.phone,
            "addr": f.address,
            "admdvs": [ADMDVS] * len(f),
            "family_id": join("F", digits(f.family, 8)),
            "coner_name": np.where(f.contact >= 0, f.name[f.contact], ""),
            "coner_tel": f.contact_phone,
            "bank_acct": accounts(district),
            "die_date": np.where(f.died * DAY < district.until, f.died.astype("datetime64[D]").astype(str), ""),
            "lnt": district.land.lnt[f.area].round(4),
            "lat": district.land.lat[f.area].round(4),
        }
    )


def firm_codes(district: District) -> np.ndarray[tuple[int, ...], np.dtype[np.str_]]:
    return join("E", names.AREA, digits(stream(district.seed, "firms").permutation(90_000)[: district.employers] + 1000, 8))


def firms(district: District) -> pl.DataFrame:
    n, rng = district.employers, stream(district.seed, "firm names")
    words, trades = np.array(names.PLACE_WORDS), np.array(names.FIRM_WORDS)
    size = np.bincount(district.people.employer[district.people.employer >= 0], minlength=n)
    area = rng.integers(0, len(district.land), n)
    birth = np.char.replace(rng.integers(-6000, 7000, n).astype("datetime64[D]").astype(str), "-", "")
    return pl.DataFrame(
        {
            "emp_no": firm_codes(district),
            "emp_name": join(
                words[rng.integers(0, len(words), n)], trades[rng.integers(0, len(trades), n)], "有限公司", digits(np.arange(n) + 1, 1)
            ),
            "uscc": names.social_credit_codes(np.arange(n) + 5_000_000),
            "tel": names.desk_phones(rng, n),
            "addr": join(district.land.name[area], "工业园", digits(rng.integers(1, 90, n), 1), "号"),
            "legrep_certno": names.certificates(np.full(n, 7), birth, rng.integers(1, 3, n), np.arange(n)),
            "bank_acct": names.accounts(rng, n),
            "insu_psn_cnt": size,
            "tax_psn_cnt": np.maximum(size - rng.integers(0, 2, n), 0),
        }
    )


def _firm_of(district: District, psn: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.str_]]:
    employer = district.people.employer[psn]
    return np.where(employer >= 0, firm_codes(district)[np.maximum(employer, 0)], "")


def enrolment(district: District) -> pl.DataFrame:
    """psn_insu_d: the present enrolment of everybody, what some had before it, and a second one of those who work in two cities."""
    f, rng, n = district.people, stream(district.seed, "enrolment"), len(district.people)
    works = f.employer >= 0
    begun = START - dt.timedelta(days=183) - dt.timedelta(days=3650)
    since = np.datetime64(begun) + rng.integers(0, 3600, n)
    since = np.where(works & (rng.random(n) < 0.05), np.datetime64(START) + rng.integers(-60, 120, n), since)
    months = (np.datetime64(START) - since).astype(np.int64) // 30
    now = _enrolled(district, np.arange(n), since, _firm_of(district, np.arange(n)), np.maximum(months + rng.integers(-3, 1, n), 0), "")
    moved = np.flatnonzero(works & (rng.random(n) < 0.06))
    firm = firm_codes(district)[rng.integers(0, district.employers, len(moved))]
    span = rng.integers(200, 1500, len(moved))
    before = _enrolled(district, moved, since[moved] - span, firm, span // 30, "A", until=since[moved] - 1)
    both = np.flatnonzero(works & (rng.random(n) < 0.004))
    second = _enrolled(district, both, since[both] + 30, np.full(len(both), ""), np.full(len(both), 12), "B", area="990201")
    return pl.concat([now, before, second])


def _enrolled(
    district: District, psn: Ints, since: Dates, firm: Strings, paid: Ints, part: str, *, until: Dates | None = None, area: str = ADMDVS
) -> pl.DataFrame:
    f, base = district.people, bases(district)[psn]
    wage = base * stream(district.seed, "wages", part).uniform(0.98, 1.1, len(psn))
    return pl.DataFrame(
        {
            "psn_insu_rlts_id": join("R", f.psn_no[psn], part),
            "psn_no": f.psn_no[psn],
            "begndate": since.astype("datetime64[D]").astype(str),
            "enddate": np.full(len(psn), "") if until is None else until.astype("datetime64[D]").astype(str),
            "insutype": f.insutype[psn],
            "psn_type": f.psn_type[psn],
            "emp_no": firm,
            "insu_admdvs": [area] * len(psn),
            "clct_bas": base,
            "wag": np.round(wage, 2),
            "paid_mons": paid,
        }
    )


def chronic(district: District) -> pl.DataFrame:
    """Registrations for long illness (慢特病), dialysis among them."""
    f = district.people
    ill = np.where(f.dialysis, BY_CODE["N18.500"], np.where(f.ill >= 0, np.array([BY_CODE[c] for c in CHRONIC])[f.ill], -1))
    psn = np.flatnonzero((ill >= 0) & (f.dialysis | ((np.arange(len(f)) * 11) % 10 < 6)))
    codes, labels = np.array([one.code for one in ILLS]), np.array([one.name for one in ILLS])
    inst, rng = np.where(f.dialysis[psn], district.habits.dialysis[psn], district.habits.centre[psn]), stream(district.seed, "chronic")
    dept = district.staff.department(district.places, inst, np.where(f.dialysis[psn], DEPT["肾内科"], DEPT["全科"]))
    doctor = district.staff.first[inst, dept] + rng.integers(0, 1 << 20, len(psn)) % district.staff.count[inst, dept]
    return pl.DataFrame(
        {
            "psn_no": f.psn_no[psn],
            "dise_no": codes[ill[psn]],
            "begndate": (np.datetime64("2019-01-01") + rng.integers(0, 2350, len(psn))).astype(str),
            "dise_name": labels[ill[psn]],
            "fixmedins_code": district.places.code[inst],
            "dr_code": district.staff.code[doctor],
            "opter_id": handlers(district)[rng.integers(0, len(handlers(district)), len(psn))],
        }
    )


def prefixes(district: District) -> pl.DataFrame:
    item = np.flatnonzero(district.goods.boxed)
    return pl.DataFrame({"trac_prefix": digits(boxes.prefix(item, district.seed), 7), "med_list_codg": district.goods.code[item]})


def all_of(district: District) -> dict[str, pl.DataFrame]:
    """Contract table -> rows, in order of their codes."""
    tables = {
        "fixmedins_b": institutions(district),
        "medstff_b": staff(district),
        "psn_b": persons(district),
        "insu_emp_b": firms(district),
        "psn_insu_d": enrolment(district),
        "opsp_reg": chronic(district),
        "drug_trac_map": prefixes(district),
    }
    return {table: frame.sort(frame.columns[0]) for table, frame in tables.items()}
