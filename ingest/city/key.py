"""What really happened? The answer key: schemes, innocents and broken rows, apart from the delivery."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from graph.contract import CONTRACT

_TIMES: Mapping[type, str] = {pl.Datetime: "%Y-%m-%d %H:%M:%S", pl.Date: "%Y-%m-%d"}


@dataclass(frozen=True)
class Member:
    """Someone in a scheme or story: type, index in its register, role of the closed list ("" = none)."""

    type: str
    index: int
    role: str = ""


@dataclass
class Deed:
    """A planted scheme or an innocent look-alike."""

    number: int
    pattern: str
    """Of a scheme its pattern, of an innocent the pattern that it looks like."""
    note: str
    """Of a scheme its difficulty, of an innocent the reason why nothing is wrong."""
    mechanism: str
    members: list[Member] = field(default_factory=list)

    def join(self, type_: str, indexes: Sequence[int], role: str = "") -> None:
        """Name members once."""
        known = {(m.type, m.index) for m in self.members}
        self.members += [Member(type_, int(i), role) for i in dict.fromkeys(int(i) for i in indexes) if (type_, int(i)) not in known]


class Key:
    """Collects the marked rows month by month."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, int], list[dict[str, object]]] = defaultdict(list)
        self.money: dict[int, int] = defaultdict(int)
        self.days: dict[int, list[str]] = defaultdict(list)

    def collect(self, table: str, frame: pl.DataFrame) -> None:
        """Remember the marked rows of a table as it was written (marks `scheme`, `story`)."""
        for mark in ("scheme", "story"):
            for row in self._rows(table, frame.filter(pl.col(mark) > 0), mark):
                number = row.pop("__number")
                self.records[mark, int(str(number))].append({"table": table, "key": row})

    def pay(self, lines: pl.DataFrame) -> None:
        """Add the recoverable money of marked lines: `inscp` in fen, and their days."""
        marked = (
            lines.filter(pl.col("scheme") > 0)
            .group_by("scheme")
            .agg(pl.col("inscp").sum(), pl.col("fee_ocur_time").min().alias("a"), pl.col("fee_ocur_time").max().alias("b"))
        )
        for scheme, fen, first, last in marked.iter_rows():
            self.money[scheme] += fen
            self.days[scheme] += [f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"]

    @staticmethod
    def _rows(table: str, frame: pl.DataFrame, mark: str) -> list[dict[str, object]]:
        if not frame.height:
            return []
        declared = CONTRACT[table]
        names = list(declared.key) or [
            *declared.filled,
            *(c for c in ("drug_trac_codg", "mdtrt_id", "psn_no", "bkkp_sn") if c in frame.columns and c not in declared.filled),
        ]
        shown = [pl.col(n).dt.strftime(_TIMES[type(kind)]) if type(kind := frame.schema[n]) in _TIMES else pl.col(n) for n in names]
        picked = frame.select(pl.col(mark).alias("__number"), *shown).to_dicts()
        return [{k: v for k, v in row.items() if v is not None} for row in picked]

    def write(
        self,
        folder: Path,
        schemes: Sequence[Deed],
        innocents: Sequence[Deed],
        ids: Mapping[str, Sequence[str]],
        broken: Sequence[dict[str, object]],
        rings: Sequence[tuple[str, str, list[Deed]]] = (),
    ) -> None:
        """Write the four files; `ids` gives the public id of each member type, `rings` (kind, difficulty, schemes)."""
        folder.mkdir(parents=True, exist_ok=True)
        # a deed without records is left out: no bed or box was ever there for it, or its occasion never came
        planted = [self._scheme(deed, ids) for deed in schemes if self.records["scheme", deed.number]]
        told = [self._innocent(deed, ids) for deed in innocents if self.records["story", deed.number]]
        joined = [ring for number, parts in enumerate(rings, 1) if (ring := self._ring(number, *parts, ids))]
        for name, entries in (("schemes", planted), ("innocents", told), ("broken_rows", broken), ("rings", joined)):
            text = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
            (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")

    def _scheme(self, deed: Deed, ids: Mapping[str, Sequence[str]]) -> dict[str, object]:
        days = sorted(self.days[deed.number])
        return {
            "scheme_id": f"S{deed.number:04d}",
            "pattern": deed.pattern,
            "difficulty": deed.note,
            "mechanism": deed.mechanism,
            "members": _members(deed, ids),
            "records": self.records["scheme", deed.number],
            "amount_fen": self.money[deed.number],
            "period": [days[0], days[-1]] if days else [],
        }

    def _ring(self, number: int, kind: str, note: str, parts: Sequence[Deed], ids: Mapping[str, Sequence[str]]) -> dict[str, object] | None:
        """An organisation: the schemes of it that have records, None when fewer than two have."""
        acted = [deed for deed in parts if self.records["scheme", deed.number]]
        if len(acted) < 2:
            return None
        whole = Deed(number, "ring", note, kind)
        for deed in acted:
            for member in deed.members:
                whole.join(member.type, [member.index], member.role)
        days = sorted(day for deed in acted for day in self.days[deed.number])
        return {
            "scheme_id": f"R{number:04d}",
            "pattern": acted[0].pattern,
            "difficulty": note,
            "mechanism": kind,
            "part_ids": [f"S{deed.number:04d}" for deed in acted],
            "members": _members(whole, ids),
            "records": [record for deed in acted for record in self.records["scheme", deed.number]],
            "amount_fen": sum(self.money[deed.number] for deed in acted),
            "period": [days[0], days[-1]] if days else [],
        }

    def _innocent(self, deed: Deed, ids: Mapping[str, Sequence[str]]) -> dict[str, object]:
        return {
            "innocent_id": f"I{deed.number:04d}",
            "looks_like": deed.pattern,
            "why": deed.note,
            "story": deed.mechanism,
            "members": _members(deed, ids),
            "records": self.records["story", deed.number],
        }


def _members(deed: Deed, ids: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    return [{"type": m.type, "id": str(ids[m.type][m.index]), **({"role": m.role} if m.role else {})} for m in deed.members]
