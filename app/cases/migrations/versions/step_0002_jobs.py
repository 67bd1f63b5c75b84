"""Long work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.String, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("kind", "actor", "state", "message", "cancelled_by")),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("fraction", sa.Double),
        sa.Column("pid", sa.Integer),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("exit_code", sa.Integer),
    )
