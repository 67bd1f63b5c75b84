"""300 mutated files: never a traceback, never a lost row, never a lost fen, and no mutation costs a line that it did not touch."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import duckdb
import pytest

from graph.contract import CONTRACT
from graph.errors import InputAtFault
from ingest import stage
from ingest.delivery import SourceFile
from ingest.judge import judge, verdicts
from ingest.read import Measure, measure, read_header
from ingest.reconcile import count
from ingest.stage import Staged
from tests.ingest.deliveries import tables, text

TABLE = CONTRACT["fee_list_d"]
LINES = 12
JUNK = (
    *(b'"', b"'", b",", b"\n", b"\r\n", b"\0", b"\xff", b"\x80", b"\t", b"\\", b'","', b'"a\nb"'),
    *("，".encode(), "张".encode("gb18030"), "张".encode(), b"9" * 30),
)


def sound() -> list[bytes]:
    rows = tables()["fee_list_d"]
    many = [{**rows[n % len(rows)], "bkkp_sn": f"B{n:03d}", "det_item_fee_sumamt": f"{n}.37", "memo": "x"} for n in range(LINES)]
    return [line.encode() for line in text(many).splitlines()]


def mutate(lines: list[bytes], chance: random.Random) -> tuple[list[bytes], set[int]]:
    """The lines after one to four accidents, and the places of the lines that were hit (0 = header)."""
    hit: set[int] = set()
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(1, len(lines)) if chance.random() < 0.95 else 0
        line, place = lines[at], chance.randrange(len(lines[at]) + 1)
        kind = chance.randrange(5)
        if kind == 0:
            line = line[:place] + chance.choice(JUNK) + line[place:]
        elif kind == 1:
            line = line[:place] + bytes([chance.randrange(256)]) + line[place + 1 :]
        elif kind == 2:
            line = line[:place] + line[place + chance.randint(1, 30) :]
        elif kind == 3:
            fields = line.split(b",")
            fields[chance.randrange(len(fields))] = chance.choice(JUNK)
            line = b",".join(fields)
        else:
            line = line[:place]
        lines[at] = line
        hit.add(at)
    return lines, hit


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with stage.workshop(tmp_path_factory.mktemp("spill")) as connection:
        yield connection


@pytest.mark.parametrize("seed", range(300))
def test_a_mutated_file(shop: duckdb.DuckDBPyConnection, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    lines, hit = mutate(sound(), chance)
    path = tmp_path / "fee_list_d.csv"
    path.write_bytes(chance.choice([b"\n", b"\r\n"]).join(lines))
    shop.execute(f"DROP TABLE IF EXISTS stage.fee_list_d; DROP TABLE IF EXISTS {verdicts(TABLE)}")
    staged = read(shop, path)
    if staged is None:
        assert 0 in hit, "only a broken header may cost the file"
        return
    counted = count(shop, staged, None)
    assert counted.read == counted.loaded + counted.quarantined + counted.repeated
    nothing_lost(shop, path, staged)
    if 0 not in hit:  # a header that lost a column makes every line too long
        untouched_lines_are_loaded(shop, lines, hit)


def read(shop: duckdb.DuckDBPyConnection, path: Path) -> Staged | None:
    """The judged table; None where the door refuses the file as a whole."""
    file = SourceFile(path, path.name, TABLE.name, "csv")
    try:
        header = read_header(file, shop)
    except InputAtFault:
        return None
    if set(TABLE.required) - set(header.columns):
        return None
    measured: Future[Measure] = Future()
    measured.set_result(measure(path))
    stage.create(shop, TABLE, {column for column in header.columns if column})
    staged = Staged(TABLE, (stage.read_file(shop, file, header, measured, 0),))
    judge(shop, staged, set(), path.parent)
    return staged


def nothing_lost(shop: duckdb.DuckDBPyConnection, path: Path, staged: Staged) -> None:
    """Every line that is not blank is a record, or a part of one that holds the line feed in its text."""
    lines = [line for line in path.read_bytes().split(b"\n") if line.strip(b" \t\r\x0b\x0c")]
    texts = [f"coalesce(length({c.name}) - length(replace({c.name}, chr(10), '')), 0)" for c in staged.present if c.kind == "text"]
    ((feeds,),) = shop.execute(f"SELECT coalesce(sum({' + '.join(texts) or '0'}), 0)::INT FROM stage.fee_list_d").fetchall()
    assert staged.rows + feeds == len(lines) - 1


def untouched_lines_are_loaded(shop: duckdb.DuckDBPyConnection, lines: list[bytes], hit: set[int]) -> None:
    loaded = dict(
        shop.execute(
            f"SELECT bkkp_sn, det_item_fee_sumamt FROM stage.fee_list_d s ANTI JOIN {verdicts(TABLE)} x ON x.rid = s.rowid"
        ).fetchall()
    )
    wanted = {f"B{n - 1:03d}": (n - 1) * 100 + 37 for n in range(1, len(lines)) if n not in hit}
    assert wanted.items() <= loaded.items() or conflicts(shop)


def conflicts(shop: duckdb.DuckDBPyConnection) -> bool:
    """A mutated line may take the key of a sound one; then both must stay out."""
    return bool(shop.execute(f"SELECT 1 FROM {verdicts(TABLE)} WHERE reason LIKE '%same key%'").fetchall())
