"""What verifying a bundle says: each thing that is not as it was signed, who signed, and what was computed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

Part = Literal["container", "fixity", "signature", "chain", "content", "replay"]
State = Literal["reproduced", "differs", "attested", "not_tested"]
PARTS: Mapping[Part, str] = {
    "container": "包装 container",
    "fixity": "完整性 fixity",
    "signature": "签名 signature",
    "chain": "账本 ledger chain",
    "content": "内容 content",
    "replay": "复算 replay",
}


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was signed."""

    part: Part
    where: str
    """File of the bag, with line or byte where it is known."""
    seen: str

    def __str__(self) -> str:
        return f"{PARTS[self.part]}: {self.where}: {self.seen}"


@dataclass(frozen=True)
class Signer:
    """Whose key the signature was made with."""

    algorithm: str
    public_key: str
    expected: bool | None
    """Whether it is the key that the reader expects; None: no key was given to compare with."""


@dataclass(frozen=True)
class Replay:
    """What became of one finding when it was computed again."""

    finding_id: str
    rule_id: str
    kind: str
    """Its class: rows, inputs or attested."""
    state: State
    detail: str = ""


@dataclass(frozen=True)
class Verdict:
    """The answer of `verify`."""

    bundle: str
    facts: Mapping[str, str] = field(default_factory=dict)
    """What the bag says about itself: lead, copy, run, when."""
    files: int = 0
    faults: tuple[Fault, ...] = ()
    signers: tuple[Signer, ...] = ()
    replays: tuple[Replay, ...] = ()

    @property
    def ok(self) -> bool:
        """Nothing was found that is not as it was signed."""
        return not self.faults

    def part(self, part: Part) -> bool:
        """Whether this part holds."""
        return all(fault.part != part for fault in self.faults)

    def to_json(self) -> dict[str, object]:
        return {**asdict(self), "ok": self.ok, "parts": {part: self.part(part) for part in PARTS}}
