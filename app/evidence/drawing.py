"""The picture of a lead, laid out once and drawn by Typst: SVG and PNG, and the same inside the report. Its letters are outlines."""

from __future__ import annotations

import json
from importlib.resources import as_file, files
from typing import Any

import networkx as nx
import typst

from app.evidence.case import Case
from app.evidence.fonts import fonts
from app.widgets.picture import Picture
from app.words import CATALOGUE

SEED = 7
PPI = 144
TEMPLATES = files("app") / "assets" / "report"
Drawing = dict[str, Any]


def drawing(case: Case) -> Drawing:
    """Places between 0 and 1 and all that the template needs; the same case gives the same drawing."""
    places = layout(case.picture)
    nodes = [
        {"x": places[n.id][0], "y": places[n.id][1], "name": n.name, "family": n.family, "risk": n.risk, "many": n.count > 1}
        for n in case.picture.nodes
    ]
    edges = [{"from": places[e.source], "to": places[e.target], "line": e.line, "weight": e.weight} for e in case.picture.edges]
    families = {family: CATALOGUE[f"family.{family}"]["zh"] for family in dict.fromkeys(n.family for n in case.picture.nodes)}
    shown = sum(node.count for node in case.picture.nodes)
    caption = f"关系图：{shown:,} / {case.picture.total:,} 个节点，全部由证据行导出；线旁为共同出现的证据行数"
    return {"nodes": nodes, "edges": edges, "legend": families, "caption": caption}


def layout(picture: Picture) -> dict[str, tuple[float, float]]:
    """Node -> place between 0 and 1; without scipy's randomness, so that the same picture lies the same."""
    graph = nx.Graph()
    graph.add_nodes_from(node.id for node in picture.nodes)
    graph.add_edges_from((e.source, e.target) for e in picture.edges)
    found = nx.spring_layout(graph, seed=SEED, k=2.2 / max(1, len(graph)) ** 0.5, iterations=120)
    xs, ys = [float(p[0]) for p in found.values()] or [0.0], [float(p[1]) for p in found.values()] or [0.0]
    wide, high = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
    return {id: (round((float(p[0]) - min(xs)) / wide, 4), round((float(p[1]) - min(ys)) / high, 4)) for id, p in found.items()}


def pictures(drawn: Drawing, watermark: str) -> dict[str, bytes]:
    """Path in the bag -> content."""
    said = {"drawing": json.dumps(drawn, ensure_ascii=False), "watermark": watermark}
    with as_file(TEMPLATES) as folder:
        compiler = typst.Compiler(folder / "network.typ", root=folder, font_paths=fonts(), ignore_system_fonts=True, sys_inputs=said)
        return {
            "picture/network.svg": _one(compiler.compile(format="svg")),
            "picture/network.png": _one(compiler.compile(format="png", ppi=PPI)),
        }


def _one(page: bytes | list[bytes] | None) -> bytes:
    """The only page of a compiled picture."""
    assert isinstance(page, bytes), "the template draws one page"
    return page
