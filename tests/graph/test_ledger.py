"""Whatever is done to the ledger afterwards shows, and names the first entry that is not what was written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import EnvironmentAtFault
from graph.home import Home
from graph.ledger import CHECKPOINT_EVERY, Actor, Ledger, _canonical, _digest

ANALYST = Actor("wang")
APPEND = """
import sys
from pathlib import Path
from graph.home import Home
from graph.ledger import Actor, Ledger
ledger = Ledger(Home(Path(sys.argv[1])))
for i in range(40):
    ledger.append("test.turn", actor=Actor(sys.argv[2]), facts={"turn": i})
"""


@pytest.fixture
def home(tmp_path, monkeypatch) -> Home:
    monkeypatch.setenv("RINGSCOPE_KEYS", str(tmp_path / "keys"))
    return Home(tmp_path / "home").make()


def filled(home: Home, entries: int = 12) -> Ledger:
    ledger = Ledger(home)
    for i in range(entries):
        ledger.append("identity.reveal", actor=ANALYST, subject=f"P{i}", reason="核对住院记录", facts={"row": i})
    return ledger


def lines_of(home: Home) -> list[bytes]:
    return (home.ledger / "entries.jsonl").read_bytes().splitlines()


def rewrite(home: Home, lines: list[bytes]) -> None:
    (home.ledger / "entries.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))


def chained_anew(lines: list[bytes]) -> list[bytes]:
    """What a forger does: the whole chain again, with hashes that fit."""
    made, previous = [], "0" * 64
    for number, line in enumerate(lines, 1):
        entry = {**json.loads(line), "n": number, "prev": previous}
        entry["hash"] = previous = _digest(entry)
        made.append(_canonical(entry))
    return made


def test_an_untouched_ledger_holds(home):
    ledger = filled(home, CHECKPOINT_EVERY + 3)
    verdict = ledger.verify()
    assert verdict.holds
    assert (verdict.entries, verdict.signed) == (CHECKPOINT_EVERY + 3, CHECKPOINT_EVERY)
    assert ledger.checkpoint() == CHECKPOINT_EVERY + 3
    assert ledger.verify().signed == CHECKPOINT_EVERY + 3
    assert [e["facts"] for e in ledger.tail(2)] == [{"row": CHECKPOINT_EVERY + 1}, {"row": CHECKPOINT_EVERY + 2}]


def test_what_is_signed_is_not_signed_again(home):
    ledger = filled(home, 3)
    assert ledger.checkpoint() == 3
    before = (home.ledger / "checkpoints.jsonl").read_bytes()
    assert ledger.checkpoint() == 3
    assert (home.ledger / "checkpoints.jsonl").read_bytes() == before
    ledger.append("lead.note", actor=Actor("ann"))
    assert ledger.checkpoint() == 4
    assert ledger.verify().signed == 4


def test_an_empty_ledger_holds(home):
    ledger = Ledger(home)
    assert ledger.verify().holds
    assert ledger.checkpoint() == 0
    assert ledger.tail() == []


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_changed_byte_is_named(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("chain")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RINGSCOPE_KEYS", str(folder / "keys"))
        home = Home(folder / "home").make()
        ledger = filled(home, 6)
        lines = lines_of(home)
        which = data.draw(st.integers(0, 5))
        place = data.draw(st.integers(0, len(lines[which]) - 1))
        other = data.draw(st.integers(32, 126).filter(lambda b: b != lines[which][place]))
        lines[which] = lines[which][:place] + bytes([other]) + lines[which][place + 1 :]
        rewrite(home, lines)
        assert ledger.verify().first_broken == which + 1


def test_a_changed_reason(home):
    ledger = filled(home)
    lines = lines_of(home)
    lines[4] = lines[4].replace("核对".encode(), "好奇".encode())
    rewrite(home, lines)
    assert ledger.verify().first_broken == 5
    assert "changed" in ledger.verify().reason


def test_a_changed_entry_with_a_fitting_hash(home):
    ledger = filled(home)
    lines = lines_of(home)
    entry = json.loads(lines[4]) | {"reason": "其他理由"}
    entry["hash"] = _digest(entry)
    lines[4] = _canonical(entry)
    rewrite(home, lines)
    assert ledger.verify().first_broken == 6  # 5 now has a hash that 6 does not know
    assert "one of the two" in ledger.verify().reason


def test_a_removed_entry(home):
    ledger = filled(home)
    lines = lines_of(home)
    rewrite(home, lines[:4] + lines[5:])
    assert ledger.verify().first_broken == 5
    assert "removed" in ledger.verify().reason


def test_an_inserted_entry(home):
    ledger = filled(home)
    lines = lines_of(home)
    rewrite(home, [*lines[:4], lines[1], *lines[4:]])
    assert ledger.verify().first_broken == 5
    assert "inserted" in ledger.verify().reason


def test_reordered_entries(home):
    ledger = filled(home)
    lines = lines_of(home)
    lines[4], lines[5] = lines[5], lines[4]
    rewrite(home, lines)
    assert ledger.verify().first_broken == 5
    assert "moved" in ledger.verify().reason


def test_a_tail_cut_below_a_checkpoint(home):
    ledger = filled(home)
    ledger.checkpoint()
    rewrite(home, lines_of(home)[:8])
    assert ledger.verify().first_broken == 9
    assert "cut" in ledger.verify().reason


def test_the_whole_file_gone(home):
    ledger = filled(home)
    ledger.checkpoint()
    (home.ledger / "entries.jsonl").unlink()
    assert ledger.verify().first_broken == 1


def test_a_chain_hashed_anew(home):
    ledger = filled(home)
    ledger.checkpoint()
    lines = lines_of(home)
    rewrite(home, chained_anew(lines[:4] + lines[5:] + lines[-1:]))
    verdict = ledger.verify()
    assert not verdict.holds
    assert "signed" in verdict.reason


def test_removed_checkpoints(home):
    ledger = filled(home, 2 * CHECKPOINT_EVERY + 1)
    (home.ledger / "checkpoints.jsonl").write_bytes(b"")
    assert "checkpoints were removed" in ledger.verify().reason


def test_a_forged_checkpoint(home):
    ledger = filled(home, CHECKPOINT_EVERY)
    path = home.ledger / "checkpoints.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"n":20', b'"n":19'))
    assert "checkpoint" in ledger.verify().reason


@pytest.mark.parametrize("kept", [1, 30, 200])
def test_a_line_torn_by_kill_9_is_noted_and_no_break(home, kept):
    ledger = filled(home, 3)
    path = home.ledger / "entries.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]) + lines[2][:kept])
    assert ledger.verify().holds
    assert "cut off" in ledger.verify().reason
    assert ledger.append("test.next", actor=ANALYST) == 4
    noted = ledger.tail(2)[0]
    assert noted["action"] == "ledger.torn_line_removed"
    assert noted["facts"]["bytes"] == kept
    assert ledger.verify().holds
    assert ledger.verify().reason == ""


def test_a_checkpoint_torn_by_kill_9_is_written_over(home):
    ledger = filled(home, CHECKPOINT_EVERY)
    path = home.ledger / "checkpoints.jsonl"
    path.write_bytes(path.read_bytes()[:40])
    assert ledger.verify().holds
    ledger.append("test.next", actor=ANALYST)
    assert ledger.verify().signed == CHECKPOINT_EVERY + 1


def test_two_processes_append_at_once(home):
    command = [sys.executable, "-c", APPEND, str(home.root)]
    both = [subprocess.Popen([*command, user], cwd=Path(__file__).parents[2], env=os.environ) for user in ("li", "zhao")]
    assert [p.wait(60) for p in both] == [0, 0]
    verdict = Ledger(home).verify()
    assert verdict.holds
    assert verdict.entries == 80
    turns = [(e["actor"]["user"], e["facts"]["turn"]) for e in Ledger(home).tail(80)]
    assert sorted(turns) == [(user, i) for user in ("li", "zhao") for i in range(40)]


def test_another_key_never_signs_for_this_home(home, tmp_path, monkeypatch):
    filled(home).checkpoint()
    Ledger(home).append("test", actor=ANALYST)  # something is left to sign
    monkeypatch.setenv("RINGSCOPE_KEYS", str(tmp_path / "other keys"))
    with pytest.raises(EnvironmentAtFault, match="missing"):
        Ledger(home).checkpoint()
    assert Ledger(home).verify().holds  # the public half in the home is enough to check
    Ledger(Home(tmp_path / "second home").make()).append("test", actor=ANALYST)
    Ledger(Home(tmp_path / "second home")).checkpoint()  # now the folder has a key, of another home
    with pytest.raises(EnvironmentAtFault, match="not the key"):
        Ledger(home).checkpoint()
    assert "another key" in Ledger(home).verify().reason


def test_files_are_the_owners_only(home):
    filled(home).checkpoint()
    assert (home.ledger / "entries.jsonl").stat().st_mode & 0o777 == 0o600
    assert (home.keys / "ledger.key").stat().st_mode & 0o777 == 0o600
    assert home.keys.stat().st_mode & 0o777 == 0o700
