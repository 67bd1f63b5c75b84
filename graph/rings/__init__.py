"""Rings over arrays: ties beyond chance, groups in them, and what chance alone would have shown. Knows no book, no server, no pattern."""

from graph.rings.backbone import Backbone, backbone, pairs_met
from graph.rings.chains import find_chains, hops
from graph.rings.chance import Found, Group, find_groups
from graph.rings.incidence import Incidence
from graph.rings.life import Heir, heirs
from graph.rings.loss import share_out
from graph.rings.roles import CULPABLE, NOT_CULPABLE, ROLES
from graph.rings.significance import surprise

__all__ = [
    "CULPABLE",
    "NOT_CULPABLE",
    "ROLES",
    "Backbone",
    "Found",
    "Group",
    "Heir",
    "Incidence",
    "backbone",
    "find_chains",
    "find_groups",
    "heirs",
    "hops",
    "pairs_met",
    "share_out",
    "surprise",
]
