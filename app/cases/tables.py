"""The tables of `cases.db`. Times are naive Shanghai times; nobody's name stands here, only accounts and pseudonyms."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Table(DeclarativeBase):
    """Metadata of the case book; `migrations/` brings a file to it."""


class Decision(Table):
    """One act on one lead, with what the lead stands at afterwards. Rows are only ever added."""

    __tablename__ = "decision"

    lead_id: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    """Counts the decisions about this lead from 1: whoever decides says which was the last that he saw."""
    act: Mapped[str]
    actor: Mapped[str]
    role: Mapped[str]
    at: Mapped[datetime]
    state_before: Mapped[str]
    assignee_before: Mapped[str]
    state: Mapped[str]
    assignee: Mapped[str]
    until: Mapped[date | None]
    """First day on which a snoozed lead is awake again."""
    reason: Mapped[str]
    """Of a dismissal: a key of acts.REASONS."""
    text: Mapped[str]
    run_id: Mapped[str]
    """The run that the person looked at."""
    entry: Mapped[int] = mapped_column(unique=True)
    """Number of the ledger's entry about it."""


class Job(Table):
    """Long work: one command line, run by a process of its own."""

    __tablename__ = "job"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """What it is, for the page that asks: whatif, detect, ..."""
    words: Mapped[list[Any]] = mapped_column(JSON)
    """Arguments of `ringscope`."""
    actor: Mapped[str]
    asked_at: Mapped[datetime]
    state: Mapped[str]
    message: Mapped[str]
    fraction: Mapped[float | None]
    """Share that is done, 0 to 1; unknown while null."""
    pid: Mapped[int | None]
    ended_at: Mapped[datetime | None]
    exit_code: Mapped[int | None]
    cancelled_by: Mapped[str]
