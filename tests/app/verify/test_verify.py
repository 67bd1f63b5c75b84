"""A bundle as it was signed passes; whatever was changed since is named, and nothing in it is ever run."""

from __future__ import annotations

import json
import random
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.evidence.installed import installed
from app.verify import Verdict, verify
from app.verify.fixity import MANIFEST, TAGS, sha256
from app.verify.replay import FINDINGS
from app.verify.signature import PURPOSE, SIGNER, written
from graph.home import Home
from graph.ledger import Ledger
from tests.app.evidence.carried import repacked, unpacked

SIGNATURE = "signatures/ed25519.json"


def judged(path: Path, home: Home | None = None, *, replayed: bool = False) -> Verdict:
    """By the key of `home`, where one is given; findings are computed again only where a test is about them."""
    return verify(path, signer=Ledger(home).public_key() if home else None, installed=installed() if replayed else None)


def named(verdict: Verdict, part: str) -> list[str]:
    return [fault.where for fault in verdict.faults if fault.part == part]


def flipped(content: bytes, at: int) -> bytes:
    """One byte changed into another."""
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def sealed(files: Mapping[str, bytes], key: Ed25519PrivateKey | None = None) -> dict[str, bytes]:
    """The files with manifests that fit them again, as a forger would write them; signed anew where he has a key."""
    made = dict(files)
    if key:
        public = key.public_key().public_bytes_raw().hex()
        info = made["bag-info.txt"].decode().splitlines()
        made["bag-info.txt"] = "".join(f"{SIGNER}: {public}\n" if line.startswith(SIGNER) else f"{line}\n" for line in info).encode()
    made[MANIFEST] = "".join(f"{sha256(c)}  {n}\n" for n, c in sorted(made.items()) if n.startswith("data/")).encode()
    tags = sorted(n for n in made if not n.startswith(("data/", "signatures/")) and n != TAGS)
    made[TAGS] = "".join(f"{sha256(made[n])} {n}\n" for n in tags).encode()
    if key:
        made[SIGNATURE] = written("Ed25519", public, key.sign(PURPOSE + made[TAGS]).hex(), made[TAGS])
    return made


def test_an_untouched_bundle_passes_by_file_and_by_folder(bureau: Home, bundle: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path)

    for path in (bundle, next(tmp_path.iterdir())):
        verdict = judged(path, bureau, replayed=True)
        assert verdict.faults == ()
        assert [signer.expected for signer in verdict.signers] == [True]
        assert {replay.state for replay in verdict.replays} == {"reproduced"}


@pytest.mark.parametrize(
    "name",
    [
        *("data/rows/fee_list_d.jsonl", "data/rules/rules.json", "data/picture/network.svg", "data/picture/network.html"),
        *("data/report/report.pdf", "data/graph/subgraph.json", "data/lead.json", "data/ledger/entries.jsonl", "bag-info.txt"),
    ],
)
def test_a_file_changed_by_one_byte_is_named(bureau: Home, bundle: Path, tmp_path: Path, name: str) -> None:
    files = unpacked(bundle)
    changed = {**files, name: flipped(files[name], len(files[name]) // 2)}

    verdict = judged(repacked(changed, tmp_path / "b.zip"), bureau)

    assert [where.split(" line ")[0] for where in named(verdict, "fixity")] == [name]


@pytest.mark.parametrize("name", [MANIFEST, TAGS, SIGNATURE])
def test_a_changed_manifest_or_signature_is_named(bureau: Home, bundle: Path, tmp_path: Path, name: str) -> None:
    files = unpacked(bundle)

    verdict = judged(repacked({**files, name: flipped(files[name], 30)}, tmp_path / "b.zip"), bureau)

    assert name in [fault.where for fault in verdict.faults]


def test_the_changed_row_is_named_by_its_line(bureau: Home, bundle: Path, tmp_path: Path) -> None:
    files = unpacked(bundle)
    lines = files["data/rows/fee_list_d.jsonl"].splitlines(keepends=True)
    lines[2] = lines[2].replace(b"4800", b"9800")

    verdict = judged(repacked({**files, "data/rows/fee_list_d.jsonl": b"".join(lines)}, tmp_path / "b.zip"), bureau)

    assert named(verdict, "fixity") == ["data/rows/fee_list_d.jsonl line 3"]


def test_any_byte_of_the_file_itself_may_not_change(bureau: Home, bundle: Path, tmp_path: Path) -> None:
    """Headers and directory of the zip included; a sample, the edges among them."""
    whole = bundle.read_bytes()
    places = {0, 5, 12, 30, len(whole) - 1, len(whole) - 6, len(whole) - 22, *random.Random(4).sample(range(len(whole)), 40)}

    for at in sorted(places):
        (tmp_path / "b.zip").write_bytes(flipped(whole, at))
        assert not judged(tmp_path / "b.zip", bureau).ok, f"byte {at}"


def test_a_cut_file_is_refused(bureau: Home, bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(bundle.read_bytes()[:-40])

    assert named(judged(tmp_path / "b.zip", bureau), "container")


def test_a_forger_who_mends_the_manifests_lacks_the_key(bureau: Home, bundle: Path, tmp_path: Path) -> None:
    files = unpacked(bundle)
    changed = {**files, "data/lead.json": files["data/lead.json"].replace(b"reflux_drug", b"phantom_bed")}

    verdict = judged(repacked(sealed(changed), tmp_path / "b.zip"), bureau)

    assert named(verdict, "fixity") == []
    assert TAGS in named(verdict, "signature")
    assert named(verdict, "chain")  # the ledger speaks of another content


def test_signed_again_with_another_key_it_is_of_another_signer(bureau: Home, bundle: Path, tmp_path: Path) -> None:
    forged = repacked(sealed(unpacked(bundle), Ed25519PrivateKey.generate()), tmp_path / "b.zip")

    expecting, stranger = judged(forged, bureau), judged(forged)

    assert [signer.expected for signer in expecting.signers] == [False]
    assert "of another signer" in next(f.seen for f in expecting.faults if f.part == "signature")
    assert [signer.expected for signer in stranger.signers] == [None]
    assert named(stranger, "chain")  # the ledger's checkpoints are the bureau's, whoever signs the bag


def test_an_untouched_bundle_of_another_bureau_is_whole_but_not_ours(bundle: Path) -> None:
    foreign = verify(bundle, signer="00" * 32)

    assert [fault.part for fault in foreign.faults] == ["signature"]
    assert judged(bundle).ok


def test_a_file_that_nobody_listed_and_one_that_is_gone(bureau: Home, bundle: Path, tmp_path: Path) -> None:
    files = {**unpacked(bundle), "data/more.txt": b"x"}
    del files["data/law.json"]

    assert named(judged(repacked(files, tmp_path / "b.zip"), bureau), "fixity") == ["data/law.json", "data/more.txt"]


def bent_rows(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The first sale of every box is gone: honestly sealed, but nothing was sold twice."""
    kept = [line for line in files["data/context/drug_trac_3513.jsonl"].splitlines() if json.loads(line)["fixmedins_code"] != "P1"]
    return {**files, "data/context/drug_trac_3513.jsonl": b"\n".join(kept)}


def test_findings_that_do_not_follow_from_the_rows_differ(bundle: Path, tmp_path: Path) -> None:
    verdict = judged(repacked(sealed(bent_rows(unpacked(bundle))), tmp_path / "b.zip"), replayed=True)

    assert {replay.state for replay in verdict.replays} == {"differs"}


def test_a_foreign_rule_is_said_to_be_foreign_and_is_not_run(bundle: Path, tmp_path: Path) -> None:
    files = unpacked(bundle)
    rules = json.loads(files["data/rules/rules.json"])
    rules[0]["id"] = "theirs"
    findings = [{**finding, "rule_id": "theirs"} for finding in json.loads(files[FINDINGS])]
    changed = {**files, "data/rules/rules.json": json.dumps(rules).encode(), FINDINGS: json.dumps(findings).encode()}

    verdict = judged(repacked(sealed(changed), tmp_path / "b.zip"), replayed=True)

    assert {(replay.state, "foreign rule" in replay.detail) for replay in verdict.replays} == {("not_tested", True)}


def test_text_and_values_from_the_bag_are_never_run(bundle: Path, tmp_path: Path) -> None:
    files = unpacked(bundle)
    target = tmp_path / "written"
    rules = json.loads(files["data/rules/rules.json"])
    name = next(iter(rules[0]["parameters"]))
    rules[0]["parameters"][name]["value"] = f"1); COPY (SELECT 1) TO '{target}'; --"
    changed = {**files, "data/rules/rules.json": json.dumps(rules).encode()}
    changed["data/rules/trace_code_sold_in_two_places.sql.txt"] = f"COPY (SELECT 1) TO '{target}'".encode()

    judged(repacked(sealed(changed), tmp_path / "b.zip"), replayed=True)

    assert not target.exists()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../out.txt", "leads out"),
        ("/out.txt", "leads out"),
        ("bag/../../out.txt", "leads out"),
        ("bag\\out.txt", "leads out"),
        ("C:out", "out"),
    ],
)
def test_a_path_that_leads_out_is_refused_unread(bundle: Path, tmp_path: Path, name: str, says: str) -> None:
    target = tmp_path / "b.zip"
    target.write_bytes(bundle.read_bytes())
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(name, b"x")

    verdict = judged(target)

    assert verdict.files == 0
    assert any(says in fault.seen for fault in verdict.faults)


def test_a_link_is_refused_unread(bundle: Path, tmp_path: Path) -> None:
    target = tmp_path / "b.zip"
    target.write_bytes(bundle.read_bytes())
    link = zipfile.ZipInfo("bag/link")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(link, "/etc/passwd")

    assert "a link" in judged(target).faults[0].seen


@pytest.mark.parametrize("again", ["bag/data/lead.json", "BAG/data/LEAD.json"])
def test_two_files_of_one_name_are_refused(bundle: Path, tmp_path: Path, again: str) -> None:
    target = repacked(unpacked(bundle), tmp_path / "b.zip")
    with zipfile.ZipFile(target, "a") as archive:
        if again == "bag/data/lead.json":
            with pytest.warns(UserWarning, match="Duplicate name"):
                archive.writestr(again, b"{}")
        else:
            archive.writestr(again, b"{}")

    assert [fault.where for fault in judged(target).faults] == [again]


def test_a_bomb_is_refused_unread(bundle: Path, tmp_path: Path) -> None:
    target = repacked(unpacked(bundle), tmp_path / "b.zip")
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bag/data/bomb", bytes(30_000_000))

    assert "zip bomb" in judged(target).faults[0].seen


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.zip").write_bytes(content)

    assert not judged(tmp_path / "b.zip").ok
