"""Cards that turn up together, on several days, far oftener than the places bring strangers together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from graph.significance import benjamini_hochberg, poisson_tail
from kg.rule import Value
from kg.statistics import MEMBER, components, ring_id, rows_of, two_core

READS = ("net_settlement", "household", "dialysis_line")
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("members", pa.list_(MEMBER)), ("setl_d_rows", rows_of("setl_id"))),
        *(("cards", pa.int64()), ("places", pa.int64()), ("days", pa.int64()), ("smallest_share", pa.float64())),
    ]
)

CARDS = """
CREATE OR REPLACE TEMP TABLE card AS
SELECT CAST(ROW_NUMBER() OVER (ORDER BY psn_no) AS INTEGER) AS card, psn_no, MAX(emp_no) AS emp_no FROM net_settlement GROUP BY psn_no"""

# an event is a card at a place in a slot of time; a slot with a crowd in it tells nothing about any two of the crowd
EVENTS = """
CREATE OR REPLACE TEMP TABLE card_event AS
WITH place AS (SELECT fixmedins_code, CAST(ROW_NUMBER() OVER (ORDER BY fixmedins_code) AS INTEGER) AS place
               FROM (SELECT DISTINCT fixmedins_code FROM net_settlement) q),
     event AS (
       SELECT p.card, q.place, n.setl_id, CAST(FLOOR(epoch(n.setl_time)) AS BIGINT) AS second
       FROM net_settlement n JOIN card p ON p.psn_no = n.psn_no JOIN place q ON q.fixmedins_code = n.fixmedins_code
       -- a shift of dialysis patients meets three times a week by the centre's timetable
       ANTI JOIN (SELECT DISTINCT mdtrt_id FROM dialysis_line) d ON d.mdtrt_id = n.mdtrt_id
       WHERE n.setl_time IS NOT NULL AND n.setl_time <> CAST(CAST(n.setl_time AS DATE) AS TIMESTAMP)),
     slot AS (SELECT place, second // CAST($window AS BIGINT) AS slot FROM event
              GROUP BY ALL HAVING COUNT(DISTINCT card) <= CAST($crowd AS BIGINT))
SELECT e.card, e.place, e.setl_id, e.second, e.second // 86400 AS day, s.slot
FROM event e JOIN slot s ON s.place = e.place AND s.slot = e.second // CAST($window AS BIGINT)"""

MEETINGS = """
CREATE OR REPLACE TEMP TABLE meeting AS
SELECT DISTINCT LEAST(a.card, b.card) AS a, GREATEST(a.card, b.card) AS b, a.place, a.day
FROM card_event a
JOIN (SELECT card, place, second, slot FROM card_event UNION ALL SELECT card, place, second, slot - 1 FROM card_event) b
  ON b.place = a.place AND b.slot = a.slot
WHERE a.card <> b.card AND ABS(a.second - b.second) <= CAST($window AS BIGINT)"""

# how readily a place brings any two of its visits together: hours, market days and pension days are in this rate
PAIRS = """
WITH visits AS (SELECT place, card, COUNT(DISTINCT day) AS n FROM card_event GROUP BY ALL),
     busy AS (SELECT place, SUM(n) AS n, SUM(n * n) AS squares FROM visits GROUP BY ALL),
     rate AS (SELECT m.place, COUNT(*) / NULLIF(MAX((CAST(b.n AS DOUBLE) * b.n - b.squares) / 2), 0) AS rate
              FROM meeting m JOIN busy b ON b.place = m.place GROUP BY m.place),
     often AS (SELECT a, b, COUNT(DISTINCT day) AS days FROM meeting GROUP BY a, b HAVING COUNT(DISTINCT day) >= $min_days)
SELECT o.a, o.b, MAX(o.days) AS days, SUM(x.n * y.n * COALESCE(r.rate, 0)) AS expected
FROM often o
JOIN visits x ON x.card = o.a JOIN visits y ON y.card = o.b AND y.place = x.place
LEFT JOIN rate r ON r.place = x.place
GROUP BY o.a, o.b
ORDER BY o.a, o.b"""

TOGETHER = """
SELECT DISTINCT e.card, e.place, e.day, e.second, e.setl_id
FROM card_event e JOIN card_event o ON o.place = e.place AND o.card <> e.card AND ABS(o.second - e.second) <= CAST($window AS BIGINT)
WHERE e.card IN (SELECT UNNEST($cards)) AND o.card IN (SELECT UNNEST($cards))
ORDER BY e.setl_id"""

WHO = """
SELECT c.card, c.psn_no, COALESCE(h.household, c.psn_no) AS household, h.addr_h, c.emp_no,
       (SELECT COUNT(*) FROM card_event e WHERE e.card = c.card) AS events
FROM card c LEFT JOIN household h ON h.psn_no = c.psn_no
WHERE c.card IN (SELECT UNNEST($cards))"""


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per group: cards each of which travels with at least two others of the group."""
    window = int(parameters["window_minutes"]) * 60
    connection.execute(CARDS)
    connection.execute(EVENTS, {"window": window, "crowd": int(parameters["crowd"])})
    connection.execute(MEETINGS, {"window": window})
    pairs = connection.sql(PAIRS, params={"min_days": int(parameters["min_days"])}).pl()
    [met] = connection.execute("SELECT COUNT(*) FROM (SELECT DISTINCT a, b FROM meeting) m").fetchall()
    tail = poisson_tail(pairs["days"].to_numpy().astype(np.int64), pairs["expected"].to_numpy().astype(np.float64))
    stands = benjamini_hochberg(tail, float(parameters["alpha"]), tests=int(met[0]))
    tied = two_core(pairs.filter(pl.Series(stands, dtype=pl.Boolean)).select("a", "b").to_numpy().astype(np.int64))
    rows = [hit for group in components(tied) for hit in _judge(connection, group, window, parameters)]
    for table in ("meeting", "card_event", "card"):
        connection.execute(f"DROP TABLE {table}")
    return pa.Table.from_pylist(rows, schema=ANSWER)


def _judge(
    connection: duckdb.DuckDBPyConnection, group: list[int], window: int, parameters: Mapping[str, Value]
) -> Iterator[dict[str, object]]:
    """The group without companions: a card in another's hand does most of its errands with the others, a companion has her own."""
    who = connection.sql(WHO, params={"cards": group}).pl()
    together = connection.sql(TOGETHER, params={"cards": group, "window": window}).pl()
    share = together.group_by("card").len("joint").join(who, on="card").with_columns(share=pl.col("joint") / pl.col("events"))
    held = share.filter(pl.col("share") >= float(parameters["min_share"]))
    if held["household"].n_unique() < int(parameters["min_group"]) or (held["emp_no"].n_unique() == 1 and held["emp_no"][0] is not None):
        return
    homes = held.drop_nulls("addr_h")["addr_h"].value_counts(sort=True)
    if homes.height and homes["count"][0] >= held.height * float(parameters["residence_share"]):
        return  # a home that takes its residents out together
    cited = together.filter(pl.col("card").is_in(held["card"].to_list()))
    if cited["place"].n_unique() == 1 and not _one_pile(held, cited, parameters):
        return
    cards = sorted(held["psn_no"].to_list())
    yield {
        "subject_type": "ring",
        "subject_id": ring_id("card_collecting", cards),
        "members": [{"type": "patient", "id": card, "role": "participant"} for card in cards],
        "setl_d_rows": [{"setl_id": setl_id, "fen": 0} for setl_id in cited["setl_id"].to_list()],
        "cards": len(cards),
        "places": cited["place"].n_unique(),
        "days": cited["day"].n_unique(),
        "smallest_share": held["share"].min(),
    }


def _one_pile(held: pl.DataFrame, cited: pl.DataFrame, parameters: Mapping[str, Value]) -> bool:
    """Whether cards that meet at one place only lie in one drawer: enough households, nearly all whenever some are there, at any hour."""
    if held["household"].n_unique() < int(parameters["one_place_group"]):
        return False
    stops = cited.group_by("place", "day").agg(cards=pl.col("card").n_unique(), clock=pl.col("second").min() % 86_400)
    present, clock = stops["cards"].to_numpy(), stops["clock"].to_numpy()
    timetable = clock.max() - clock.min() <= float(parameters["timetable_hours"]) * 3600
    return bool(present.mean() >= float(parameters["pile_share"]) * held.height and not timetable)
