"""How sure the run is of whom: the ring of every subject, member and lead, by node id."""

from __future__ import annotations

import polars as pl

from app.widgets.picture import LABELS, NOT_CULPABLE, ring

_MEMBER = pl.List(pl.Struct({"type": pl.String, "id": pl.String, "role": pl.String}))
WATCH = 0.2
"""A member's ring is never more than 关注: whom a lead names beside its subject is no finding of its own."""


def risks(queue: pl.DataFrame) -> dict[str, int]:
    """Rings of the leads in `queue`; the highest where several leads name one node, none for victims and witnesses."""
    labels = pl.col("type").replace_strict(LABELS, default=None)
    kind, key = (pl.col("subject").str.json_path_match(f"$.{name}") for name in ("type", "id"))
    subjects = queue.select(kind.alias("type"), key.alias("id"), "score")
    members = queue.select(pl.col("members").str.json_decode(_MEMBER), "score").explode("members").drop_nulls("members").unnest("members")
    members = members.filter(~pl.col("role").is_in(NOT_CULPABLE).fill_null(value=False))
    named = pl.concat([subjects, members.select("type", "id", pl.min_horizontal("score", pl.lit(WATCH)).alias("score"))])
    found = named.with_columns(labels.alias("label")).drop_nulls("label").group_by("label", "id").agg(pl.col("score").max())
    people = {f"{label}:{key}": ring(score) for label, key, score in found.iter_rows()}
    leads = {f"Lead:{key}": ring(score) for key, score in queue.select("lead_id", "score").iter_rows()}
    return people | leads
