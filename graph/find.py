"""Finding a node by what an investigator can type: a code, or the name of a place or a thing. Persons are found by graph/identity.py."""

from __future__ import annotations

from graph.errors import WrongUse
from graph.nodes import NODES
from graph.picture import PictureNode, node_of, unique
from graph.store import Store

NAMED = ("Institution", "Employer", "Department", "Drug", "ServiceItem", "Consumable")
"""Labels whose `name` is public."""
SHORTEST = 2


def find(store: Store, text: str, *, most: int = 20) -> tuple[PictureNode, ...]:
    """Up to `most` nodes: keys that are `text`, then keys that begin with it, then public names that hold it.

    Raises WrongUse for fewer than two characters.
    """
    asked = text.strip()
    if len(asked) < SHORTEST:
        raise WrongUse(f"{len(asked)} characters to look for", f"at least {SHORTEST}", "give more of the code or of the name")
    found: list[PictureNode | None] = []
    for query in (_union(_IS, tuple(NODES)), _union(_BEGINS, tuple(NODES)), _union(_HOLDS, NAMED)):
        if len(found) < most:
            found += [node_of(row["l"], row["p"]) for row in store.read(query, {"text": asked, "most": most})]
    return unique(node for node in found if node)[:most]


_IS = "MATCH (n:{label} {{`{key}`: $text}})"
_BEGINS = "MATCH (n:{label}) WHERE n.`{key}` STARTS WITH $text"
_HOLDS = "MATCH (n:{label}) WHERE n.name CONTAINS $text"


def _union(match: str, labels: tuple[str, ...]) -> str:
    """One text for all labels, so that the store compiles it once."""
    tail = " RETURN labels(n) AS l, properties(n) AS p LIMIT toInteger($most)"
    return " UNION ALL ".join(match.format(label=label, key=NODES[label].key.name) + tail for label in labels)
