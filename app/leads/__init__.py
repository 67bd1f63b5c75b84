"""From findings to leads: one lead per pattern and subject, with its life, its rank, its sentence and its evidence."""

from __future__ import annotations

from app.leads.reading import Leads
from app.leads.run import Run, run

__all__ = ["Leads", "Run", "run"]
