"""Cards of several households that one hand swipes: tied by joint hours beyond chance and habit, grouped, told from innocent groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from graph.rings import Found, Group, Incidence, find_groups
from kg.rings import BRIDGE, MEMBER, TIE, bridges_of, member, shifts_in_time, ties_of
from kg.rule import Value
from kg.statistics import ring_id, rows_of

READS = ("net_settlement", "household", "dialysis_line", "own_face", "consultation")
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("members", pa.list_(MEMBER)), ("setl_d_rows", rows_of("setl_id"))),
        *(("cards", pa.int64()), ("places", pa.int64()), ("days", pa.int64()), ("score", pa.float64()), ("p_value", pa.float64())),
        *(("false_share", pa.float64()), ("draws", pa.int64()), ("ties", pa.list_(TIE)), ("bridges", pa.list_(BRIDGE))),
    ]
)

SWIPES = """
SELECT n.psn_no, n.fixmedins_code, n.setl_id, n.mdtrt_id, n.setl_time, n.emp_no, CAST(FLOOR(epoch(n.setl_time)) AS BIGINT) AS second,
       COALESCE(h.household, 'person ' || n.psn_no) AS household, h.addr_h
FROM net_settlement n
LEFT JOIN household h ON h.psn_no = n.psn_no
-- a shift of dialysis patients meets three times a week by the centre's timetable
ANTI JOIN (SELECT DISTINCT mdtrt_id FROM dialysis_line) d ON d.mdtrt_id = n.mdtrt_id
WHERE n.setl_time IS NOT NULL AND n.setl_time <> CAST(CAST(n.setl_time AS DATE) AS TIMESTAMP)
ORDER BY n.psn_no, second, n.setl_id"""

# one row a joint swipe and face that came with it in that hour: whether it is the holder's usual face, and who signed
SEEN = """
SELECT j.setl_id, j.psn_no, f.template_id, o.template_id IS NOT NULL AS own, c.doctor
FROM joint j
LEFT JOIN face_check f ON f.psn_no = j.psn_no AND f.fixmedins_code = j.fixmedins_code AND f.result = 'pass'
                      AND ABS(CAST(FLOOR(epoch(f.check_time)) AS BIGINT) - j.second) <= 3600
LEFT JOIN own_face o ON o.psn_no = j.psn_no AND o.template_id = f.template_id
LEFT JOIN (SELECT mdtrt_id, MIN(doctor) AS doctor FROM consultation GROUP BY mdtrt_id) c ON c.mdtrt_id = j.mdtrt_id"""

CALLED = """
SELECT p.coner_tel_h AS tel_h, COUNT(*) AS cards,
       (SELECT MIN(o.psn_no) FROM psn_b o WHERE o.tel_h = p.coner_tel_h HAVING COUNT(*) = 1) AS owner
FROM psn_b p
ANTI JOIN fixmedins_b i ON i.tel_h = p.coner_tel_h
WHERE p.psn_no IN (SELECT UNNEST($cards)) AND p.coner_tel_h IS NOT NULL
GROUP BY p.coner_tel_h ORDER BY cards DESC, tel_h LIMIT 1"""

OWNER = """
SELECT MIN(psn_no) AS psn_no FROM own_face WHERE template_id = $face AND psn_no NOT IN (SELECT UNNEST($cards)) HAVING COUNT(*) = 1"""


_MET = pl.any_horizontal(pl.col("card").n_unique().over("place", slot) > 1 for slot in ("slot", "later_slot"))
"""Of the swipes of a group: those beside another card of it."""


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per ring."""
    seconds = int(parameters["slot_minutes"]) * 60
    swipes = (
        connection.sql(SWIPES)
        .pl()
        .with_columns(
            card=pl.col("psn_no").rank("dense").cast(pl.Int64) - 1,
            place=pl.col("fixmedins_code").rank("dense").cast(pl.Int64) - 1,
            slot=pl.col("second") // seconds,
            later_slot=(pl.col("second") + seconds // 2) // seconds,
            home=pl.col("household").rank("dense").cast(pl.Int64),
        )
    )
    found = _search(swipes, parameters)
    cards = swipes["psn_no"].unique().sort()
    rows = [ring for group in found.groups for ring in _judge(connection, swipes, cards, found, group, parameters)]
    return pa.Table.from_pylist(rows, schema=ANSWER)


def _search(swipes: pl.DataFrame, parameters: Mapping[str, Value]) -> Found:
    """Cards in slots of places, dealt anew within each place and week; slots begin at the full hour and half a slot later."""
    home = swipes.group_by("card").agg(pl.col("home").first()).sort("card")["home"].to_numpy()
    return find_groups(
        *(_view(swipes, slot, parameters) for slot in ("slot", "later_slot")),
        alpha=float(parameters["alpha"]),
        draws=int(parameters["draws"]),
        apart=home.astype(np.int64),
    )


def _view(swipes: pl.DataFrame, slot: str, parameters: Mapping[str, Value]) -> Incidence:
    card, place, a_day = swipes["card"].to_numpy(), swipes["place"].to_numpy(), 24 * 60 // int(parameters["slot_minutes"])
    target, habits = shifts_in_time(swipes["place"], swipes[slot], slots_a_day=a_day)
    week = swipes[slot].to_numpy() // (7 * a_day)
    sizes = {"actors": int(card.max(initial=-1)) + 1, "targets": int(target.max(initial=-1)) + 1}
    return Incidence.of(card, target, place * np.int64(100_000) + week % 100_000, **sizes, crowd=int(parameters["crowd"]), habits=habits)


def _judge(
    connection: duckdb.DuckDBPyConnection,
    swipes: pl.DataFrame,
    cards: pl.Series,
    found: Found,
    group: Group,
    parameters: Mapping[str, Value],
) -> Iterator[dict[str, object]]:
    """The group as a ring, unless chance, a home, a firm, a timetable or the holders' own faces explain it."""
    own = swipes.filter(pl.col("card").is_in(group.actors.tolist()))
    joint = own.filter(_MET)
    share = own.group_by("card").len("errands").join(joint.group_by("card").len("joint"), on="card")
    held = share.filter(pl.col("joint") >= float(parameters["min_share"]) * pl.col("errands"))["card"]
    joint = joint.filter(pl.col("card").is_in(held.to_list()))
    joint = joint.filter(_MET)
    if group.false_rate > float(parameters["false_share"]) or _has_reason(joint, parameters):
        return
    connection.register("joint", joint.select("setl_id", "psn_no", "fixmedins_code", "mdtrt_id", "second").to_arrow())
    seen = connection.sql(SEEN).pl()
    connection.unregister("joint")
    # a face that comes with three households' cards is nobody's own, however often it comes
    shared = seen.drop_nulls("template_id").filter(pl.col("psn_no").n_unique().over("template_id") >= int(parameters["min_households"]))
    in_person = seen.filter(pl.col("own")).join(shared, on="template_id", how="anti")["setl_id"].n_unique()
    if in_person >= float(parameters["own_face_share"]) * joint.height:
        return
    members = [*_cards(joint), *_places(joint, parameters), *_behind(connection, joint, seen, shared, parameters)]
    yield {
        "subject_type": "ring",
        "subject_id": ring_id("card_collecting", joint["psn_no"].unique().to_list()),
        "members": members,
        "setl_d_rows": [{"setl_id": setl_id, "fen": 0} for setl_id in joint["setl_id"].unique().sort()],
        "cards": joint["card"].n_unique(),
        "places": joint["place"].n_unique(),
        "days": joint.select(pl.col("setl_time").dt.date().n_unique()).item(),
        **_chance(found, group, cards),
    }


def _chance(found: Found, group: Group, cards: pl.Series) -> dict[str, object]:
    return {
        "score": group.score,
        "p_value": group.p_value,
        "false_share": group.false_rate,
        "draws": found.draws,
        "ties": ties_of(found.ties, group, cards, kind="same_hour"),
        "bridges": bridges_of(found.ties, group, cards),
    }


def _has_reason(joint: pl.DataFrame, parameters: Mapping[str, Value]) -> bool:
    """Too few households; one employer; a home; or one place at one hour of the day."""
    who = joint.group_by("card").agg(pl.col("household", "addr_h", "emp_no").first())
    if who["household"].n_unique() < int(parameters["min_households"]):
        return True
    if who["emp_no"].n_unique() == 1 and who["emp_no"][0] is not None:
        return True
    homes = who.drop_nulls("addr_h")["addr_h"].value_counts(sort=True)
    if homes.height and homes["count"][0] >= float(parameters["residence_share"]) * who.height:
        return True
    clock = joint.group_by("place", pl.col("setl_time").dt.date()).agg(pl.col("second").min() % 86_400)["second"]
    return joint["place"].n_unique() == 1 and np.ptp(clock.to_numpy()) <= float(parameters["timetable_hours"]) * 3600


def _cards(joint: pl.DataFrame) -> list[dict[str, str]]:
    counted = joint.group_by("psn_no").agg(pl.len().alias("swipes"), pl.col("setl_time").dt.date().n_unique().alias("days")).sort("psn_no")
    zh, en = "{} 天里 {} 次与他卡同刻同店刷卡", "on {} days {} swipes beside the other cards"
    return [
        member("patient", psn_no, "participant", zh.format(days, swipes), en.format(days, swipes))
        for psn_no, swipes, days in counted.iter_rows()
    ]


def _places(joint: pl.DataFrame, parameters: Mapping[str, Value]) -> list[dict[str, str]]:
    """A place with more than half of the swipes sells to the hand; of two that share a tour equally either may not know."""
    counted = joint.group_by("fixmedins_code").agg(pl.len().alias("swipes")).sort("fixmedins_code")
    least = float(parameters["behind_share"]) * joint.height
    return [
        member(
            "institution",
            code,
            "seller" if swipes > least else "unknowing",
            f"同刻刷卡 {joint.height} 次中的 {swipes} 次",
            f"{swipes} of {joint.height} joint swipes",
        )
        for code, swipes in counted.iter_rows()
    ]


def _behind(
    connection: duckdb.DuckDBPyConnection, joint: pl.DataFrame, seen: pl.DataFrame, shared: pl.DataFrame, parameters: Mapping[str, Value]
) -> Iterator[dict[str, str]]:
    """Whose number the cards leave, whose face comes with them, who signs for them."""
    cards, half, swipes = joint["psn_no"].unique().to_list(), float(parameters["behind_share"]), joint.height
    for tel_h, named, owner in connection.sql(CALLED, params={"cards": cards}).fetchall():
        if named >= max(half * len(cards), int(parameters["min_households"])):
            why = (f"{len(cards)} 张卡中 {named} 张留此号为联系电话", f"contact number of {named} of {len(cards)} cards")
            yield member("phone", tel_h, "collector", *why)
            yield from [member("patient", owner, "collector", *why)] if owner is not None else []
    face, times = _foremost(shared.unique(["setl_id", "template_id"])["template_id"])
    if face and times >= half * seen.drop_nulls("template_id")["setl_id"].n_unique():
        why = (f"{swipes} 次刷卡中 {times} 次出现同一张脸", f"one face at {times} of {swipes} swipes")
        yield member("face", face, "collector", *why)
        for (psn_no,) in connection.sql(OWNER, params={"face": face, "cards": cards}).fetchall():
            yield member("patient", psn_no, "collector", *why)
    doctor, times = _foremost(seen.unique("setl_id")["doctor"])
    if doctor and times >= float(parameters["doctor_share"]) * swipes:
        yield member("doctor", doctor, "prescriber", f"{swipes} 次就诊中签开 {times} 次", f"signed {times} of {swipes} visits")


def _foremost(names: pl.Series) -> tuple[str | None, int]:
    """The name that stands most often, and how often."""
    counted = names.drop_nulls().value_counts(sort=True)
    return (counted[names.name][0], int(counted["count"][0])) if counted.height else (None, 0)
