"""Last words of a dying server, as Neo4j and Java really print them."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.server.logs import KEPT, rotate
from graph.server.place import Memory
from graph.server.trouble import explain


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("Caused by: java.io.IOException: No space left on device", "the disk is full"),
        ("java.net.BindException: Address already in use", "port is taken"),
        ("org.neo4j.io.locker.FileLockException: Lock file has been locked by another process: /h/store_lock.", "one server for one home"),
        ("OpenJDK 64-Bit Server VM warning: There is insufficient memory for the Java Runtime Environment to continue.", "memory"),
        ("2026-11-24 ERROR Failed to start Neo4j: Unrecognized setting. No declared setting with name: x", "Unrecognized setting"),
    ],
)
def test_last_words_become_a_message(words: str, meaning: str) -> None:
    error = explain(f"INFO Starting...\n{words}\n", "Neo4j ended while starting", Path("/logs/console.log"))

    assert meaning in str(error)
    assert "/logs/console.log" in str(error)


def test_logs_are_rotated_and_the_oldest_goes(tmp_path: Path) -> None:
    log = tmp_path / "console.log"
    for number in range(KEPT + 3):
        log.write_text(str(number))
        rotate(log)

    assert sorted(p.name for p in tmp_path.iterdir()) == [f"console.log.{n}" for n in range(1, KEPT + 1)]
    assert (tmp_path / "console.log.1").read_text() == str(KEPT + 2)


def test_neo4j_and_duckdb_stay_under_8_gb_together() -> None:
    memory = Memory.of_machine()

    assert memory.heap + memory.page_cache + 3 * 1024 < 8 * 1024
