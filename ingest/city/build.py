"""How is a city made? Month by month: honest life, planted deeds and look-alikes, then ids, money and files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl

from graph.errors import WrongUse
from ingest.city import claims, dialysis, goodsflow, money, period, pharmacy, records, registers, scenes, stays, stock, visits
from ingest.city.broken import Spoilt, spoilt
from ingest.city.bureau import books, cases, desk, logs
from ingest.city.bureau import money as purse
from ingest.city.district import District, found
from ingest.city.key import Key
from ingest.city.output import Files, Ids
from ingest.city.period import Month
from ingest.city.plot import Plot, plan
from ingest.city.records import tables
from ingest.city.rows import Draft

_INSIDE = ("inscp", "inst", "codes", "lid")
"""Columns of our own that no file shows."""

Wrong = dict[str, object]
Progress = Callable[[str, float | None], None]


def live(district: District, month: Month, plot: Plot) -> Draft:
    """One month of life, with everything that is planted in it."""
    draft = district.draft()
    stays.admit(draft, district, month)
    visits.attend(draft, district, month)
    dialysis.run(draft, district, month, plot.own_dialysis)
    desk.accept(draft, district, month)
    plot.before(draft, district, month)
    pharmacy.sell_for_cash(draft, district, month)
    pharmacy.mark_refunds(draft, month)
    pharmacy.redo(draft, district, month)
    stock.shelve(draft, district, month)
    stock.dispense(draft, district)
    records.write(draft, district, month)
    plot.after(draft, district, month)
    desk.handle(draft, district, month)
    purse.others(draft, district, month)
    purse.lawful(draft, district, month)
    stock.forget(draft, district, month)
    pharmacy.take_back(draft, district)
    stock.rescan(draft, district, month)
    stock.count(draft, district)
    return draft


def _tables(draft: Draft, district: District, month: Month, ids: Ids, *, last: bool) -> dict[str, pl.DataFrame]:
    """Contract table -> the month's rows with marks."""
    rng = district.rng("ids", month.number)
    priced = money.price(draft, district)
    settled = money.settle(draft, district, month, priced)
    key = claims.keys(draft, settled, ids, rng)
    checks = scenes.faces(draft, district, key, ids, rng)
    return {
        "mdtrt_d": claims.visits(draft, district, month, key),
        "setl_d": claims.settlements(settled, district, key),
        "fee_list_d": claims.lines(priced, district, month, key),
        "setl_list_diag_d": claims.diagnoses(draft, district, key, ids, rng),
        "setl_list_oprn_d": claims.operations(draft, district, key, ids, rng),
        "drord_d": claims.orders(draft, district, key, ids, rng),
        "selinfo_3505": goodsflow.sales(draft, district, month, key),
        "drug_trac_3513": goodsflow.uses(draft, district, month, key),
        "purcinfo_3503": goodsflow.purchases(draft, district, month, "purchase"),
        "purcretn_3504": goodsflow.purchases(draft, district, month, "supplier_return"),
        "selretn_3506": goodsflow.returns(draft, district, month, key),
        "invchg_3502": goodsflow.changes(draft, district, month),
        "invinfo_3501": goodsflow.counts(draft, district, month, last=last),
        "face_check": checks.drop("pair"),
        "dialysis_session": scenes.sessions(draft, district, key, ids, rng, checks),
        **tables.every(draft, district, key, ids, rng),
        "handler_log": logs.entries(draft, district, key, ids, rng),
        "duty": logs.duty(district, month),
        "other_payer": purse.payers(draft, district, key, settled),
        "bank_txn": purse.transfers(draft, settled, ids, rng),
        "fund_month": purse.fund(district, month, settled),
    }


def build(out: Path, *, persons: int, months: int, seed: int, progress: Progress | None = None, monthly: bool = False) -> None:
    """Write a synthetic city of `persons` over `months` to out/data and its answer key to out/answer_key.

    Equal arguments give equal bytes. `monthly` writes one delivery a month (out/data/2025-07, ...) instead of one in all.
    Raises WrongUse for sizes without meaning.
    """
    if persons < 1000 or not 1 <= months <= 24:
        raise WrongUse(
            f"{persons} persons x {months} months",
            "at least 1,000 persons and 1 to 24 months",
            "ask for a larger district or a shorter period",
        )
    say = progress or (lambda _text, _share: None)
    say("people and places", 0.0)
    calendar = period.months(months)
    district = found(seed, persons, calendar[-1].end)
    stock.opening(district)
    plot, key, ids, broken = plan(district, calendar), Key(), Ids(seed), list[Wrong]()
    delivery = _Delivery(out / "data" / (calendar[0].label if monthly else ""), persons, seed)
    delivery.begin(district, plot, key, ids)
    for month in calendar:
        say(f"{month.label}: life", 0.9 * month.number / months)
        tables = _tables(live(district, month, plot), district, month, ids, last=month is calendar[-1])
        say(f"{month.label}: rows", 0.9 * (month.number + 0.6) / months)
        key.pay(tables["fee_list_d"])
        delivery.add(district, month, tables, key)
        if monthly:
            broken += delivery.close([month], "append" if month.number else "full")
            delivery = _Delivery(out / "data" / calendar[min(month.number + 1, months - 1)].label, persons, seed)
    if not monthly:
        say("files", 0.9)
        broken += delivery.close(calendar, "full")
    key.write(out / "answer_key", plot.schemes, plot.innocents, plot.ids(district), broken, plot.joined())
    say("done", 1.0)


class _Delivery:
    """One folder of files and what was made wrong in it."""

    def __init__(self, folder: Path, persons: int, seed: int) -> None:
        self.files, self.persons, self.seed = Files(folder, seed), persons, seed
        self.wrong: list[tuple[str, Spoilt]] = []

    def begin(self, district: District, plot: Plot, key: Key, ids: Ids) -> None:
        """Registers, what was said and decided before, and the shelves before the first day."""
        unmarked = (pl.lit(0, pl.Int32).alias("scheme"), pl.lit(0, pl.Int32).alias("story"))
        book = {table: frame.with_columns(*unmarked) for table, frame in (registers.all_of(district) | books.all_of(district)).items()}
        plot.register(book, district)
        public = plot.ids(district)
        for table, frame in book.items():
            key.collect(table, frame)
            self.files.append(table, frame.drop("scheme", "story"))
        self.files.append("clue", cases.clues(district, plot, public, ids))
        self.files.append("case_outcome", cases.outcomes(district, plot, public, ids))
        self.files.append("invinfo_3501", goodsflow.counts(district.draft(), district, None, last=True).drop("scheme", "story"))

    def add(self, district: District, month: Month, tables: Mapping[str, pl.DataFrame], key: Key) -> None:
        """A month's rows; the key remembers the marked ones."""
        for table, frame in tables.items():
            key.collect(table, frame)
            clean = frame.drop("scheme", "story", *(c for c in _INSIDE if c in frame.columns))
            self.files.append(table, clean)
            rng = district.rng("broken", table, month.number)
            self.wrong += [(table, one) for one in spoilt(table, self.files.columns[table], clean, rng)]

    def close(self, calendar: Sequence[Month], kind: str) -> list[Wrong]:
        """Write the files and the manifest; returns the key's entries of rows that are wrong on purpose."""
        cells: dict[str, list[list[str]]] = defaultdict(list)
        for table, one in self.wrong:
            cells[table].append(one.cells)
        counts = self.files.close(cells)
        told: list[Wrong] = []
        for table, one in self.wrong:
            counts[table] += 1
            told.append(
                {
                    "table": table,
                    "file": f"{table}.csv",
                    "record": counts[table],
                    "column": one.column,
                    "value": one.value,
                    "reason": one.reason,
                }
            )
        _manifest(self.files.folder, self.persons, self.seed, calendar, kind)
        return told


def _manifest(folder: Path, persons: int, seed: int, calendar: Sequence[Month], kind: str) -> None:
    first, last = calendar[0].first, calendar[-1]
    end = last.first.replace(day=last.days)
    text = (
        f'source = "synthetic city of {persons} persons, seed {seed}"\nkind = "{kind}"\nperiod = ["{first}", "{end}"]\nsynthetic = true\n'
    )
    (folder / "delivery.toml").write_text(text, encoding="utf-8")
