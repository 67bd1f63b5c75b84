"""The closed list of roles (data-contract 2.1)."""

from __future__ import annotations

CULPABLE = ("organiser", "collector", "recruiter", "prescriber", "provider", "seller", "buyer", "payee", "participant", "insider")
"""The gravest first: who is described in two ways keeps the graver one."""
NOT_CULPABLE = ("victim", "cover", "unknowing", "witness")
ROLES = (*CULPABLE, *NOT_CULPABLE)
