"""Rings planted among strangers: what is found, what chance shows, what it costs; the kernels; and the peers in the same run."""

from __future__ import annotations

from pathlib import Path

from app.bench.measure import Figure, at_least, cost_of, within

NODES_A_PERSON = 5
"""The default of 200,000 persons is the issue's million of nodes and five millions of links."""
DRAWS = 20
BLOCKS = 10
"""FRAUDAR finds one block at a time; each block is a pass over all links."""


def figures(_folder: Path, persons: int, _months: int) -> list[Figure]:
    """Everything on one planted graph of `5 x persons` nodes."""
    nodes = NODES_A_PERSON * persons
    ours, rewired = cost_of("rings_ours", nodes), cost_of("rings_rewired", nodes, DRAWS)
    size = f"{nodes:,} nodes, {5 * nodes:,} links, {ours.said['pairs']:,} pairs tested"
    return [
        at_least("rings, recall", ours.said["recall"], 0.95, "", "planted with camouflage 0-80 %"),
        within("rings, FDR", ours.said["fdr"], 0.10, "", f"{ours.said['groups']} groups"),
        within("rings, groups in rewired graphs", rewired.said["groups"], 0, "", f"{rewired.said['draws']} draws"),
        within("rings", ours.said["seconds"], 60, "s", f"{size}, {ours.said['cpu']:.1f} s of CPU"),
        within("rings, peak memory", ours.peak_mb / 1024, 2.5, "GB"),
        *_kernels(nodes),
        *_peers(nodes),
    ]


def _kernels(nodes: int) -> list[Figure]:
    own, networkx = cost_of("rings_kernels", nodes).said, cost_of("rings_networkx", nodes).said
    return [
        within("rings, components", own["wcc"], 1, "s", f"networkx {networkx['wcc']:.1f} s, and {networkx['build']:.1f} s to build"),
        within("rings, Leiden on the graph itself", own["leiden"], 10, "s", "networkx has none of its own"),
        within("rings, projection", own["projection"], 1, "s", f"{nodes // 5:,} x {nodes // 50:,}"),
    ]


def _peers(nodes: int) -> list[Figure]:
    raw, fraudar = cost_of("rings_raw_leiden", nodes), cost_of("rings_fraudar", nodes, BLOCKS)
    return [
        Figure(
            f"rings, peer: {name}",
            f"recall {cost.said['recall']:.3f}, FDR {cost.said['fdr']:.2f} of {cost.said['groups']}, {cost.said['seconds']:.0f} s",
        )
        for name, cost in (("Leiden on the raw projection", raw), (f"FRAUDAR, {BLOCKS} blocks", fraudar))
    ]
