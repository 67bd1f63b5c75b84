"""Decisions about leads: each is one row and one entry of the ledger, and nobody overwrites what he has not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

import polars as pl
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.cases.acts import REASONS, Act, Standing, State
from app.cases.store import Store, now
from app.cases.tables import Decision
from graph.errors import WrongUse
from graph.home import Home
from graph.ledger import Actor, Entry, Ledger

NOT_KEPT = "lead.not_kept"
"""Entry that takes back an earlier one: its decision never reached the case book."""
_STANDING = [getattr(Decision, field.name) for field in fields(Standing)]
SCHEMA: Mapping[str, pl.DataType] = {
    "lead_id": pl.String(), "n": pl.Int64(), "state": pl.String(), "assignee": pl.String(), "until": pl.Date(), "at": pl.Datetime("us"),
}  # fmt: skip
DISMISSAL: Mapping[str, pl.DataType] = {"lead_id": pl.String(), "result": pl.String(), "decided_at": pl.Datetime("us")}


class ChangedMeanwhile(WrongUse):
    """Somebody else decided since the reader looked; `since` holds those decisions, oldest first."""

    def __init__(self, lead_id: str, since: Sequence[Decision]) -> None:
        self.since = tuple(since)
        did = "; ".join(f"{row.actor} {row.act} {row.at:%Y-%m-%d %H:%M}" for row in since)
        super().__init__(f"{lead_id} was changed meanwhile: {did}", "the decision that you saw to be the last", "read it and decide again")


class Decisions:
    """The decisions of one home."""

    def __init__(self, home: Home) -> None:
        self._home, self._store, self._ledger = home, Store(home), Ledger(home)

    def decide(self, lead_id: str, act: Act, *, seen: int, actor: Actor, run_id: str = "", stands: State | None = None) -> Standing:
        """Write the act down; `seen` is the number of the last decision that the actor knows.

        `stands`: where the lead stands in the run `run_id`, if not where the last decision left it (app/cases/standing.py).

        The ledger comes first, the row after it. A crash between the two leaves an entry without a decision, which the next writer takes
        back in the ledger; a decision without an entry cannot be. Raises ChangedMeanwhile, or WrongUse as `Act.on` does.
        """
        with self._store.writing() as session:
            self._take_back(session)
            before = self._standing(session, lead_id)
            if before.n != seen:
                raise ChangedMeanwhile(lead_id, self._since(session, lead_id, seen))
            before = replace(before, state=stands or before.state)
            at = now()
            after = act.on(before, at.date())
            facts = {"n": after.n, "from": before.state, "to": after.state, "assignee": after.assignee, "why": after.reason}
            facts |= {"until": str(after.until)} if after.until else {}
            entry = self._ledger.append(f"lead.{act.name}", actor=actor, subject=lead_id, reason=after.text, facts=facts)
            session.add(_row(before, after, actor=actor, at=at, run_id=run_id, entry=entry))
            session.commit()
        self._ledger.checkpoint()
        return self.standing(lead_id)

    def standing(self, lead_id: str) -> Standing:
        """Where the lead stands now."""
        with self._store.reading() as session:
            return self._standing(session, lead_id)

    def history(self, lead_id: str) -> list[Decision]:
        """Every decision about the lead, oldest first."""
        with self._store.reading() as session:
            return self._since(session, lead_id, 0)

    def last(self) -> int:
        """Number of the ledger entry of the newest decision: it moves whenever anything is decided."""
        with self._store.reading() as session:
            return _last_entry(session)

    def standings(self) -> pl.DataFrame:
        """Every lead that somebody has decided on: `lead_id, n, state, assignee, until, at`."""
        newest = select(Decision.lead_id, func.max(Decision.n).label("n")).group_by(Decision.lead_id).subquery()
        query = select(*(getattr(Decision, name) for name in SCHEMA)).join(
            newest, (Decision.lead_id == newest.c.lead_id) & (Decision.n == newest.c.n)
        )
        with self._store.reading() as session:
            return pl.DataFrame([tuple(row) for row in session.execute(query)], schema=SCHEMA, orient="row")

    def people(self) -> list[str]:
        """Accounts that have decided, or were given a lead."""
        with self._store.reading() as session:
            return sorted({*session.scalars(select(Decision.actor)), *session.scalars(select(Decision.assignee))} - {""})

    def dismissals(self) -> pl.DataFrame:
        """Leads dismissed and not reopened since: `lead_id, result, decided_at`; `cleared` where the reason clears, else
        `set_aside`.
        """
        turns = select(Decision.lead_id, Decision.act, Decision.reason, Decision.at).where(Decision.act.in_(("dismiss", "reopen")))
        with self._store.reading() as session:
            last = {row.lead_id: row for row in session.execute(turns.order_by(Decision.entry))}
        rows = [
            (row.lead_id, "cleared" if REASONS.get(row.reason) else "set_aside", row.at) for row in last.values() if row.act == "dismiss"
        ]
        return pl.DataFrame(rows, schema=DISMISSAL, orient="row")

    def _standing(self, session: Session, lead_id: str) -> Standing:
        query = select(*_STANDING).where(Decision.lead_id == lead_id).order_by(Decision.n.desc()).limit(1)
        found: Row[tuple[object, ...]] | None = session.execute(query).first()
        return Standing(**found._mapping) if found else Standing(lead_id)

    def _since(self, session: Session, lead_id: str, n: int) -> list[Decision]:
        return list(session.scalars(select(Decision).where(Decision.lead_id == lead_id, Decision.n > n).order_by(Decision.n)))

    def _take_back(self, session: Session) -> None:
        """Say of every entry about a decision that was not kept that it was not; nobody else is writing now."""
        entries = self._after(_last_entry(session))
        taken_back = {entry["facts"]["entry"] for entry in entries if entry["action"] == NOT_KEPT}  # type: ignore[index]
        for entry in entries:
            if str(entry["action"]).startswith("lead.") and entry["action"] != NOT_KEPT and entry["n"] not in taken_back:
                number = int(str(entry["n"]))
                self._ledger.append(NOT_KEPT, actor=Actor("ringscope", "system"), subject=str(entry["subject"]), facts={"entry": number})

    def _after(self, number: int) -> list[Entry]:
        """The ledger's entries after that one."""
        asked = 64
        while True:
            entries = self._ledger.tail(asked)
            if len(entries) < asked or int(str(entries[0]["n"])) <= number:
                return [entry for entry in entries if int(str(entry["n"])) > number]
            asked *= 4


def dismissals(home: Home) -> pl.DataFrame:
    """Leads of the home that stand dismissed; looks without making a case book."""
    return Decisions(home).dismissals() if home.cases.exists() else pl.DataFrame(schema=DISMISSAL)


def _row(before: Standing, after: Standing, *, actor: Actor, at: object, run_id: str, entry: int) -> Decision:
    said = {name: getattr(after, name) for name in ("lead_id", "n", "act", "state", "assignee", "until", "reason", "text")}
    who = {"actor": actor.user, "role": actor.role, "at": at, "run_id": run_id, "entry": entry}
    return Decision(**said, **who, state_before=before.state, assignee_before=before.assignee)


def _last_entry(session: Session) -> int:
    return session.scalar(select(func.max(Decision.entry))) or 0
