"""The registers of the delivery: institutions, staff, insured persons, firms, enrolment, registrations, calendar."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city import boxes, names
from ingest.city.chance import Ints, digits, join, stream
from ingest.city.district import District
from ingest.city.ills import BY_CODE, CHRONIC, DEPARTMENTS, ILLS
from ingest.city.period import DAY

ADMDVS = names.AREA + "01"


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
    f, rng = district.people, stream(district.seed, "accounts")
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
            "bank_acct": names.accounts(rng, len(f)),
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
    return pl.DataFrame(
        {
            "emp_no": firm_codes(district),
            "emp_name": join(
                words[rng.integers(0, len(words), n)], trades[rng.integers(0, len(trades), n)], "有限公司", digits(np.arange(n) + 1, 1)
            ),
            "uscc": names.social_credit_codes(np.arange(n) + 5_000_000),
            "tel": names.desk_phones(rng, n),
            "addr": join(district.land.name[area], "工业园", digits(rng.integers(1, 90, n), 1), "号"),
            "bank_acct": names.accounts(rng, n),
            "insu_psn_cnt": size,
            "tax_psn_cnt": np.maximum(size - rng.integers(0, 2, n), 0),
        }
    )


def _firm_of(district: District, psn: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.str_]]:
    employer = district.people.employer[psn]
    return np.where(employer >= 0, firm_codes(district)[np.maximum(employer, 0)], "")


def enrolment(district: District) -> pl.DataFrame:
    f, rng = district.people, stream(district.seed, "enrolment")
    base = np.where(f.insutype == "310", np.round(rng.lognormal(8.5, 0.35, len(f)), -1), 0.0)
    since = np.char.add((2015 + rng.integers(0, 10, len(f))).astype(str), "-01-01")
    return pl.DataFrame(
        {
            "psn_insu_rlts_id": join("R", f.psn_no),
            "psn_no": f.psn_no,
            "begndate": since,
            "insutype": f.insutype,
            "psn_type": f.psn_type,
            "emp_no": _firm_of(district, np.arange(len(f))),
            "insu_admdvs": [ADMDVS] * len(f),
            "clct_bas": base,
            "wag": np.round(base * rng.uniform(0.98, 1.1, len(f)), 2),
            "paid_mons": rng.integers(6, 240, len(f)),
        }
    )


def chronic(district: District) -> pl.DataFrame:
    """Registrations for long illness (慢特病), dialysis among them."""
    f = district.people
    ill = np.where(f.dialysis, BY_CODE["N18.500"], np.where(f.ill >= 0, np.array([BY_CODE[c] for c in CHRONIC])[f.ill], -1))
    psn = np.flatnonzero((ill >= 0) & (f.dialysis | ((np.arange(len(f)) * 11) % 10 < 6)))
    codes, labels = np.array([one.code for one in ILLS]), np.array([one.name for one in ILLS])
    inst = np.where(f.dialysis[psn], district.habits.dialysis[psn], district.habits.centre[psn])
    return pl.DataFrame(
        {
            "psn_no": f.psn_no[psn],
            "dise_no": codes[ill[psn]],
            "begndate": ["2025-01-01"] * len(psn),
            "dise_name": labels[ill[psn]],
            "fixmedins_code": district.places.code[inst],
        }
    )


def prefixes(district: District) -> pl.DataFrame:
    item = np.flatnonzero(district.goods.boxed)
    return pl.DataFrame({"trac_prefix": digits(boxes.prefix(item, district.seed), 7), "med_list_codg": district.goods.code[item]})


def holidays() -> pl.DataFrame:
    return pl.DataFrame(
        {"date_from": ["2025-10-01", "2026-01-01"], "date_to": ["2025-10-08", "2026-01-03"], "kind": ["holiday", "holiday"]}
    )


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
        "calendar": holidays(),
    }
    return {table: frame.sort(frame.columns[0]) for table, frame in tables.items()}
