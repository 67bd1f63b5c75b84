"""The case book: what people decided about leads, and the long work they asked for. Kept apart from runs and from the graph."""

from app.cases.acts import REASONS, Act, Standing
from app.cases.decisions import ChangedMeanwhile, Decisions, dismissals

__all__ = ["REASONS", "Act", "ChangedMeanwhile", "Decisions", "Standing", "dismissals"]
