"""A town in which boxes are sold twice, the lead that the real rule makes of it, and its bundle."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from app.evidence.bundle import make
from app.leads import Leads
from app.leads.folder import Scope, new_run
from app.leads.run import make_leads
from graph.home import Home
from graph.identity import Identities
from kg.engine import detect
from tests.books import Row, make_book
from tests.kg.crimes import Hours, box, person, pharmacy, sale
from tests.kg.facts import many

RULE = "trace_code_sold_in_two_places"
RUN = "20260301T080000000-0000abcd"
RARE = "朱镕䶮"
"""A name that ordinary font files lack."""
BOXES = 8


def town(root: Path) -> Home:
    """Eight boxes, each sold at P1 and again at P2; nothing else."""
    home = Home(root).make()
    with Identities.open(home) as identities:
        name, *_ = identities.register("name", [RARE])
    people = [person(f"PSN{n}") for n in range(BOXES)]
    sales = [
        sold
        for n in range(BOXES)
        for sold in (
            sale(box(f"8134500000000000{n:04}"), at="P1", to=f"PSN{n}"),
            sale(box(f"8134500000000000{n:04}"), at="P2", to=f"PSN{(n + 3) % BOXES}", after=Hours(240 + n), fen=4_800),
        )
    ]
    tables: dict[str, list[Row]] = defaultdict(list)
    for table, columns in many([pharmacy("P1"), pharmacy("P2"), *people, *sales]).rows:
        tables[table].append({**columns, "psn_name_h": name} if table == "psn_b" else columns)
    make_book(home, tables)
    with new_run(home, RUN) as folder:
        detect(home, run_dir=folder, run_id=RUN, only_rules=[RULE])
        make_leads(home, folder, RUN, Scope(), started=datetime(2026, 3, 1))
    return home


def first_lead(home: Home) -> str:
    return str(Leads.open(home).page()["lead_id"][0])


def carry(home: Home, out: Path, *, full: bool = False, reason: str = "") -> Path:
    """The bundle of the town's first lead."""
    make(home, first_lead(home), out, full=full, reason=reason)
    return out


def unpacked(bundle: Path) -> dict[str, bytes]:
    """Path below the bag's own folder -> content."""
    with zipfile.ZipFile(bundle) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def repacked(files: Mapping[str, bytes], target: Path, root: str = "bag") -> Path:
    """Another zip of these files, as any program would write it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{root}/{name}", content)
    target.write_bytes(buffer.getvalue())
    return target
