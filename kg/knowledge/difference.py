"""What changed between two versions of the library, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from graph.contract import KNOWLEDGE, Table
from kg.knowledge.kinds import KINDS
from kg.knowledge.library import Part
from kg.knowledge.typed import ORIGIN, empty

Frame = Callable[[Part], pl.DataFrame]


@dataclass(frozen=True)
class Change:
    """What became of the rows of one table, or of one kind of points."""

    table: str
    kind: str | None
    added: int
    gone: int
    changed: int
    examples: tuple[str, ...]
    """Some changed or new codes."""

    def words(self) -> tuple[str, str]:
        """The change in Chinese and in English."""
        zh, en = KNOWLEDGE[self.table].zh, self.table
        if self.kind:
            zh, en = (KINDS[self.kind].zh if self.kind in KINDS else self.kind), self.kind
        such = f" ({', '.join(self.examples)})" if self.examples else ""
        return (
            f"{zh}: 新增 {self.added}, 取消 {self.gone}, 变更 {self.changed}{such}",
            f"{en}: {self.added} new, {self.gone} gone, {self.changed} changed{such}",
        )


Difference = tuple[Change, ...]


def difference(before: Sequence[Part], after: Sequence[Part], old: Frame, new: Frame) -> Difference:
    """Changes by table and kind; empty when both say the same. `old` and `new` give the rows of their parts."""

    def frame_of(part: Part) -> pl.DataFrame:
        return old(part) if part in before else new(part)

    if {(p.path, p.layer) for p in before} == {(p.path, p.layer) for p in after}:
        return ()
    return tuple(
        change for table in KNOWLEDGE.values() for change in _changes(table, _rows(table, before, old), _rows(table, after, frame_of))
    )


def _rows(table: Table, parts: Sequence[Part], frame: Frame) -> pl.DataFrame:
    frames = [frame(part).with_columns(pl.lit(part.layer).alias("layer")) for part in parts if part.table == table.name]
    return pl.concat(frames) if frames else empty(table.name).with_columns(pl.lit("", pl.String).alias("layer"))


def _changes(table: Table, before: pl.DataFrame, after: pl.DataFrame) -> Iterator[Change]:
    key = [*table.key, "layer"]
    said = pl.struct([name for name in table.columns if name not in ORIGIN[:3] and name not in key]).hash().alias("said")
    kind = (pl.col("rule_kind") if table.name == "kb_point" else pl.lit(None, pl.String)).alias("of_kind")
    sides = [
        frame.select(*key, said, kind).group_by([*key, "of_kind"]).agg(pl.col("said").sort()).with_columns(here=pl.lit(value=True))
        for frame in (before, after)
    ]
    both = sides[0].join(sides[1], on=[*key, "of_kind"], how="full", coalesce=True, nulls_equal=True, suffix="_new")
    told = both.with_columns(
        added=pl.col("here").is_null(),
        gone=pl.col("here_new").is_null(),
        changed=(pl.col("said") != pl.col("said_new")).fill_null(value=False),
    ).filter(pl.any_horizontal("added", "gone", "changed"))
    name = key[1] if table.name == "kb_point" else key[0]
    for (of_kind,), rows in told.sort(key).group_by("of_kind", maintain_order=True):
        added, gone, changed = (int(rows[column].sum()) for column in ("added", "gone", "changed"))
        examples = rows.filter(pl.col("changed"))[name].head(3).to_list()
        yield Change(table.name, None if of_kind is None else str(of_kind), added, gone, changed, tuple(examples))
