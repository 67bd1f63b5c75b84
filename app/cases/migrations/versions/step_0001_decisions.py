"""Decisions about leads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    texts = ("act", "actor", "role", "state_before", "assignee_before", "state", "assignee", "reason", "text", "run_id")
    op.create_table(
        "decision",
        sa.Column("lead_id", sa.String, primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in texts),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("entry", sa.Integer, nullable=False, unique=True),
    )
