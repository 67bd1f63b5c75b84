"""Made-up records (伪造病历): the paper was written to be shown, not because something was done.

Ways: one patient's progress notes copied to others; laboratory values copied; one picture for many patients; reports of tests before the
patient came or after the patient left.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from ingest.city.cast import Cast
from ingest.city.crimes.house import House, Scene, possible, sends, some, step
from ingest.city.district import District
from ingest.city.key import Deed
from ingest.city.period import DAY
from ingest.city.records.reports import PICTURES
from ingest.city.rows import Draft

WAYS = ("cloned_notes", "copied_values", "one_picture", "impossible_times")
_FEEDS = {"cloned_notes": ("note",), "copied_values": ("test",), "one_picture": ("exam",), "impossible_times": ("exam", "test")}
_PANELS = ("cbc", "liver", "kidney", "coag")
_DONORS = {"easy": 1, "medium": 2, "hard": 4}


@dataclass
class ForgedRecords(House):
    """One institution whose charts are typed for the inspector."""

    pictures: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Use -> the picture that is shown for it, and what it says."""

    def bill(self, scene: Scene) -> None:
        """What the forged paper stands for: rounds that nobody made, tests that nobody did."""
        draft, district, rng = scene.draft, scene.district, scene.rng
        visits = self.stays(draft)
        if self.deed.mechanism != "cloned_notes":
            visits = pl.concat([visits, self.contacts(draft)])
        stands_for = {"cloned_notes": ("round",), "copied_values": _PANELS, "one_picture": PICTURES}
        uses = stands_for.get(self.deed.mechanism, (*PICTURES, *_PANELS))
        items = np.concatenate([district.goods.uses[use] for use in uses])
        lines = self.lines(draft, visits, items)
        billed = visits.filter(pl.col("vid").is_in(lines["vid"].implode()))
        few = some(rng, billed, self.share(rng, easy=(0.7, 0.95), medium=(0.4, 0.65), hard=(0.2, 0.35)), 4)
        lines = lines.filter(pl.col("vid").is_in(few["vid"].implode()))
        draft.amend(lines.select("lid", scheme=pl.lit(self.deed.number, pl.Int32)))

    def write(self, scene: Scene) -> None:
        draft, rng = scene.draft, scene.rng
        mine = draft.take("line").filter(self.mine())
        if self.deed.mechanism == "cloned_notes":
            self._notes(draft, rng, mine)
        elif self.deed.mechanism == "copied_values":
            self._values(draft, rng, mine)
        elif self.deed.mechanism == "one_picture":
            self._picture(draft, scene.district, rng, mine)
        else:
            self._times(draft, rng, mine)

    def _notes(self, draft: Draft, rng: np.random.Generator, mine: pl.DataFrame) -> None:
        """The careful keep the opening of each note and copy what follows."""
        hit = (pl.col("kind") == "progress") & pl.col("vid").is_in(mine["vid"].implode())
        some_of_them = pl.col("at") % 1000 < {"easy": 1000, "medium": 900, "hard": 750}[self.deed.note]
        texts = draft.take("note").filter(hit)["text"]
        if not len(texts):
            return
        donor = texts[rng.permutation(len(texts))[: _DONORS[self.deed.note]].tolist()].str.replace(r"^[^，]*，", "")
        body = pl.lit(donor).gather(pl.col("vid") % len(donor))
        opening = pl.lit("今日查房") if self.deed.note == "easy" else pl.col("text").str.extract(r"^([^，]*)，", 1).fill_null("今日查房")
        self.mark(draft, "note", hit & some_of_them, text=opening + "，" + body)

    def _values(self, draft: Draft, rng: np.random.Generator, mine: pl.DataFrame) -> None:
        """All values of a few donors' reports; the careless use one tube, too."""
        pairs = pl.struct("vid", "item").is_in(mine.select(pl.struct("vid", "item")).to_series().implode())
        tests = draft.take("test").filter(pairs & self.unmarked())
        reports = tests.select("item", "report").unique(maintain_order=True)
        reports = reports[rng.permutation(reports.height).tolist()].with_columns(turn=pl.int_range(pl.len()).over("item"))
        few = reports.filter(pl.col("turn") < _DONORS[self.deed.note])
        donors = tests.join(few, on=["item", "report"], how="inner").select(
            "item", "name", "turn", pl.col("value").alias("copied"), pl.col("sample").alias("tube")
        )
        count = few.group_by("item").agg(donors=pl.len().cast(pl.Int64))
        whole = draft.take("test").join(count, on="item", how="left", maintain_order="left")
        whole = whole.with_columns(turn=pl.col("report") % pl.col("donors")).join(
            donors, on=["item", "name", "turn"], how="left", maintain_order="left"
        )
        forged = pairs & self.unmarked() & pl.col("copied").is_not_null()
        tube = pl.when(forged).then("tube").otherwise("sample") if self.deed.note == "easy" else pl.col("sample")
        number = pl.when(forged).then(pl.lit(self.deed.number, pl.Int32)).otherwise("scheme")
        value = pl.when(forged).then("copied").otherwise("value")
        draft.put("test", whole.with_columns(value=value, sample=tube, scheme=number).drop("donors", "turn", "copied", "tube"))

    def _picture(self, draft: Draft, district: District, rng: np.random.Generator, mine: pl.DataFrame) -> None:
        """A good picture of each kind is used for everybody, month after month."""
        pairs = pl.struct("vid", "item").is_in(mine.select(pl.struct("vid", "item")).to_series().implode())
        exams = draft.take("exam").filter(pairs & (pl.col("image") >= 0) & self.unmarked())
        if not exams.height:
            return
        use = dict(enumerate(district.goods.use.tolist()))
        for item, image, text in exams.unique("item", keep="first", maintain_order=True).select("item", "image", "text").iter_rows():
            self.pictures.setdefault(use[item], (image, text))
        taken = exams.filter(pl.Series(rng.random(exams.height) < {"easy": 1.0, "medium": 0.8, "hard": 0.6}[self.deed.note]))
        shown = {item: self.pictures[use[item]] for item in exams["item"].unique().to_list()}
        image, text = (pl.col("item").replace_strict({item: picture[at] for item, picture in shown.items()}, default=None) for at in (0, 1))
        told = text if self.deed.note == "easy" else pl.col("text")
        self.mark(draft, "exam", pl.col("report").is_in(taken["report"].implode()), image=image, text=told)

    def _times(self, draft: Draft, rng: np.random.Generator, mine: pl.DataFrame) -> None:
        """Done before the patient came, or after the patient had left."""
        pairs = pl.struct("vid", "item").is_in(mine.select(pl.struct("vid", "item")).to_series().implode())
        low, high = {"easy": (DAY, 4 * DAY), "medium": (6 * 3600, 30 * 3600), "hard": (1800, 8 * 3600)}[self.deed.note]
        span = draft.take("visit").select("vid", pl.col("beg").alias("came"), pl.max_horizontal("end", "settled").alias("left"))
        for kind in ("exam", "test"):
            frame = draft.take(kind).join(span, on="vid", how="left", maintain_order="left")
            early = pl.col("report") % 2 == 0
            off = low + (pl.col("report") * 7919) % (high - low)
            at = pl.when(early).then(pl.col("came") - off).otherwise(pl.col("left") + off)
            draft.put(kind, frame)
            some_of_them = pl.col("report") % 100 < {"easy": 100, "medium": 70, "hard": 45}[self.deed.note]
            self.mark(draft, kind, pairs & some_of_them, at=at, reported=at + (pl.col("reported") - pl.col("at")))
            draft.put(kind, draft.take(kind).drop("came", "left"))
        del rng


def plant(cast: Cast, deed: Deed, turn: int) -> ForgedRecords | None:
    """Cast one scheme."""
    step(deed, WAYS, turn)
    inst = possible(cast, deed, WAYS, lambda way: sends(cast, *_FEEDS[way]))
    if inst is None:
        return None
    deed.join("institution", [inst], "provider")
    return ForgedRecords(deed, inst, cast.months(turn, 0.6))
