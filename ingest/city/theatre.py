"""Who operates when? One surgeon and one anaesthetist do one operation at a time; each kind has its code, length and implant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.ills import DEPT
from ingest.city.period import DAY
from ingest.city.rows import Draft, rows

_FIRST, _PAUSE = 8 * 3600 + 1800, 20 * 60
"""The first cut of a day, and the time to change the room, in seconds."""


@dataclass(frozen=True)
class Operation:
    """Operation code of the insurance's ICD-9-CM-3 form, minutes, way of anaesthesia (01 general, 02 spinal, 03 local), implant."""

    code: str
    minutes: tuple[int, int]
    anaesthesia: str = "01"
    implant: str = ""
    implants: tuple[int, int] = (1, 1)


OPERATIONS: Mapping[str, Operation] = {
    "胃肠穿孔修补术": Operation("44.4100", (60, 120)),
    "肠粘连松解术": Operation("54.5900", (70, 150)),
    "胆囊切除术": Operation("51.2300", (45, 100)),
    "剖宫产术": Operation("74.9900", (35, 70), "02"),
    "单胎顺产接生": Operation("73.5900", (40, 150), "03"),
    "人工全膝关节置换术": Operation("81.5400", (70, 130), "02", "c_knee"),
    "骨折切开复位内固定术": Operation("79.3200", (60, 140), "02", "c_plate"),
    "白内障超声乳化摘除术": Operation("13.4100", (15, 35), "03", "c_lens"),
    "结肠息肉内镜切除术": Operation("45.4200", (20, 50), "03"),
    "腹股沟疝无张力修补术": Operation("53.0400", (35, 80), "02", "c_mesh"),
    "阑尾切除术": Operation("47.0100", (35, 80)),
    "输尿管镜碎石取石术": Operation("56.0000", (30, 70), "02"),
    "鼻内镜下鼻窦手术": Operation("22.5000", (50, 110)),
    "冠状动脉支架置入术": Operation("36.0700", (40, 110), "03", "c_stent", (1, 3)),
    "子宫肌瘤剔除术": Operation("68.2900", (60, 130)),
}


def known(name: str) -> Operation:
    """What is known of an operation by the name of its item."""
    return OPERATIONS[name]


def perform(draft: Draft, district: District, rng: np.random.Generator, stays: pl.DataFrame, item: Ints, midnight: Ints) -> None:
    """Add one operation for each stay on the day that begins at `midnight`; `item` is what is billed for it."""
    kinds = [known(name) for name in district.goods.name[item].tolist()]
    length = np.array([rng.integers(*kind.minutes) * 60 for kind in kinds], dtype=np.int64)
    surgeon = _surgeons(district, rng, stays, midnight)
    start, helper = np.zeros(len(item), dtype=np.int64), np.full(len(item), -1, dtype=np.int64)
    inst, beg = stays["inst"].to_numpy(), stays["beg"].to_numpy()
    for row in np.lexsort((stays["vid"].to_numpy(), midnight)).tolist():
        sleeper = kinds[row].anaesthesia != "03"
        start[row], helper[row] = _slot(
            district,
            int(inst[row]),
            int(surgeon[row]),
            max(int(midnight[row]), int(beg[row]) + 2700),
            int(length[row]),
            sleeper=sleeper,
        )
    # what the day had no room for is done all the same, but nobody entered it
    left = stays["end"].to_numpy()
    entered = pl.Series((left == 0) | (start + length + 900 < left), dtype=pl.Boolean)
    asleep, before, after = helper >= 0, rng.integers(600, 1400, len(item)), rng.integers(300, 900, len(item))
    draft.add(
        "operation",
        rows(
            "operation",
            len(item),
            vid=stays["vid"],
            item=item,
            beg=start,
            end=start + length,
            doctor=surgeon,
            anaesthetist=helper,
            begun=np.where(asleep, start - before, 0),
            woken=np.where(asleep, start + length + after, 0),
            scheme=stays["scheme"],
            story=stays["story"],
        ).filter(entered),
    )


def _surgeons(district: District, rng: np.random.Generator, stays: pl.DataFrame, midnight: Ints) -> Ints:
    """The attending doctor, or a colleague while that one is away."""
    own = stays["doctor"].to_numpy().astype(np.int64)
    at = midnight + 12 * 3600
    other = district.staff.serve(rng, stays["inst"].to_numpy().astype(np.int64), stays["dept"].to_numpy().astype(np.int64), at)
    return np.where(district.staff.away(own, at), other, own)


def _slot(district: District, inst: int, surgeon: int, earliest: int, length: int, *, sleeper: bool) -> tuple[int, int]:
    """(start, anaesthetist) of the first time at which both are free; marks them busy."""
    busy, day, helper = district.carry.theatre, earliest // DAY, -1
    start = max(day * DAY + _FIRST, earliest, busy.get((surgeon, day), 0))
    count = int(district.staff.count[inst, DEPT["麻醉科"]])
    if sleeper and count:
        first = int(district.staff.first[inst, DEPT["麻醉科"]])
        turns = [(busy.get((first + turn, day), 0), first + turn) for turn in range(count)]
        freed, helper = min(turns, key=lambda one: (max(one[0], start), one[1]))
        start = max(start, freed + 1500)
    start += (surgeon * 7 + inst * 11 + day) % 9 * 60
    busy[surgeon, day] = start + length + _PAUSE
    if helper >= 0:
        busy[helper, day] = start + length + 1000
    return start, helper
