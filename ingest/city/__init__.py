"""A synthetic district: what a bureau would deliver, and apart from it the truth."""

from ingest.city.build import build

__all__ = ["build"]
