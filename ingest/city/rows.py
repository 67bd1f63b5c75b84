"""What does the city remember of a month? Narrow rows of numbers; names, codes and ids are given when they are written.

Persons, institutions, staff and goods are indexes into their registers; times are seconds since 1970 in local time, money is fen.
`scheme` and `story` (0 = none) mark planted rows and innocent look-alikes; they reach the answer key only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.city.chance import Ints

Value = NDArray[np.generic] | int | float | str | bool | pl.Series
Schema = Mapping[str, tuple[type[pl.DataType], int | float | str | bool]]

_MARKS: Schema = {"scheme": (pl.Int32, 0), "story": (pl.Int32, 0)}

VISIT: Schema = {
    "vid": (pl.Int64, 0),
    "psn": (pl.Int32, 0),
    "inst": (pl.Int32, 0),
    "beg": (pl.Int64, 0),
    "end": (pl.Int64, 0),  # discharge or end of contact
    "med": (pl.String, "11"),
    "dept": (pl.Int16, -1),
    "doctor": (pl.Int32, -1),
    "ill": (pl.Int16, -1),
    "bed": (pl.String, ""),
    "way": (pl.String, ""),
    "cert": (pl.String, "03"),
    "till": (pl.Int16, 1),
    "before": (pl.Int64, -1),
    "newborn": (pl.Boolean, False),
    "refund": (pl.Int64, 0),  # time of the refund, 0 = none
    "settled": (pl.Int64, 0),
    "manual": (pl.String, ""),  # why it was paid back over the bureau's desk, "" = settled on the spot
    "handler": (pl.Int16, -1),
    "body": (pl.Int32, -1),  # who really came, when it was not the holder of the card
    "typed": (pl.Int32, -1),  # the institution at whose desk it was typed in, when it was another
    "invoice": (pl.Int64, -1),  # the visit of the month whose invoice was handed in again
    "region": (pl.String, ""),  # the other region that settled it
    **_MARKS,
}
LINE: Schema = {
    "lid": (pl.Int64, 0),
    "vid": (pl.Int64, 0),
    "item": (pl.Int32, 0),
    "at": (pl.Int64, 0),
    "cnt": (pl.Float64, 1.0),
    "doctor": (pl.Int32, -1),
    "dept": (pl.Int16, -1),
    "order": (pl.Int64, 0),
    "days": (pl.Int16, 0),
    "own": (pl.Int32, -1),  # the shop's own article when it is not the billed item
    "price": (pl.Int64, -1),  # millionths of a yuan; -1 = the list price
    "origin": (pl.Int64, -1),
    "codes": (pl.String, ""),  # trace codes given by a story; "-" = none scanned
    "split": (pl.Boolean, False),
    "off_shelf": (pl.Boolean, False),  # sold, but nothing left the stock
    **_MARKS,
}
SALE: Schema = {  # sales at pharmacies that are no claim (self-pay), and other moves of stock
    "move": (pl.String, "sale"),
    "inst": (pl.Int32, 0),
    "item": (pl.Int32, 0),
    "at": (pl.Int64, 0),
    "cnt": (pl.Float64, 1.0),
    "psn": (pl.Int32, -1),
    "codes": (pl.String, ""),
    "kind": (pl.String, ""),
    "till": (pl.Int16, 1),
    "supplier": (pl.Int32, -1),
    "vid": (pl.Int64, -1),
    "off_shelf": (pl.Boolean, False),
    "split": (pl.Boolean, False),
    **_MARKS,
}
FACE: Schema = {
    "psn": (pl.Int32, 0),
    "inst": (pl.Int32, 0),
    "at": (pl.Int64, 0),
    "kind": (pl.String, ""),
    "vid": (pl.Int64, -1),
    "device": (pl.Int32, 1),
    "result": (pl.String, "pass"),
    "score": (pl.Float64, 0.0),
    "live": (pl.String, "pass"),
    "face": (pl.Int32, -1),  # whose face the camera really saw
    "picture": (pl.Int64, -1),  # >= 0: the very same image as other rows with this number
    "pair": (pl.Int64, -1),
    **_MARKS,
}
SESSION: Schema = {
    "sid": (pl.Int64, 0),
    "psn": (pl.Int32, 0),
    "inst": (pl.Int32, 0),
    "beg": (pl.Int64, 0),
    "end": (pl.Int64, 0),
    "vid": (pl.Int64, -1),
    "machine": (pl.Int16, 1),
    "before": (pl.Float64, 0.0),
    "after": (pl.Float64, 0.0),
    "nurse": (pl.Int32, -1),
    **_MARKS,
}
ORDER: Schema = {
    "vid": (pl.Int64, 0),
    "beg": (pl.Int64, 0),
    "end": (pl.Int64, 0),
    "kind": (pl.String, ""),
    "text": (pl.String, ""),
    "doctor": (pl.Int32, -1),
    "item": (pl.Int32, -1),
    "number": (pl.Int64, 0),  # the order number of the lines that it explains; 0 = none
    "dose": (pl.Float64, 0.0),
    "unit": (pl.String, ""),
    "route": (pl.String, ""),
    **_MARKS,
}
OPERATION: Schema = {
    "vid": (pl.Int64, 0),
    "item": (pl.Int32, 0),
    "beg": (pl.Int64, 0),
    "end": (pl.Int64, 0),
    "doctor": (pl.Int32, -1),
    "anaesthetist": (pl.Int32, -1),
    "begun": (pl.Int64, 0),  # of the anaesthesia, 0 = none
    "woken": (pl.Int64, 0),
    **_MARKS,
}
NOTE: Schema = {
    "vid": (pl.Int64, 0),
    "kind": (pl.String, "progress"),
    "at": (pl.Int64, 0),
    "text": (pl.String, ""),
    "author": (pl.Int32, -1),
    **_MARKS,
}
EXAM: Schema = {
    "report": (pl.Int64, 0),
    "vid": (pl.Int64, 0),
    "item": (pl.Int32, 0),
    "at": (pl.Int64, 0),
    "reported": (pl.Int64, 0),
    "author": (pl.Int32, -1),
    "text": (pl.String, ""),
    "image": (pl.Int64, -1),  # one number an exposure; the same number twice = the same picture
    **_MARKS,
}
TEST: Schema = {
    "report": (pl.Int64, 0),
    "vid": (pl.Int64, 0),
    "item": (pl.Int32, 0),
    "sample": (pl.Int64, 0),
    "at": (pl.Int64, 0),
    "reported": (pl.Int64, 0),
    "author": (pl.Int32, -1),
    "name": (pl.String, ""),
    "value": (pl.String, ""),
    "unit": (pl.String, ""),
    **_MARKS,
}
IMPLANT: Schema = {
    "vid": (pl.Int64, 0),
    "item": (pl.Int32, 0),
    "at": (pl.Int64, 0),
    "cnt": (pl.Float64, 1.0),
    "doctor": (pl.Int32, -1),
    "barcode": (pl.Int64, 0),  # serial of the article that was opened
    **_MARKS,
}
VITAL: Schema = {
    "vid": (pl.Int64, 0),
    "at": (pl.Int64, 0),
    "temperature": (pl.Float64, 36.5),
    "pulse": (pl.Float64, 76.0),
    "resp": (pl.Float64, 18.0),
    "sbp": (pl.Float64, 124.0),
    "dbp": (pl.Float64, 78.0),
    "nurse": (pl.Int32, -1),
    **_MARKS,
}
ICU: Schema = {"vid": (pl.Int64, 0), "beg": (pl.Int64, 0), "end": (pl.Int64, 0), **_MARKS}
THERAPY: Schema = {
    "vid": (pl.Int64, 0),
    "item": (pl.Int32, 0),
    "beg": (pl.Int64, 0),
    "end": (pl.Int64, 0),
    "therapist": (pl.Int32, -1),
    "equipment": (pl.Int32, -1),
    **_MARKS,
}
STORE: Schema = {  # moves of a hospital's own store: drugs and consumables
    "inst": (pl.Int32, 0),
    "item": (pl.Int32, 0),
    "move": (pl.String, "108"),  # as in 3502: 108 bought, 107 to a department, 106 back from it, 103 and 104 found and lost at the count
    "at": (pl.Int64, 0),
    "cnt": (pl.Float64, 1.0),
    "dept": (pl.Int16, -1),
    **_MARKS,
}
LOG: Schema = {
    "handler": (pl.Int16, 0),
    "action": (pl.String, ""),
    "at": (pl.Int64, 0),
    "vid": (pl.Int64, -1),  # the settlement that it is about, else the person
    "psn": (pl.Int32, -1),
    "reviewer": (pl.Int16, -1),
    "desk": (pl.Int32, 1),  # the machine from which it was done
    **_MARKS,
}
TXN: Schema = {
    "payer": (pl.String, ""),
    "payee": (pl.String, ""),
    "payer_name": (pl.String, ""),
    "payee_name": (pl.String, ""),
    "amount": (pl.Int64, -1),  # fen; -1 = what the fund paid for `vid`
    "at": (pl.Int64, 0),
    "vid": (pl.Int64, -1),
    "note": (pl.String, ""),
    **_MARKS,
}
PAYER: Schema = {
    "vid": (pl.Int64, 0),
    "kind": (pl.String, "commercial"),
    "at": (pl.Int64, 0),
    "share": (pl.Float64, 1.0),  # of what the fund left to the patient; above 1 = more than that
    "invoice": (pl.Boolean, True),  # the same invoice was handed in
    **_MARKS,
}
SCHEMAS: Mapping[str, Schema] = {
    "visit": VISIT,
    "line": LINE,
    "sale": SALE,
    "face": FACE,
    "session": SESSION,
    "order": ORDER,
    "operation": OPERATION,
    "note": NOTE,
    "exam": EXAM,
    "test": TEST,
    "implant": IMPLANT,
    "vital": VITAL,
    "icu": ICU,
    "therapy": THERAPY,
    "store": STORE,
    "log": LOG,
    "txn": TXN,
    "payer": PAYER,
}


def rows(kind: str, n: int, /, **given: Value) -> pl.DataFrame:
    """`n` rows of `kind`; what is not given takes the default."""
    schema = SCHEMAS[kind]
    if unknown := set(given) - set(schema):
        raise KeyError(f"{kind} has no column {sorted(unknown)}")
    columns = {}
    for name, (dtype, default) in schema.items():
        value = given.get(name, default)
        if isinstance(value, bool | int | float | str):
            columns[name] = pl.repeat(value, n, dtype=dtype(), eager=True)
        else:
            columns[name] = pl.Series(name, value).cast(dtype)
    return pl.DataFrame(columns)


@dataclass
class Draft:
    """One month in the making: every story adds its rows, then the month is written."""

    serials: dict[str, int]
    """Next visit, line and session number of the whole city."""
    parts: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    changes: list[pl.DataFrame] = field(default_factory=list)
    """Amendments of lines that wait for `flush`."""
    claimed: set[int] = field(default_factory=set)
    """Lines that a deed has changed."""

    def number(self, kind: str, n: int) -> Ints:
        """The next `n` numbers of `kind`."""
        first = self.serials.get(kind, 1)
        self.serials[kind] = first + n
        return np.arange(first, first + n, dtype=np.int64)

    def add(self, kind: str, frame: pl.DataFrame) -> None:
        if frame.height:
            self.parts.setdefault(kind, []).append(frame)

    def take(self, kind: str) -> pl.DataFrame:
        """All rows of `kind` so far, as one frame."""
        parts = self.parts.get(kind, [])
        whole = pl.concat(parts) if parts else rows(kind, 0)
        self.parts[kind] = [whole]
        return whole

    def amend(self, changes: pl.DataFrame) -> None:
        """Change lines, by `lid`; null leaves a value as it is. A changed line is claimed: no other deed takes it."""
        if changes.height:
            self.changes.append(changes.with_columns(pl.col("lid").cast(pl.Int64)))
            self.claimed.update(changes["lid"].to_list())

    def flush(self) -> None:
        """Carry all amendments out in one pass over the lines."""
        if not self.changes:
            return
        changes = pl.concat(self.changes, how="diagonal_relaxed").unique("lid", keep="first", maintain_order=True)
        fields = [name for name in changes.columns if name != "lid"]
        whole = self.take("line")
        merged = whole.join(changes, on="lid", how="left", suffix="_new", maintain_order="left")
        values = [pl.coalesce(pl.col(f"{name}_new").cast(whole.schema[name]), name).alias(name) for name in fields]
        self.put("line", merged.with_columns(values).select(whole.columns))
        self.changes.clear()

    def put(self, kind: str, frame: pl.DataFrame) -> None:
        """Replace all rows of `kind`."""
        self.parts[kind] = [frame]
