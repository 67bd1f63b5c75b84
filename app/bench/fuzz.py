"""Files after an accident: never a traceback, never a lost row, never a lost fen, and no accident costs a line that it did not touch.

The tests try 300 of them with each build, the bench 10,000. A file is named by its seed, so that what went wrong can be tried again.
"""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from app.bench.measure import Figure
from app.terminal import progress
from graph.contract import CONTRACT
from graph.errors import InputAtFault, RingscopeError
from ingest import stage
from ingest.delivery import SourceFile
from ingest.judge import OTHER_CONTENT, judge, verdicts
from ingest.read import Measure, measure, read_header
from ingest.reconcile import count
from ingest.stage import Staged

FILES = 10_000
PART = 100
"""Files that one process tries in a row."""
TABLE = CONTRACT["fee_list_d"]
LINES = 12
HEADER = (
    "mdtrt_id,bkkp_sn,setl_id,psn_no,fixmedins_code,fee_ocur_time,med_list_codg,medins_list_name,cnt,pric,det_item_fee_sumamt,"
    "inscp_amt,vali_flag,bilg_dr_name,memo"
)
JUNK = (
    *(b'"', b"'", b",", b"\n", b"\r\n", b"\0", b"\xff", b"\x80", b"\t", b"\\", b'","', b'"a\nb"'),
    *("，".encode(), "张".encode("gb18030"), "张".encode(), b"9" * 30),
)


def figures(_folder: Path, _persons: int, _months: int) -> list[Figure]:
    """What became of the files."""
    parts = [range(first, min(first + PART, FILES)) for first in range(0, FILES, PART)]
    wrong: dict[int, str] = {}
    # spawned, not forked: a database that was opened here must not be known there
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool, progress() as say:
        for part, found in zip(parts, pool.map(_part, parts), strict=True):
            wrong |= found
            if say:
                say(f"mutated files: {part.stop:,} of {FILES:,}", part.stop / FILES)
    told = "".join(f" · {kind}: {n}" for kind, n in Counter(wrong.values()).items()) + (f" · seeds {list(wrong)[:10]}" if wrong else "")
    return [Figure("mutated files with a loss or a traceback", f"{len(wrong)} of {FILES:,}{told}", "0", not wrong)]


def _part(seeds: range) -> dict[int, str]:
    """Seed -> what was lost, where anything was."""
    with TemporaryDirectory(prefix="ringscope-") as work, stage.workshop(Path(work) / "stage") as shop:
        return {seed: said for seed in seeds if (said := _tried(shop, Path(work), seed))}


def _tried(shop: duckdb.DuckDBPyConnection, folder: Path, seed: int) -> str | None:
    try:
        return trial(shop, folder, seed)
    except Exception as error:  # to be counted, whatever it is
        return type(error).__name__


def trial(shop: duckdb.DuckDBPyConnection, folder: Path, seed: int) -> str | None:
    """Read and judge the file of a seed; returns what was lost, if anything was."""
    chance = random.Random(seed)  # noqa: S311 - accidents, not secrets
    lines, hit = mutate(sound(), chance)
    path = folder / "fee_list_d.csv"
    path.write_bytes(chance.choice([b"\n", b"\r\n"]).join(lines))
    shop.execute(f"DROP TABLE IF EXISTS stage.fee_list_d; DROP TABLE IF EXISTS {verdicts(TABLE)}")
    staged = _read(shop, path)
    if staged is None:
        return None if 0 in hit else "a whole file refused"  # only a broken header may cost the file
    try:
        count(shop, staged, None)
    except RingscopeError:
        return "rows or fen that do not add up"
    if _records(shop, staged) != sum(bool(line.strip(b" \t\r\x0b\x0c")) for line in path.read_bytes().split(b"\n")) - 1:
        return "a row lost"
    # a header that lost a column makes every line too long
    return None if 0 in hit or _untouched_are_loaded(shop, lines, hit) else "an untouched line kept out"


def sound() -> list[bytes]:
    """A header and lines of six visits."""
    lines = (
        f"M{n % 3 + 1},B{n:03d},S{n % 3 + 1},P{n % 2 + 1},H51010000001,2025-07-01 08:30:00,001102000010000,诊查费(普通),"
        f"2,7.625,{n}.37,10.10,1,王医生,x"
        for n in range(LINES)
    )
    return [line.encode() for line in (HEADER, *lines)]


def mutate(lines: list[bytes], chance: random.Random) -> tuple[list[bytes], set[int]]:
    """The lines after one to four accidents, and the places of the lines that were hit (0 = header)."""
    hit: set[int] = set()
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(1, len(lines)) if chance.random() < 0.95 else 0
        lines[at] = _accident(lines[at], chance)
        hit.add(at)
    return lines, hit


def _accident(line: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(line) + 1)
    match chance.randrange(5):
        case 0:
            return line[:place] + chance.choice(JUNK) + line[place:]
        case 1:
            return line[:place] + bytes([chance.randrange(256)]) + line[place + 1 :]
        case 2:
            return line[:place] + line[place + chance.randint(1, 30) :]
        case 3:
            fields = line.split(b",")
            fields[chance.randrange(len(fields))] = chance.choice(JUNK)
            return b",".join(fields)
        case _:
            return line[:place]


def _read(shop: duckdb.DuckDBPyConnection, path: Path) -> Staged | None:
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


def _records(shop: duckdb.DuckDBPyConnection, staged: Staged) -> int:
    """Lines that the rows account for: a record, and what of it holds a line feed in its text."""
    texts = [f"coalesce(length({c.name}) - length(replace({c.name}, chr(10), '')), 0)" for c in staged.present if c.kind == "text"]
    (feeds,) = stage.numbers(shop, f"SELECT coalesce(sum({' + '.join(texts) or '0'}), 0) FROM stage.fee_list_d")
    return staged.rows + feeds


def _untouched_are_loaded(shop: duckdb.DuckDBPyConnection, lines: list[bytes], hit: set[int]) -> bool:
    """A mutated line may take the key of a sound one; then both must stay out."""
    columns = "mdtrt_id, bkkp_sn, det_item_fee_sumamt"
    held = shop.execute(f"SELECT {columns} FROM stage.fee_list_d s ANTI JOIN {verdicts(TABLE)} x ON x.rid = s.rowid")
    wanted = {(f"M{(n - 1) % 3 + 1}", f"B{n - 1:03d}", (n - 1) * 100 + 37) for n in range(1, len(lines)) if n not in hit}
    if wanted <= set(held.fetchall()):
        return True
    return stage.numbers(shop, f"SELECT count(*) FROM {verdicts(TABLE)} WHERE reason = '{OTHER_CONTENT}'") != (0,)
