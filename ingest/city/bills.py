"""What is charged for a stay? Bed, care, tests, drugs and operations, day by day."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from ingest.city import baskets, theatre
from ingest.city.chance import Bools, Ints, choose, mix
from ingest.city.district import District
from ingest.city.ills import ILLS
from ingest.city.period import DAY
from ingest.city.rows import Draft, Value, rows

_TESTS = ("cbc", "urine", "liver", "kidney", "ecg")
_COURSE = 10
"""Days for which every injection after a stroke is paid; some are paid for longer, but who remembers which."""
_AROUND = (
    (("gi", "heart", "htn", "pain"), 0.8),
    (("inj_gi", "inj_neuro", "inj_resp"), 0.9),
    (("c_infuse", "c_oxygen", "c_dress"), 0.9),
    (("spo2", "glu_bed", "oxygen"), 0.6),
    (("fluid", "c_syringe"), 0.9),
    (("inj_abx", "inj_resp", "fluid"), 0.7),
    (("c_infuse", "c_syringe"), 0.6),
)
"""What a ward gives to most patients beside the treatment proper, with its daily chance at a county hospital."""
_RARE = ("rescue3", "rescue2", "nurse_extra", "stool_par", "lung_dil", "lung_prov", "lung_bed", "lab_ogtt", "egv")
"""What a few need on their second day, one of these at most."""
_OPERATIONS = tuple(one.operation for one in ILLS)


@dataclass
class Sheet:
    """Lines of many stay-days in the making: positions of stay-days, items and counts."""

    district: District
    rng: np.random.Generator
    parts: list[tuple[Ints, Ints, Ints, Ints]] = field(default_factory=list)

    def put(self, at: Ints, use: Ints | str, cnt: Ints | int = 1, *, posted: int = 0) -> None:
        """Charge `use` on the stay-days `at`; posted 1 = by the nightly run, 0 = when it is done."""
        card = baskets.menu(self.district.goods)
        uses = np.full(len(at), card.use(use)) if isinstance(use, str) else use
        at, uses = at[uses >= 0], uses[uses >= 0]
        item = card.items[uses, self.rng.integers(0, 1 << 30, len(uses)) % card.counts[uses]]
        amount = np.full(len(at), cnt) if isinstance(cnt, int) else cnt
        self.parts.append((at, item, amount[: len(at)], np.full(len(at), posted)))


@dataclass(frozen=True)
class Days:
    """One row per stay and calendar day on which care is given."""

    stay: Ints
    number: Ints
    midnight: Ints

    @classmethod
    def of(cls, stays: pl.DataFrame, until: int) -> Days:
        beg, end = stays["beg"].to_numpy(), stays["end"].to_numpy()
        last = np.where(end == 0, until - 1, end)
        length = np.maximum(1, last // DAY - beg // DAY)
        stay = np.repeat(np.arange(stays.height), length)
        number = np.arange(len(stay)) - np.repeat(np.cumsum(length) - length, length)
        return cls(stay, number, (beg[stay] // DAY + number) * DAY)


def leaves(draft: Draft, stays: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Leave of one or two nights, each with an order in the chart. Returns (vid, day) of the days away."""
    long = stays.filter((pl.col("end") - pl.col("beg") > 6 * DAY) & (pl.col("scheme") == 0))
    some = long.filter(pl.Series(rng.random(long.height) < 0.035))
    first = some["beg"].to_numpy() // DAY + rng.integers(2, 5, some.height)
    nights = rng.integers(1, 3, some.height)
    draft.add(
        "order",
        rows(
            "order",
            some.height,
            vid=some["vid"],
            beg=first * DAY + 8 * 3600,
            end=(first + nights) * DAY + 18 * 3600,
            kind="leave",
            text="请假离院",
            doctor=some["doctor"],
        ),
    )
    return pl.DataFrame(
        {
            "vid": np.repeat(some["vid"].to_numpy(), nights),
            "day": np.repeat(first, nights) + np.concatenate([np.arange(k) for k in nights] or [np.zeros(0, dtype=np.int64)]),
        },
        schema={"vid": pl.Int64, "day": pl.Int64},
    )


_SEVERE = np.array([one.operation != "" or one.dept == "神经内科" for one in ILLS])
"""(ill): nursed at the first grade on the first days."""
_FIRST_GRADE, _THIRD_GRADE = 3, 5
"""Days of the first grade, and the day from which a small house nurses at the third."""


def away(days: Days, stays: pl.DataFrame, absent: pl.DataFrame | None) -> Bools:
    """Stay-days on which the patient is away."""
    if absent is None or not absent.height:
        return np.zeros(len(days.stay), dtype=bool)
    key = stays["vid"].to_numpy()[days.stay] * 100_000 + days.midnight // DAY
    return np.isin(key, absent["vid"].to_numpy() * 100_000 + absent["day"].to_numpy())


def _care(sheet: Sheet, days: Days, here: Ints, rank: Ints, ill: Ints, intensive: Bools, rng: np.random.Generator) -> None:
    n = len(here)
    sheet.put(here, "round", posted=1)
    sheet.put(here[intensive[here]], "icu", posted=1)
    severe = _SEVERE[ill[here]] & (days.number[here] < _FIRST_GRADE)
    card = baskets.menu(sheet.district.goods)
    grade = np.where(
        severe,
        card.use("nurse1"),
        np.where((rank[here] == 1) & (days.number[here] >= _THIRD_GRADE), card.use("nurse3"), card.use("nurse2")),
    )
    sheet.put(here, np.where(intensive[here], -1, grade), posted=1)
    for use, low, chance in (
        ("infuse", 1, 0.88),
        ("c_infuse", 1, 0.85),
        ("c_syringe", 2, 0.7),
        ("fluid", 1, 0.9),
        ("fluid", 1, 0.5),
        ("blood_draw", 1, 0.22),
        ("inject", 1, 0.15),
        ("c_dress", 1, 0.12),
    ):
        at = here[rng.random(n) < chance]
        sheet.put(at, use, rng.integers(low, low + 2, len(at)))


def _treatment(sheet: Sheet, days: Days, here: Ints, rank: Ints, ill: Ints, rng: np.random.Generator) -> None:
    card, n = baskets.menu(sheet.district.goods), len(here)
    high = np.array([card.use(use) for use in ("tcm_inj", "stroke_inj", "onc_tcm", "nutrition")])
    for chance in (0.95, 0.8, 0.45):
        at = here[rng.random(n) < chance + 0.08 * (rank[here] - 2)]
        use = baskets.picked(card.infusions, ill[at], rng)
        unpaid = np.isin(use, high) & (rank[at] < 2) | (use == card.use("stroke_inj")) & (days.number[at] >= _COURSE)
        use = np.where(unpaid, card.use("inj_neuro"), use)
        sheet.put(at, use, rng.integers(1, 3, len(at)))
    for chance in (0.8, 0.6, 0.4):
        at = here[rng.random(n) < chance]
        sheet.put(at, baskets.picked(card.drugs, ill[at], rng))
    for column in range(card.extras.shape[1]):
        at = here[(card.extras[ill[here], column] >= 0) & (rng.random(n) < 0.85)]
        sheet.put(at, card.extras[ill[at], column])
    for use_list, chance in _AROUND:
        more = here[rng.random(n) < chance * np.where(rank[here] >= 2, 1.0, 0.6)]
        sheet.put(more, choose_uses(card, rng, use_list, len(more)), rng.integers(1, 3, len(more)))
    dear = here[(rank[here] >= 2) & (rng.random(n) < 0.75)]
    sheet.put(dear, choose_uses(card, rng, ("tcm_inj", "nutrition", "inj_abx"), len(dear)), rng.integers(1, 4, len(dear)))


def choose_uses(card: baskets.Menu, rng: np.random.Generator, uses: tuple[str, ...], n: int) -> Ints:
    """Random uses out of a few."""
    return np.array([card.use(use) for use in uses])[rng.integers(0, len(uses), n)]


def _tests(sheet: Sheet, days: Days, here: Ints, ill: Ints, inst: Ints, intensive: Bools, rng: np.random.Generator) -> None:
    card = baskets.menu(sheet.district.goods)
    first, again = here[days.number[here] == 0], here[(days.number[here] % 4 == 3)]
    for name in _TESTS:
        sheet.put(first[rng.random(len(first)) < 0.9], name)
    package = mix(inst[first], 83) % 5 < 2  # some hospitals sell an assessment of their own, which nobody pays back
    sheet.put(first[package & (rng.random(len(first)) < 0.6)], "adm_package")
    for column in range(card.tests.shape[1]):
        at = first[(card.tests[ill[first], column] >= 0) & (rng.random(len(first)) < 0.92)]
        use = baskets.pictured(card, card.tests[ill[at], column], sheet.district.places.scanner[inst[at]])
        plain = ~np.isin(use, [card.use(test) for test in _TESTS])
        sheet.put(at[plain], use[plain])
    second = here[(days.number[here] == 1) & ~intensive[here] & (rng.random(len(here)) < 0.06)]
    sheet.put(second, choose_uses(card, rng, _RARE, len(second)))
    for name in ("crp", "lab_k", "lab_na"):
        sheet.put(again[rng.random(len(again)) < 0.5], name)
    sheet.put(again[rng.random(len(again)) < 0.6], "cbc")


def _operate(draft: Draft, sheet: Sheet, days: Days, stays: pl.DataFrame, here: Ints, ill: Ints, rng: np.random.Generator) -> None:
    """The operation is on the second day; day surgery is done at once."""
    card = baskets.menu(sheet.district.goods)
    code = np.array([card.use(name) if name else -1 for name in _OPERATIONS])
    share = np.array([one.operated for one in ILLS])
    by_day = (stays["med"] == "28").to_numpy()[days.stay]
    due = (code[ill[here]] >= 0) & (days.number[here] == np.where(by_day[here], 0, 1))
    at = here[due & ((rng.random(len(here)) < share[ill[here]]) | by_day[here])]
    sheet.put(at, code[ill[at]])
    item = sheet.parts[-1][1]
    surgery = code[ill[at]] != card.use("delivery")
    for use, chance in (("op_anaes", 0.9), ("anaes", 0.95), ("anaes_mon", 0.8), ("c_dress", 0.9)):
        sheet.put(at[surgery & (rng.random(len(at)) < chance)], use)
    sheet.put(at[by_day[at]], "day_package")
    kinds = [theatre.known(name) for name in sheet.district.goods.name[item].tolist()]
    implant = np.array([card.use(kind.implant) if kind.implant else -1 for kind in kinds], dtype=np.int64)
    pieces = np.array([rng.integers(kind.implants[0], kind.implants[1] + 1) for kind in kinds], dtype=np.int64)
    sheet.put(at[implant >= 0], implant[implant >= 0], pieces[implant >= 0])
    theatre.perform(draft, sheet.district, rng, stays[days.stay[at]], item, days.midnight[at])


def _intensive(draft: Draft, district: District, rng: np.random.Generator, stays: pl.DataFrame, days: Days) -> Bools:
    """Stay-days in intensive care: the first days of the gravest, with a row for each time there."""
    share = np.array([one.icu for one in ILLS])[stays["ill"].to_numpy()]
    inst, beg, end = (stays[name].to_numpy() for name in ("inst", "beg", "end"))
    able = (district.places.scanner[inst] == 2) & (rng.random(stays.height) < share)
    span = np.where(able, np.minimum(1 + rng.poisson(1.6, stays.height), np.bincount(days.stay, minlength=stays.height)), 0)
    there = np.flatnonzero(able)
    out = (beg[there] // DAY + span[there]) * DAY + rng.integers(9 * 3600, 12 * 3600, len(there))
    out = np.where(end[there] > 0, np.minimum(out, end[there]), np.where(out < district.until, out, 0))
    into = beg[there] + rng.integers(1200, 7200, len(there))
    draft.add("icu", rows("icu", len(there), vid=stays["vid"].to_numpy()[there], beg=into, end=out))
    found: Bools = days.number < span[days.stay]
    return found


def _finish(draft: Draft, district: District, stays: pl.DataFrame, days: Days, sheet: Sheet, rng: np.random.Generator) -> None:
    """Times, doctors and marks; nothing before admission, after discharge or after the end of the period."""
    at, item, cnt, posted = (np.concatenate([part[i] for part in sheet.parts]) for i in range(4))
    stay = days.stay[at]
    beg, end = stays["beg"].to_numpy()[stay], stays["end"].to_numpy()[stay]
    run = np.array([300, 23 * 3600 + 3000, 8 * 3600])[(stays["inst"].to_numpy()[stay] * 977) % 3]
    done = choose(rng, [0, 0, 0, 0, 0, 0, 2, 6, 10, 10, 8, 4, 2, 3, 7, 7, 5, 3, 2, 2, 2, 1, 1, 0], len(at)) * 3600 + rng.integers(
        0, 3600, len(at)
    )
    when = days.midnight[at] + np.where(posted == 1, run, done)
    # the first and last charge keep to the stay, minute by minute, so that no bill begins before the patient came
    when = np.where(when <= beg, beg + 600 + at % 3000, when)
    when = np.where((end > 0) & (when >= end), end - 60 - at % 600, when)
    keep = np.flatnonzero(when < district.until)
    keep = keep[baskets.once(at[keep], item[keep])]
    stay, n = stay[keep], len(keep)
    doctor = stays["doctor"].to_numpy()[stay].astype(np.int64)
    dept = stays["dept"].to_numpy()[stay].astype(np.int64)
    other = district.staff.serve(rng, stays["inst"].to_numpy()[stay].astype(np.int64), dept, when[keep])
    draft.add(
        "line",
        rows(
            "line",
            n,
            lid=draft.number("line", n),
            vid=stays["vid"].to_numpy()[stay],
            item=item[keep],
            at=when[keep],
            cnt=cnt[keep].astype(float),
            doctor=np.where((rng.random(n) < 0.85) & ~district.staff.away(doctor, when[keep]), doctor, other),
            dept=dept,
            order=order_number(stays["vid"].to_numpy()[stay], item[keep]),
            scheme=stays["scheme"].to_numpy()[stay],
            story=stays["story"].to_numpy()[stay],
        ),
    )


def order_number(vid: Ints, item: Ints | int) -> Ints:
    """The number of the order for one article of a stay."""
    number: Ints = vid.astype(np.int64) * 1024 + item
    return number


def write(
    draft: Draft,
    district: District,
    rng: np.random.Generator,
    stays: pl.DataFrame,
    *,
    absent: pl.DataFrame | None = None,
    treated: float = 1.0,
) -> None:
    """Bill whole stays. `absent` days carry the bed only; `treated` is the share of days with any treatment at all."""
    days = Days.of(stays, district.until)
    ill = stays["ill"].to_numpy().astype(np.int64)[days.stay]
    inst = stays["inst"].to_numpy()[days.stay]
    rank = district.places.rank[inst]
    sheet = Sheet(district, rng)
    intensive = _intensive(draft, district, rng, stays, days)
    sheet.put(np.flatnonzero(~intensive), "bed", posted=1)
    sheet.put(np.flatnonzero(intensive), "bed_icu", posted=1)
    here = np.flatnonzero(~away(days, stays, absent))
    _care(sheet, days, here, rank, ill, intensive, rng)
    # the first day always shows the admission work-up
    busy = here[(days.number[here] == 0) | (rng.random(len(here)) < treated)]
    _treatment(sheet, days, busy, rank, ill, rng)
    _tests(sheet, days, busy, ill, inst, intensive, rng)
    _operate(draft, sheet, days, stays, busy, ill, rng)
    _finish(draft, district, stays, days, sheet, rng)


def cradle(draft: Draft, district: District, rng: np.random.Generator, children: pl.DataFrame) -> None:
    """A newborn's own small bill."""
    if not children.height:
        return
    days = Days.of(children, district.until)
    sheet = Sheet(district, rng)
    sheet.put(np.arange(len(days.stay)), "nurse_new", posted=1)
    sheet.put(np.flatnonzero(days.number == 0), "cbc")
    _finish(draft, district, children, days, sheet, rng)


def orders(draft: Draft, district: District, rng: np.random.Generator, stays: pl.DataFrame) -> None:
    """Standing orders of each stay: care, diet and the first infusion."""
    del rng
    whole = stays.with_columns(begun=pl.col("beg") + 1200)
    for use, text, asked in (("nurse2", "Ⅱ级护理", _graded(district, stays)), ("", "普通饮食", whole), ("infuse", "静脉输液", whole)):
        item: Value = district.goods.one(use) if use else -1
        draft.add(
            "order",
            rows(
                "order",
                asked.height,
                vid=asked["vid"],
                beg=asked["begun"],
                end=asked["end"],
                kind="standing",
                text=text,
                doctor=asked["doctor"],
                item=item,
                number=order_number(asked["vid"].to_numpy(), district.goods.one(use)) if use else 0,
                scheme=asked["scheme"],
                story=asked["story"],
            ),
        )


def _graded(district: District, stays: pl.DataFrame) -> pl.DataFrame:
    """Stays with the time (begun, end) of their second grade of nursing: after the first, before the third, one at a time."""
    day, end = stays["beg"].to_numpy() // DAY, stays["end"].to_numpy()
    begun = np.where(_SEVERE[stays["ill"].to_numpy()], (day + _FIRST_GRADE) * DAY + 60, stays["beg"].to_numpy() + 1200)
    lighter = (day + _THIRD_GRADE) * DAY - 3600
    small = district.places.rank[stays["inst"].to_numpy()] == 1
    ended = np.where(small & ((end == 0) | (lighter < end)), lighter, end)
    graded = stays.with_columns(begun=pl.Series(begun), end=pl.Series(ended))
    return graded.filter((pl.col("end") == 0) | (pl.col("begun") < pl.col("end")))
