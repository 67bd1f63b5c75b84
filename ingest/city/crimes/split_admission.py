"""One treatment cut into several stays (分解住院): a new stay opens a new group and a new allowance, the patient's illness is the old one.

Ways: out and in on one day; a discharge on paper while the patient lies on; home for some days and back under a kindred name; the
second half in a house of the same owner.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import bills, faces, stays
from ingest.city.cast import Cast
from ingest.city.chance import Ints
from ingest.city.crimes.house import House, Scene, some, step, where
from ingest.city.ills import BY_CODE
from ingest.city.key import Deed
from ingest.city.period import DAY

WAYS = ("out_and_in", "lies_on", "kindred_name", "sister_house")
_KIN = {"I25.100": "I20.000", "M54.500": "M51.202", "J20.900": "J18.900", "K29.500": "K21.000", "J44.100": "J18.900", "I10.x00": "I25.100"}
_DAILY = ("bed", "round", "nurse1", "nurse2", "nurse3")


@dataclass
class SplitAdmission(House):
    """One hospital, and the house to which it sends."""

    sister: int

    def bill(self, scene: Scene) -> None:
        rng, draft = scene.rng, scene.draft
        whole = self._whole(scene)
        whole = some(rng, whole, self.share(rng, easy=(0.65, 0.95), medium=(0.4, 0.6), hard=(0.2, 0.35)))
        gap = {"out_and_in": (0, 1), "lies_on": (1, 3), "kindred_name": (1, 4), "sister_house": (0, 2)}[self.deed.mechanism]
        first, last = (whole[name].to_numpy() // DAY for name in ("beg", "end"))
        pause = rng.integers(*gap, whole.height)
        cut = first + 2 + rng.integers(0, 1 << 20, whole.height) % np.maximum(last - first - 3 - pause, 1)
        out = cut * DAY + rng.integers(8 * 3600, 10 * 3600, whole.height)
        soon = out + rng.integers(1800, 4 * 3600, whole.height)
        back = np.where(pause > 0, (cut + pause) * DAY + rng.integers(8 * 3600, 11 * 3600, whole.height), soon)
        table = {"vid": whole["vid"], "new": draft.number("visit", whole.height), "cut": cut, "out": out, "back": back}
        second = whole.with_columns(vid=pl.Series(table["new"]), beg=pl.Series(back), scheme=pl.lit(self.deed.number, pl.Int32))
        if self.deed.mechanism == "kindred_name":
            kin = {BY_CODE[own]: BY_CODE[other] for own, other in _KIN.items()}
            second = second.with_columns(pl.col("ill").replace(kin))
        if self.deed.mechanism == "sister_house":
            second = self._sent(scene, second)
        self._cut(scene, pl.DataFrame(table), second)

    def _whole(self, scene: Scene) -> pl.DataFrame:
        """Long stays without intensive care, whose bill no other deed has touched."""
        draft = scene.draft
        touched = draft.take("line").filter(~self.unmarked() | pl.col("lid").is_in(sorted(scene.draft.claimed)))["vid"]
        grave = draft.take("icu")["vid"]
        long = self.stays(draft, 7)
        return long.filter(~pl.col("vid").is_in(touched.implode()) & ~pl.col("vid").is_in(grave.implode()) & (pl.col("way") != "5"))

    def _sent(self, scene: Scene, second: pl.DataFrame) -> pl.DataFrame:
        """A bed and a doctor of the sister house."""
        district = scene.district
        inst = np.full(second.height, self.sister)
        dept = district.staff.department(district.places, inst, second["dept"].to_numpy().astype(np.int64))
        doctor = district.staff.serve(scene.rng, inst, dept, second["beg"].to_numpy())
        moved = {name: pl.Series(value).cast(second.schema[name]) for name, value in (("inst", inst), ("dept", dept), ("doctor", doctor))}
        return second.with_columns(**moved, bed=stays.extra_beds(district, self.sister, second["beg"].to_numpy(), second["end"].to_numpy()))

    def _cut(self, scene: Scene, table: pl.DataFrame, second: pl.DataFrame) -> None:
        draft = scene.draft
        mine = pl.lit(self.deed.number, pl.Int32)
        visits = draft.take("visit")
        cut = visits.join(table, on="vid", how="left", maintain_order="left")
        hit = pl.col("new").is_not_null()
        ended = {"end": pl.col("out"), "settled": pl.col("out") + 1800, "way": pl.lit("1"), "scheme": mine}
        changed = {name: pl.when(hit).then(value).otherwise(name) for name, value in ended.items()}
        draft.put("visit", pl.concat([cut.with_columns(**changed).select(visits.columns), second]))
        self._lines(scene, table, second)
        self._faces(scene, table, second)
        orders = draft.take("order").join(table, on="vid", how="left", maintain_order="left")
        late = hit & (pl.col("beg") >= pl.col("cut") * DAY)
        number = pl.when(late & (pl.col("number") > 0)).then(pl.col("number") + (pl.col("new") - pl.col("vid")) * 1024).otherwise("number")
        shown = orders.with_columns(number=number, vid=pl.when(late).then("new").otherwise("vid"))
        # the second stay has a standing order of its own
        anew = late.fill_null(value=False) & (pl.col("item") == scene.district.goods.one("nurse2"))
        draft.put("order", shown.filter(~anew).drop("new", "cut", "out", "back"))
        bills.orders(draft, scene.district, scene.rng, second)

    def _lines(self, scene: Scene, table: pl.DataFrame, second: pl.DataFrame) -> None:
        """What was given from the cut on stands on the second bill; nobody charges a bed between the two."""
        draft, daily = scene.draft, np.concatenate([scene.district.goods.uses[use] for use in _DAILY])
        lines = draft.take("line")
        of = table.join(second.select(pl.col("vid").alias("new"), pl.col("doctor").alias("by"), pl.col("dept").alias("at_dept")), on="new")
        whole = lines.join(of, on="vid", how="left", maintain_order="left")
        late = pl.col("new").is_not_null() & (pl.col("at") // DAY >= pl.col("cut"))
        between = late & (pl.col("at") // DAY < pl.col("back") // DAY) & pl.col("item").is_in(daily)
        whole = whole.filter(~between.fill_null(value=False))
        given = {
            "order": pl.col("new") * 1024 + pl.col("item"),
            "at": pl.max_horizontal("at", pl.col("back") + 300 + pl.col("lid") % 900),
            "vid": pl.col("new"),
            "scheme": pl.lit(self.deed.number, pl.Int32),
        }
        if self.deed.mechanism == "sister_house":
            given |= {"doctor": pl.col("by"), "dept": pl.col("at_dept")}
        changed = {name: pl.when(late).then(value).otherwise(name) for name, value in given.items()}
        draft.put("line", whole.with_columns(**changed).select(lines.columns))

    def _faces(self, scene: Scene, table: pl.DataFrame, second: pl.DataFrame) -> None:
        """Who lies on is seen every day; who is at home or elsewhere is not seen here."""
        draft = scene.draft
        checks = draft.take("face")
        seen = checks.join(table, on="vid", how="left", maintain_order="left")
        after = pl.col("new").is_not_null() & (pl.col("at") >= pl.col("back"))
        gap = pl.col("new").is_not_null() & (pl.col("at") > pl.col("out")) & (pl.col("at") < pl.col("back"))
        if self.deed.mechanism == "sister_house":
            draft.put("face", seen.filter(~(after | gap)).select(checks.columns))
            faces.ward(draft, scene.district, scene.rng, second, absent=None, outage=pl.DataFrame())
            return
        if self.deed.mechanism != "lies_on":
            seen = seen.filter(~gap)
        draft.put("face", seen.with_columns(vid=pl.when(after).then("new").otherwise("vid")).select(checks.columns))


def plant(cast: Cast, deed: Deed, turn: int) -> SplitAdmission | None:
    """Cast one scheme; the sister house belongs to the same person."""
    places = cast.district.places
    step(deed, WAYS, turn)
    seen = deed.mechanism == "lies_on"
    inst = where(cast, deed.pattern, lambda one: bool(places.has_faces[one]) or not seen)
    if inst is None:
        return None
    others: Ints = np.setdiff1d(np.concatenate([cast.crooked["wards"], cast.crooked["rehab_hospital"]]), [inst])
    sister = int(cast.rng.choice(others)) if len(others) else inst
    deed.join("institution", [inst], "provider")
    if deed.mechanism == "sister_house":
        places.legal[sister], places.legal_certno[sister] = places.legal[inst], places.legal_certno[inst]
        deed.join("institution", [sister], "provider")
    return SplitAdmission(deed, inst, cast.months(turn, 0.7), sister)
