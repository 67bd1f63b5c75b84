"""Hand-made answer keys beside hand-made leads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.evaluate import Report, evaluate
from graph.home import Home
from tests.app.leads.findings import Hit, make_run

Entry = Mapping[str, object]
Who = tuple[str, str] | tuple[str, str, str]


def members(*who: Who) -> list[dict[str, str]]:
    return [{"type": w[0], "id": w[1], **({"role": w[2]} if len(w) > 2 else {})} for w in who]


def visits(*ids: str) -> list[Entry]:
    return [{"table": "mdtrt_d", "key": {"mdtrt_id": i}} for i in ids]


def scheme(name: str, pattern: str, who: Sequence[Who], records: Sequence[Entry], *, fen: int = 0, difficulty: str = "easy") -> Entry:
    about = {"scheme_id": name, "pattern": pattern, "difficulty": difficulty, "amount_fen": fen, "period": ["2025-07-01", "2025-07-31"]}
    return {**about, "members": members(*who), "records": list(records)}


def innocent(name: str, who: Sequence[Who], records: Sequence[Entry] = (), *, looks_like: str = "phantom_bed") -> Entry:
    return {"innocent_id": name, "looks_like": looks_like, "why": "leave", "members": members(*who), "records": list(records)}


def write_key(folder: Path, *, schemes: Sequence[Entry] = (), innocents: Sequence[Entry] = (), rings: Sequence[Entry] = ()) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, entries in (("schemes", schemes), ("innocents", innocents), ("rings", rings)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(e, ensure_ascii=False) + "\n" for e in entries), encoding="utf-8")
    return folder


def grade(home: Home, hits: Sequence[Hit], **key: Sequence[Entry]) -> Report:
    """Leads of these hits, graded against this key."""
    make_run(home, *hits)
    return evaluate(home, write_key(home.root.parent / "key", **key))
