"""What stands in the chart? Notes in short Chinese sentences that agree with the bill, the diagnosis and the dates."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city.bills import Days
from ingest.city.chance import Ints, Strings, join
from ingest.city.district import District
from ingest.city.feeds import sent
from ingest.city.ills import ILLS
from ingest.city.period import DAY
from ingest.city.records import phrases
from ingest.city.records.bedside import vitals
from ingest.city.rows import Draft, rows

_NAMES = np.array([one.name for one in ILLS])
_BY_DAY = 0.3
"""Share of outpatient contacts at hospitals with a note that reaches the bureau."""


def write(draft: Draft, district: District, rng: np.random.Generator) -> None:
    """clinical_note: every stay's chart, operations, and some outpatient contacts."""
    stays = draft.take("visit").filter((pl.col("bed") != "") & ~pl.col("newborn")).sort("vid")
    for part in (_admissions, _rounds, _nursing, _discharges, _operations, _contacts):
        frame = part(draft, district, rng, stays)
        frame = sent(district, "note", frame.filter(pl.col("at") < district.until), rng)
        columns = {name: frame[name] for name in ("vid", "kind", "at", "text", "author")}
        draft.add("note", rows("note", frame.height, **columns))


def _notes(stays: pl.DataFrame, row: Ints, kind: str, at: Ints, text: Strings, author: Ints | None = None) -> pl.DataFrame:
    of = stays.select("vid", "inst", "doctor")[row]
    who = of["doctor"] if author is None else pl.Series(author)
    return of.with_columns(kind=pl.lit(kind), at=pl.Series(at), text=pl.Series(text, dtype=pl.String), author=who)


def _of(stays: pl.DataFrame, name: str) -> Ints:
    return stays[name].to_numpy().astype(np.int64)


def _pressure(rng: np.random.Generator, psn: Ints, ill: Ints, day: Ints) -> Strings:
    temperature, pulse, _, systolic, diastolic = vitals(rng, psn, ill, day)
    parts = ((temperature, "%.1f"), (pulse, "%d"), (systolic, "%d"), (diastolic, "%d"))
    t, p, s, d = (np.char.mod(form, value) for value, form in parts)
    return np.where(
        rng.random(len(psn)) < 0.5,
        join("T ", t, "℃，P ", p, "次/分，BP ", s, "/", d, "mmHg"),
        join("体温", t, "℃，血压", s, "/", d, "mmHg"),
    )


def _admissions(draft: Draft, district: District, rng: np.random.Generator, stays: pl.DataFrame) -> pl.DataFrame:
    del draft
    n, ill, psn = stays.height, _of(stays, "ill"), _of(stays, "psn")
    sex, age = np.where(district.people.sex[psn] == 1, "男", "女"), np.char.mod("%d", district.people.age[psn])
    head = np.where(
        rng.random(n) < 0.5,
        join("患者", sex, "，", age, "岁，因“", phrases.complaints(rng, ill), phrases.some(rng, "onset", n), "”入院。"),
        join("主诉：", phrases.complaints(rng, ill), phrases.some(rng, "onset", n), "。患者", age, "岁，", sex, "性。"),
    )
    body = join(
        phrases.some(rng, "history", n),
        "。查体：",
        _pressure(rng, psn, ill, np.zeros(n, dtype=np.int64)),
        "，",
        phrases.signs(rng, ill),
        "。",
    )
    text = join(head, body, "初步诊断：", _NAMES[ill], "。", phrases.some(rng, "plan", n), "，", phrases.some(rng, "plan", n), "。")
    return _notes(stays, np.arange(n), "admission", _of(stays, "beg") + rng.integers(1800, 20 * 3600, n), text)


def _rounds(draft: Draft, district: District, rng: np.random.Generator, stays: pl.DataFrame) -> pl.DataFrame:
    """The doctor's progress notes: on the second day, then every two or three."""
    del draft
    days = Days.of(stays, district.until)
    due = np.flatnonzero((days.number == 1) | ((days.number > 1) & ((days.number + days.stay) % 3 == 0)))
    row, number, n = days.stay[due], days.number[due], len(due)
    ill, psn = _of(stays, "ill")[row], _of(stays, "psn")[row]
    text = join(
        np.where(rng.random(n) < 0.5, join("入院第", np.char.mod("%d", number + 1), "天，"), "今日查房，"),
        phrases.some(rng, "state", n),
        "。",
        _pressure(rng, psn, ill, number),
        "，",
        phrases.signs(rng, ill),
        "。",
        phrases.some(rng, "act", n),
        "。",
    )
    other = district.staff.serve(rng, _of(stays, "inst")[row], _of(stays, "dept")[row], days.midnight[due] + 9 * 3600)
    author = np.where(rng.random(n) < 0.75, _of(stays, "doctor")[row], other)
    return _notes(stays, row, "progress", days.midnight[due] + rng.integers(8 * 3600, 17 * 3600, n), text, author)


def _nursing(draft: Draft, district: District, rng: np.random.Generator, stays: pl.DataFrame) -> pl.DataFrame:
    del draft
    days = Days.of(stays, district.until)
    due = np.flatnonzero((days.number > 0) & ((days.number + days.stay) % 4 == 1))
    row, n = days.stay[due], len(due)
    text = join(
        phrases.some(rng, "nursing", n), "，", _pressure(rng, _of(stays, "psn")[row], _of(stays, "ill")[row], days.number[due]), "。"
    )
    nurse = district.staff.member(_of(stays, "inst")[row], "护理部", rng.integers(0, 1 << 20, n), _of(stays, "doctor")[row])
    return _notes(stays, row, "nursing", days.midnight[due] + rng.integers(7 * 3600, 23 * 3600, n), text, nurse)


def _discharges(draft: Draft, district: District, rng: np.random.Generator, stays: pl.DataFrame) -> pl.DataFrame:
    """What was done, with names from the bill, and how the stay ended."""
    gone = np.flatnonzero((stays["end"] > 0).to_numpy())
    some, n = stays[gone], len(gone)
    ill, psn = _of(some, "ill"), _of(some, "psn")
    days = np.char.mod("%d", np.maximum((_of(some, "end") // DAY - _of(some, "beg") // DAY), 1))
    given = (
        some.select("vid")
        .join(_given(draft, district), on="vid", how="left", maintain_order="left")["given"]
        .fill_null("对症支持")
        .to_numpy()
    )
    outcome = np.where((some["way"] == "5").to_numpy(), "经抢救无效，临床死亡", phrases.some(rng, "outcome", n))
    outcome = np.where((some["way"] == "2").to_numpy(), "病情需要，转上级医院进一步治疗", outcome)
    text = join(
        join("出院诊断：", _NAMES[ill], "。住院", days, "天，予", given.astype(np.str_), "等治疗，"),
        join(_pressure(rng, psn, ill, np.full(n, 9)), "，", outcome, "。"),
        join("出院医嘱：", phrases.some(rng, "advice", n), "。"),
    )
    at = np.maximum(_of(some, "end") - rng.integers(600, 3 * 3600, n), _of(some, "beg") + 600) + np.where(rng.random(n) < 0.04, 2 * DAY, 0)
    return _notes(stays, gone, "discharge", at, text)


def _given(draft: Draft, district: District) -> pl.DataFrame:
    """(vid, given): names of the two drugs that stand on most days of a stay's bill."""
    drug = np.flatnonzero((district.goods.list_type == "101") & (district.goods.use != "fluid"))
    names = pl.DataFrame({"item": np.arange(len(district.goods.code), dtype=np.int32), "name": district.goods.name})
    lines = draft.take("line").filter(pl.col("item").is_in(drug) & (pl.col("origin") < 0)).group_by("vid", "item").len()
    top = (
        lines.sort("len", "item", descending=[True, False])
        .group_by("vid", maintain_order=True)
        .head(2)
        .join(names, on="item", maintain_order="left")
    )
    return top.group_by("vid", maintain_order=True).agg(pl.col("name").str.join("、").alias("given"))


def _operations(draft: Draft, district: District, rng: np.random.Generator, stays: pl.DataFrame) -> pl.DataFrame:
    """The surgeon's note, and the anaesthetist's."""
    place = stays.select("vid", "inst").with_row_index("row")
    done = draft.take("operation").join(place, on="vid", how="inner").sort("vid", "beg")
    n, row = done.height, done["row"].to_numpy().astype(np.int64)
    minutes = np.char.mod("%d", (done["end"] - done["beg"]).to_numpy() // 60)
    told = phrases.filled(rng, phrases.some(rng, "theatre", n))
    text = join("手术名称：", district.goods.name[done["item"].to_numpy()], "。", told, "，手术历时", minutes, "分钟。")
    surgeon = _notes(stays, row, "operation", done["end"].to_numpy() + rng.integers(900, 5 * 3600, n), text, _of(done, "doctor"))
    slept = np.flatnonzero((done["anaesthetist"] >= 0).to_numpy())
    at = done["woken"].to_numpy()[slept] + 300
    sleep = _notes(
        stays, row[slept], "anaesthesia", at, join(phrases.some(rng, "sleep", len(slept)), "。"), _of(done, "anaesthetist")[slept]
    )
    return pl.concat([surgeon, sleep])


def _contacts(draft: Draft, district: District, rng: np.random.Generator, stays: pl.DataFrame) -> pl.DataFrame:
    """Short notes of outpatient contacts."""
    del stays
    some = draft.take("visit").filter((pl.col("bed") == "") & pl.col("med").is_in(["11", "13", "14"]) & (pl.col("doctor") >= 0))
    some = some.filter(
        pl.Series((district.places.rank[some["inst"].to_numpy()] > 0) & (rng.random(some.height) < _BY_DAY), dtype=pl.Boolean)
    )
    n, ill = some.height, _of(some, "ill")
    text = join(phrases.complaints(rng, ill), phrases.some(rng, "onset", n), "。", phrases.signs(rng, ill), "。诊断：", _NAMES[ill], "。")
    return _notes(
        some,
        np.arange(n),
        "prescription",
        _of(some, "end") + rng.integers(20, 900, n),
        join(text, phrases.some(rng, "counter", n), "。"),
    )
