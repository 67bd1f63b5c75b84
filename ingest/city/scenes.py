"""The face checks and dialysis sessions of a month, with ids and picture hashes."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city.chance import Strings, digits, join, scramble
from ingest.city.claims import MARKS, Keys
from ingest.city.district import District
from ingest.city.output import Ids, moment, take
from ingest.city.rows import Draft


def _pictures(rng: np.random.Generator, repeats: pl.Series, seed: int) -> Strings:
    """Hashes of the captured images: one per capture, equal only where the very same file was sent again."""
    n = len(repeats)
    fresh = np.frombuffer(rng.bytes(32 * n).hex().encode(), dtype="S64").astype("U64")
    again = repeats.to_numpy()
    shared = np.array([np.random.default_rng([seed, int(k), 7]).bytes(32).hex() for k in np.unique(again[again >= 0])] or [""])
    position = np.searchsorted(np.unique(again[again >= 0]), again)
    return np.where(again >= 0, shared[np.minimum(position, len(shared) - 1)], fresh)


def faces(draft: Draft, district: District, key: Keys, ids: Ids, rng: np.random.Generator) -> pl.DataFrame:
    """face_check with marks, and `pair` for the dialysis sessions."""
    frame = draft.take("face").filter(pl.col("at") < district.until).join(key.visits, on="vid", how="left")
    frame = frame.with_columns(check_id=pl.Series(ids.give("check", frame.height, rng))).sort("check_id")
    places, inst = district.places, frame["inst"].to_numpy()
    seen = frame["result"].to_numpy() != "missed"
    template = np.where(
        frame["face"].to_numpy() >= 0, join("FT", digits(scramble(np.maximum(frame["face"].to_numpy(), 0), 40, district.seed + 17), 13)), ""
    )
    n = frame.height
    return frame.select(
        "check_id",
        take(district.people.psn_no, frame["psn"]).alias("psn_no"),
        take(places.code, frame["inst"]).alias("fixmedins_code"),
        moment("at").alias("check_time"),
        pl.col("kind").alias("check_kind"),
        "mdtrt_id",
        pl.Series("device_id", join(places.code[inst], "-", digits(frame["device"].to_numpy().astype(np.int64), 3))),
        "result",
        pl.when(pl.col("result") != "missed").then(pl.col("score")).alias("sim_score"),
        pl.col("live").alias("live_result"),
        pl.Series("template_id", np.where(seen, template, "")),
        pl.Series("image_sha256", np.where(seen, _pictures(rng, frame["picture"], district.seed), "")),
        pl.Series("lnt", (places.lnt[inst] + rng.normal(0, 0.0004, n)).round(5)),
        pl.Series("lat", (places.lat[inst] + rng.normal(0, 0.0004, n)).round(5)),
        "pair",
        *MARKS,
    )


def sessions(draft: Draft, district: District, key: Keys, ids: Ids, rng: np.random.Generator, checks: pl.DataFrame) -> pl.DataFrame:
    """dialysis_session with marks."""
    frame = draft.take("session").filter(pl.col("beg") < district.until).join(key.visits, on="vid", how="left")
    for number, name in ((0, "check_in_id"), (1, "check_out_id")):
        ends = checks.filter((pl.col("pair") >= 0) & (pl.col("pair") % 2 == number)).unique("pair", maintain_order=True)
        frame = frame.join(ends.select(pl.col("pair") // 2, pl.col("check_id").alias(name)), left_on="sid", right_on="pair", how="left")
    frame = frame.with_columns(session_id=pl.Series(ids.give("session", frame.height, rng))).sort("session_id")
    return frame.select(
        "session_id",
        take(district.people.psn_no, frame["psn"]).alias("psn_no"),
        take(district.places.code, frame["inst"]).alias("fixmedins_code"),
        moment("beg").alias("begntime"),
        moment("end").alias("endtime"),
        "mdtrt_id",
        pl.Series("machine_no", join("M", digits(frame["machine"].to_numpy().astype(np.int64), 2))),
        pl.col("before").round(1).alias("weight_before_kg"),
        pl.col("after").round(1).alias("weight_after_kg"),
        take(district.staff.code, frame["nurse"]).alias("nurse_code"),
        "check_in_id",
        "check_out_id",
        *MARKS,
    )
