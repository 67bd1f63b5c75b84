"""Nothing in clear on the disk, nothing in clear without a reason, nothing without the key."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import EnvironmentAtFault, InputAtFault, WrongUse
from graph.home import Home
from graph.identity import Identities, Revealed
from graph.ledger import SHANGHAI, Actor, Ledger
from graph.mask import mask

ROOT = Path(__file__).parents[2]
ANALYST = Actor("wang")
PLANTED = {
    "name": "欧阳建国",
    "certificate": "11010519491231002X",
    "phone": "13812342207",
    "address": "石桥镇幸福村三组8号",
    "account": "6222021301123456789",
}
REGISTER = """
import sys
from pathlib import Path
from graph.home import Home
from graph.identity import Identities
with Identities.open(Home(Path(sys.argv[1]))) as identities:
    print(",".join(identities.register("phone", [f"1381234{i:04d}" for i in range(int(sys.argv[2]))])))
"""


@pytest.fixture
def home(tmp_path, monkeypatch) -> Home:
    monkeypatch.setenv("RINGSCOPE_KEYS", str(tmp_path / "keys"))
    return Home(tmp_path / "home")


def test_registering_twice_changes_nothing(home):
    with Identities.open(home) as identities:
        first = identities.register("phone", ["13812342207", "无", "138 1234 2207", "13912341111"])
        assert first == identities.register("phone", ["13812342207", "13800138000", "+86 13812342207", "13912341111"])
    assert first[0] == first[2] != first[3]
    assert first[1] is None
    assert len(first[0]) == 32
    with Identities.open(home) as identities:
        assert identities.pseudonym("phone", "13812342207") == first[0]
        assert identities.pseudonym("phone", "无") is identities.pseudonym("phone", None) is None


def test_kinds_never_meet(home):
    with Identities.open(home) as identities:
        assert identities.pseudonym("phone", "6222021301") != identities.pseudonym("account", "6222021301")


def test_nothing_stands_in_clear_on_the_disk(home):
    with Identities.open(home) as identities:
        for kind, clear in PLANTED.items():
            (h,) = identities.register(kind, [clear])
            identities.masked(kind, h)
            identities.search(kind, clear, actor=ANALYST)
            identities.reveal(kind, h, subject="P1", reason="核对住院记录", actor=ANALYST)
        (home.root / "snapshot.csv").write_text("\n".join(identities.seal([*PLANTED.values()])), encoding="utf-8")
    files = [path for path in home.root.rglob("*") if path.is_file()]
    assert len(files) >= 4
    for path in files:
        data = path.read_bytes()
        for clear in PLANTED.values():
            for encoding in ("utf-8", "gb18030", "utf-16-le"):
                assert clear.encode(encoding) not in data, path


def test_masked(home):
    with Identities.open(home) as identities:
        for kind, clear, shown in (
            ("name", "张建国", "张*国"),
            ("name", "李兰", "李*"),
            ("phone", "13812342207", "138****2207"),
            ("certificate", "11010519491231002X", "110*************2X"),
            ("account", "6222021301123456789", "6222***********6789"),
            ("address", "石桥镇幸福村三组8号", "石桥镇幸福村***"),
        ):
            (h,) = identities.register(kind, [clear])
            assert identities.masked(kind, h) == shown
        assert identities.masked("name", "f" * 32) == identities.masked("name", None) == identities.masked("name", "?") == "未知"
        (h,) = identities.register("name", ["张建国"])
        assert identities.masked_all("name", [h, None, h]) == ["张*国", "未知", "张*国"]


@settings(deadline=None)
@given(st.text(min_size=1, max_size=30).filter(lambda text: "*" not in text))  # a star is what a mask writes: nothing is under it
@pytest.mark.parametrize("kind", ["name", "certificate", "phone", "account", "address"])
def test_a_mask_never_shows_the_whole(kind, clear):
    assert not clear.strip() or mask(kind, clear).strip() != clear.strip() or clear.strip() == "未知"


def test_reveal_writes_the_ledger_first_and_expires(home, monkeypatch):
    with Identities.open(home) as identities:
        (h,) = identities.register("name", ["欧阳建国"])
        revealed = identities.reveal("name", h, subject="P1", reason=" 核对住院记录 ", actor=ANALYST)
        assert revealed.value == "欧阳建国"
        assert "欧阳" not in repr(revealed)
        (entry,) = Ledger(home).tail()
        assert entry["action"] == "identity.reveal"
        assert (entry["actor"], entry["subject"], entry["reason"]) == ({"user": "wang", "role": "analyst"}, "P1", "核对住院记录")
        assert entry["facts"] == {"kind": "name", "h": h}

        def full(*_: object, **__: object) -> int:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Ledger, "append", full)
        with pytest.raises(OSError, match="space"):
            identities.reveal("name", h, subject="P1", reason="核对住院记录", actor=ANALYST)
    late = Revealed("欧阳建国", datetime.now(SHANGHAI) - timedelta(seconds=1))
    with pytest.raises(WrongUse, match="reveal it again"):
        _ = late.value


@pytest.mark.parametrize("reason", ["", "    ", "查看", "abcd"])
def test_reveal_refuses_an_empty_reason(home, reason):
    with Identities.open(home) as identities:
        (h,) = identities.register("name", ["欧阳建国"])
        with pytest.raises(WrongUse, match="reason"):
            identities.reveal("name", h, subject="P1", reason=reason, actor=ANALYST)
    assert Ledger(home).tail() == []


def test_reveal_refuses_a_role_and_an_unknown_pseudonym(home):
    with Identities.open(home) as identities:
        (h,) = identities.register("name", ["欧阳建国"])
        with pytest.raises(WrongUse, match="role"):
            identities.reveal("name", h, subject="P1", reason="核对住院记录", actor=Actor("wang", "guest"))
        with pytest.raises(InputAtFault, match="no phone"):
            identities.reveal("phone", h, subject="P1", reason="核对住院记录", actor=ANALYST)


def test_search_knows_only_what_is_stored(home):
    with Identities.open(home) as identities:
        (h,) = identities.register("name", ["欧阳建国"])
        assert identities.search("name", "欧阳 建国", actor=ANALYST) == h
        assert identities.search("name", "王秀英", actor=ANALYST) is None
        assert identities.search("name", "无", actor=ANALYST) is None
    assert [e["facts"]["found"] for e in Ledger(home).tail()] == [1, 0, 0]


def test_sealed_cells_come_back_whole(home):
    cells = ["欧阳建国", None, "", "同上", "=1+1"]
    with Identities.open(home) as identities:
        sealed = identities.seal(cells)
        assert identities.unseal(sealed) == cells
        assert sealed[0] != identities.seal(cells)[0]
        with pytest.raises(InputAtFault, match="does not open"):
            identities.unseal([sealed[0][:-4] + "AAAA"])
        with pytest.raises(InputAtFault, match="not sealed"):
            identities.unseal(["欧阳建国"])


def test_a_box_moved_under_another_person_does_not_open(home):
    with Identities.open(home) as identities:
        a, b = identities.register("name", ["欧阳建国", "王秀英"])
    database = sqlite3.connect(home.identity / "identities.sqlite")
    (box,) = database.execute("SELECT box FROM sealed WHERE h = ?", (bytes.fromhex(a),)).fetchone()
    database.execute("UPDATE sealed SET box = ? WHERE h = ?", (box, bytes.fromhex(b)))
    database.commit()
    database.close()
    with Identities.open(home) as identities, pytest.raises(InputAtFault, match="moved"):
        identities.masked("name", b)


def test_a_home_opens_only_with_its_own_key(home, tmp_path, monkeypatch):
    with Identities.open(home) as identities:
        identities.register("name", ["欧阳建国"])
    monkeypatch.setenv("RINGSCOPE_KEYS", str(tmp_path / "other keys"))
    with pytest.raises(EnvironmentAtFault, match=r"identity\.key is missing"):
        Identities.open(home)
    assert not (tmp_path / "other keys" / "identity.key").exists()  # never a second key for a sealed home
    with Identities.open(Home(tmp_path / "second home")):
        pass
    with pytest.raises(EnvironmentAtFault, match="another identity key"):
        Identities.open(home)


def test_a_broken_or_open_key_is_refused(home):
    with Identities.open(home):
        pass
    key = home.keys / "identity.key"
    kept = key.read_text(encoding="ascii")
    key.write_text("short", encoding="ascii")
    with pytest.raises(EnvironmentAtFault, match="holds no key"):
        Identities.open(home)
    key.write_text(kept, encoding="ascii")
    key.chmod(0o644)
    with pytest.raises(EnvironmentAtFault, match="chmod 600"):
        Identities.open(home)


def test_keys_inside_the_home_are_refused(home, monkeypatch):
    monkeypatch.setenv("RINGSCOPE_KEYS", str(home.root / "keys"))
    with pytest.raises(EnvironmentAtFault, match="inside the home"):
        Identities.open(home)


def test_keys_and_store_are_the_owners_only(home):
    with Identities.open(home) as identities:
        identities.register("name", ["欧阳建国"])
    assert home.keys.stat().st_mode & 0o777 == 0o700
    assert home.identity.stat().st_mode & 0o777 == 0o700
    for path in (home.keys / "identity.key", home.identity / "identities.sqlite"):
        assert path.stat().st_mode & 0o777 == 0o600


def register(home: Home, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", REGISTER, str(home.root), str(count)]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True)


def test_two_processes_at_first_use_make_one_key(home):
    both = [register(home, 500) for _ in range(2)]
    said = [p.communicate(timeout=60)[0] for p in both]
    assert said[0] == said[1] != ""
    assert [*home.keys.iterdir()] == [home.keys / "identity.key"]


def test_a_killed_registration_leaves_all_or_nothing(home, tmp_path):
    with Identities.open(home) as identities:
        identities.register("name", ["欧阳建国"])
    victim = register(home, 10_000)
    store = home.identity / "identities.sqlite"
    while not Path(f"{store}-journal").exists() and victim.poll() is None:
        time.sleep(0.001)
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    with Identities.open(home) as identities:
        phones = [f"1381234{i:04d}" for i in range(10_000)]
        stored = [identities.masked("phone", identities.pseudonym("phone", p)) != "未知" for p in phones[:50]]
        assert all(stored) or not any(stored)
        assert identities.masked("name", identities.pseudonym("name", "欧阳建国")) == "欧**国"
        assert identities.register("phone", phones)[0] == identities.pseudonym("phone", phones[0])


def test_names_are_shown_while_another_process_registers(home):
    with Identities.open(home) as writer:
        (h,) = writer.register("name", ["欧阳建国"])
        with writer._vault.transaction(), Identities.open(home) as reader:
            assert reader.masked("name", h) == "欧**国"


def test_a_copied_home_opens_nothing(home, tmp_path, monkeypatch):
    with Identities.open(home) as identities:
        identities.register("name", ["欧阳建国"])
    shutil.copytree(home.root, tmp_path / "copy")
    monkeypatch.setenv("RINGSCOPE_KEYS", str(tmp_path / "thief"))
    with pytest.raises(EnvironmentAtFault):
        Identities.open(Home(tmp_path / "copy"))


def test_a_hundred_thousand_values(home):
    with Identities.open(home) as identities:
        hs = identities.register("account", [f"6222{i:012d}" for i in range(100_000)])
    assert len(set(hs)) == 100_000
