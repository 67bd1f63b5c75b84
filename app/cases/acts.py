"""What a person may do with a lead, in which state, and what it must say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, get_args

from graph.errors import WrongUse

Name = Literal["assign", "snooze", "dismiss", "reopen", "note"]
State = Literal["open", "snoozed", "dismissed"]

REASONS: Mapping[str, bool] = {
    "innocent": True,  # an innocent explanation holds
    "data_error": True,  # the delivery is wrong, not the people
    "rule_error": True,  # the rule sees what is no offence
    "not_proven": False,  # suspicion stays, evidence cannot be had
    "too_small": False,  # not worth the hours
    "duplicate": False,  # another lead or case has it
}
"""Why a lead is dismissed -> whether that clears those whom it names, which makes the decision a label for rules and scores."""

SHORTEST_TEXT = 4
"""Characters that a written reason has at least."""
FROM: Mapping[Name, tuple[State, ...]] = {
    "assign": ("open", "snoozed"),
    "snooze": ("open", "snoozed"),
    "dismiss": ("open", "snoozed"),
    "reopen": ("snoozed", "dismissed"),
    "note": get_args(State),
}
"""Act -> the states in which it means something."""


@dataclass(frozen=True)
class Standing:
    """Where a lead stands after its last decision; one that nobody has touched is open, with n = 0."""

    lead_id: str
    n: int = 0
    state: State = "open"
    assignee: str = ""
    until: date | None = None
    reason: str = ""
    act: Name | Literal[""] = ""
    text: str = ""
    actor: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Act:
    """What somebody wants to do."""

    name: Name
    text: str = ""
    assignee: str = ""
    """Empty: nobody any more."""
    until: date | None = None
    reason: str = ""

    def on(self, before: Standing, today: date) -> Standing:
        """Where the lead stands afterwards; WrongUse when the act lacks something or means nothing in this state."""
        if before.state not in FROM[self.name]:
            raise WrongUse(
                f"{self.name} on a lead that is {before.state}", "one that is " + " or ".join(FROM[self.name]), "reopen it first"
            )
        if self.name != "assign" and len(self.text.strip()) < SHORTEST_TEXT:
            raise WrongUse(f"{self.name} with the reason {self.text!r}", f"at least {SHORTEST_TEXT} characters", "write why")
        after = replace(before, n=before.n + 1, act=self.name, text=self.text.strip())
        match self.name:
            case "assign":
                return replace(after, assignee=self.assignee.strip())
            case "snooze":
                if self.until is None or self.until <= today:
                    raise WrongUse(f"snooze until {self.until}", f"a day after {today}", "choose the day on which it wakes")
                return replace(after, state="snoozed", until=self.until, reason="")
            case "dismiss":
                if self.reason not in REASONS:
                    raise WrongUse(f"dismiss for {self.reason!r}", "one of: " + ", ".join(REASONS), "choose from the list")
                return replace(after, state="dismissed", until=None, reason=self.reason)
            case "reopen":
                return replace(after, state="open", until=None, reason="")
            case "note":
                return after
