"""How do the desk's log and the rosters look in a delivery?"""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city.chance import stream
from ingest.city.claims import MARKS, Keys
from ingest.city.district import District
from ingest.city.feeds import senders
from ingest.city.output import Ids, moment, take
from ingest.city.period import DAY, Month
from ingest.city.registers import handlers
from ingest.city.rows import Draft


def entries(draft: Draft, district: District, key: Keys, ids: Ids, rng: np.random.Generator) -> pl.DataFrame:
    """handler_log."""
    frame = draft.take("log").with_columns(setl=pl.col("vid") * 2).join(key.settlements, on="setl", how="left", maintain_order="left")
    about = pl.when(pl.col("vid") >= 0).then(pl.lit("setl_d")).otherwise(pl.lit("psn_b"))
    person = take(district.people.psn_no, frame["psn"])
    code = handlers(district)
    return frame.select(
        pl.Series("log_id", ids.give("log", frame.height, rng)),
        take(code, frame["handler"]).alias("opter_id"),
        "action",
        moment("at").alias("log_time"),
        about.alias("object_kind"),
        pl.when(pl.col("vid") >= 0).then("setl_id").otherwise(person).alias("object_id"),
        take(code, frame["reviewer"]).alias("reviewer_id"),
        (pl.lit("10.9.3.") + pl.col("desk").cast(pl.String)).alias("client_ip"),
        *MARKS,
    )


def duty(district: District, month: Month) -> pl.DataFrame:
    """duty: shifts of the doctors whose institutions send rosters, and everybody's leave and journeys there."""
    rng, staff = stream(district.seed, "duty", month.number), district.staff
    sends = senders(district, "duty")[staff.inst] & (staff.kind == "1")
    who, day = np.nonzero(sends[:, None] & np.ones((1, month.days), dtype=bool))
    midnight = month.beg + day * DAY
    # the free day of the week is the one on which `Staff.serve` sends patients to a colleague
    place = who - staff.first[staff.inst[who], staff.dept[who]]
    works = ((place + staff.inst[who]) % 7 != (midnight // DAY) % 7) & ~staff.away(who, midnight + 12 * 3600)
    who, midnight = who[works], midnight[works]
    n = len(who)
    beg = midnight + 8 * 3600 - rng.integers(0, 900, n)
    shifts = (who, beg, midnight + 17 * 3600 + rng.integers(0, 5400, n), np.full(n, "duty"))
    away, turn = np.nonzero((staff.gone >= month.beg) & (staff.gone < np.minimum(staff.back, month.end)) & sends[:, None])
    kind = np.where((away + turn) % 4 == 0, "travel", "leave")
    absences = (away, staff.gone[away, turn], staff.back[away, turn], kind)
    member, begun, ended, kinds = (np.concatenate(pair) for pair in zip(shifts, absences, strict=True))
    frame = pl.DataFrame({"member": member, "beg": begun, "end": ended, "kind": kinds})
    return frame.select(
        take(staff.code, frame["member"]).alias("stff_code"),
        moment("beg").alias("begntime"),
        moment("end").alias("endtime"),
        "kind",
        take(district.places.code[staff.inst], frame["member"]).alias("fixmedins_code"),
        pl.lit(0, pl.Int32).alias("scheme"),
        pl.lit(0, pl.Int32).alias("story"),
    )
