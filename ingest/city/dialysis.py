"""Who is dialysed, when, on which machine? Three sessions a week, with weights, checks and a bill for each."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city import baskets, faces
from ingest.city.chance import Bools, Ints, mix, stream
from ingest.city.district import District, in_ward
from ingest.city.ills import BY_CODE, DEPT
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, rows

KIDNEY = BY_CODE["N18.500"]
SHIFTS = (7 * 3600, 12 * 3600, 17 * 3600)
MINUTES = (229, 252)
"""Length of an ordinary session."""


def slots(district: District) -> tuple[Ints, Ints, Ints, Ints]:
    """(patients, pattern 0 = Mon-Wed-Fri, shift, machine): every patient has a fixed place; who finds none is dialysed elsewhere."""
    patients = np.flatnonzero(district.people.dialysis)
    inst = district.habits.dialysis[patients]
    order = np.lexsort((mix(patients, 3), inst))
    patients, inst = patients[order], inst[order]
    rank = np.arange(len(patients)) - np.searchsorted(inst, inst)
    machines = district.places.machines[inst]
    # a spare machine stays free in each room
    usable = np.maximum(machines - 1, 1)
    keep = rank < usable * 6
    group, machine = rank % 6, rank // 6
    return patients[keep], (group % 2)[keep], (group // 2)[keep], (machine + 1)[keep]


def sessions(
    draft: Draft, district: District, rng: np.random.Generator, psn: Ints, inst: Ints, beg: Ints, machine: Ints, **marks: int
) -> pl.DataFrame:
    """Full sessions: length, weights before and after, a nurse. Visits are billed by `bill`."""
    n = len(psn)
    dry = 46 + mix(psn, 11) % 340 / 10
    gain = np.clip(rng.normal(2.3, 0.6, n), 0.9, 4.2)
    nurses = district.staff.count[inst, DEPT["护理部"]]
    nurse = np.where(nurses > 0, district.staff.first[inst, DEPT["护理部"]] + rng.integers(0, 1 << 20, n) % np.maximum(nurses, 1), -1)
    return rows(
        "session",
        n,
        sid=draft.number("session", n),
        psn=psn,
        inst=inst,
        beg=beg,
        end=beg + rng.integers(*MINUTES, n) * 60,
        vid=draft.number("visit", n),
        machine=machine,
        before=np.round(dry + gain, 1),
        after=np.round(dry + rng.normal(0, 0.25, n), 1),
        nurse=nurse,
        **marks,
    )


def bill(draft: Draft, district: District, rng: np.random.Generator, done: pl.DataFrame) -> None:
    """One visit for each session: treatment, dialyser, needles and a drug or two."""
    n = done.height
    psn, inst, end = (done[name].to_numpy().astype(np.int64) for name in ("psn", "inst", "end"))
    dept = district.staff.department(district.places, inst, np.full(n, DEPT["肾内科"]))
    visits = rows(
        "visit",
        n,
        vid=done["vid"],
        psn=psn,
        inst=inst,
        beg=done["beg"] - pl.Series(rng.integers(600, 1500, n)),
        end=end + 600,
        med="14",
        dept=dept,
        doctor=district.staff.serve(rng, inst, dept, end),
        ill=KIDNEY,
        settled=end + rng.integers(700, 3000, n),
        scheme=done["scheme"],
        story=done["story"],
    )
    draft.add("visit", visits)
    at, item = _used(district, rng, psn, inst)
    of = visits[at]
    draft.add(
        "line",
        rows(
            "line",
            len(at),
            lid=draft.number("line", len(at)),
            vid=of["vid"],
            item=item,
            at=done["beg"].to_numpy()[at] + 300,
            doctor=of["doctor"],
            dept=of["dept"],
            order=of["vid"],
            scheme=of["scheme"],
            story=of["story"],
        ),
    )


def _used(district: District, rng: np.random.Generator, psn: Ints, inst: Ints) -> tuple[Ints, Ints]:
    """(session, item): the treatment, dialyser and needles of each session, and a drug or two of some."""
    everyone, goods = np.arange(len(psn)), district.goods
    card = baskets.menu(goods)
    always = [goods.one("hd"), *goods.uses["c_dialyser"].tolist(), *goods.uses["c_fistula"].tolist()]
    parts = [(everyone, np.full(len(psn), item)) for item in always]
    for chance in (0.75, 0.35):
        at = np.flatnonzero(rng.random(len(psn)) < chance)
        parts.append((at, card.items[card.use("dial"), mix(psn[at], inst[at], int(chance * 100)) % card.counts[card.use("dial")]]))
    return np.concatenate([at for at, _ in parts]), np.concatenate([item for _, item in parts])


def checks(draft: Draft, rng: np.random.Generator, done: pl.DataFrame, *, came: Bools | None = None, left: Bools | None = None) -> None:
    """Check-in and check-out; `came` and `left` say whose face was there."""
    for number, kind, offset, there in (
        (0, "dialysis_in", -rng.integers(240, 1200, done.height), came),
        (1, "dialysis_out", rng.integers(120, 900, done.height), left),
    ):
        seen = np.ones(done.height, dtype=bool) if there is None else there
        seen = seen & (rng.random(done.height) < 0.996)
        some = done.filter(pl.Series(seen))
        at = (some["beg"] if number == 0 else some["end"]).to_numpy() + offset[seen]
        fine = rng.random(some.height) < 0.992
        draft.add(
            "face",
            rows(
                "face",
                some.height,
                psn=some["psn"],
                inst=some["inst"],
                at=at,
                kind=kind,
                vid=some["vid"],
                device=90 + number,
                result=pl.Series(np.where(fine, "pass", "fail")),
                score=faces.scores(rng, fine),
                face=pl.Series(np.where(fine, some["psn"], -1)),
                pair=some["sid"] * 2 + number,
                scheme=some["scheme"],
                story=some["story"],
            ),
        )


def plan(district: District, month: Month, rng: np.random.Generator) -> tuple[Ints, Ints, Ints, Ints]:
    """(persons, institutions, begin, machine) of the month's due sessions."""
    patients, pattern, shift, machine = slots(district)
    weekday = (month.first.weekday() + np.arange(month.days)) % 7
    who, day = np.nonzero((weekday[None, :] // 2 <= 2) & (weekday[None, :] < 6) & (weekday[None, :] % 2 == pattern[:, None]))
    beg = month.beg + day * DAY + np.array(SHIFTS)[shift[who]] + rng.integers(0, 1500, len(who))
    psn = patients[who]
    keep = (rng.random(len(who)) < 0.985) & ~in_ward(district, psn, beg) & district.living(psn, beg)
    return psn[keep], district.habits.dialysis[psn[keep]], beg[keep], machine[who][keep]


def run(draft: Draft, district: District, month: Month, skip: set[int]) -> None:
    """The honest sessions of a month; persons in `skip` are dialysed (or not) by a story of their own."""
    rng = stream(district.seed, "dialysis", month.number)
    psn, inst, beg, machine = plan(district, month, rng)
    keep = ~np.isin(psn, np.array(sorted(skip), dtype=np.int64))
    done = sessions(draft, district, rng, psn[keep], inst[keep], beg[keep], machine[keep])
    draft.add("session", done)
    bill(draft, district, rng, done)
    checks(draft, rng, done)
