"""Every error the product raises on purpose, and the exit code each one means.

RingscopeError
 ├─ InputAtFault        exit 1  the delivery or the answer key is wrong
 ├─ WrongUse            exit 2  the command was asked something it cannot mean
 ├─ EnvironmentAtFault  exit 3  the machine lacks something; the message says what to type
 └─ NotBuiltYet         exit 4  promised by the design, not there yet
"""

from __future__ import annotations


class RingscopeError(Exception):
    """Says what was seen, what was expected and what to do, in that order."""

    exit_code = 1

    def __init__(self, seen: str, expected: str = "", fix: str = "") -> None:
        self.seen, self.expected, self.fix = seen, expected, fix
        super().__init__(seen)

    def __str__(self) -> str:
        parts = (f"seen: {self.seen}", self.expected and f"expected: {self.expected}", self.fix and f"what to do: {self.fix}")
        return "\n".join(part for part in parts if part)


class InputAtFault(RingscopeError):
    exit_code = 1


class WrongUse(RingscopeError):
    exit_code = 2


class EnvironmentAtFault(RingscopeError):
    exit_code = 3


class NotBuiltYet(RingscopeError):
    exit_code = 4

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not built yet", "", "see CHANGELOG.md for what this version does")
