"""What may be shown of whom a lead names: public names in clear, persons masked, and where the pseudonym of a person's name stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import duckdb

from graph.contract import Identity
from graph.home import Home
from graph.identity import Identities

HIDDEN_NAMES = {"Patient": ("psn_b", "psn_no", "psn_name_h"), "Doctor": ("medstff_b", "stff_code", "stff_name_h")}
"""label -> where the pseudonym of a person's name stands; shown masked."""
PUBLIC_NAMES = {"Institution": ("fixmedins_b", "fixmedins_code", "fixmedins_name"), "Employer": ("insu_emp_b", "emp_no", "emp_name")}
IDENTITY_KEYS: Mapping[str, Identity] = {"Phone": "phone", "Address": "address", "BankAccount": "account"}
"""label -> kind of identity, where the key itself is the pseudonym."""

_KIND = """
SELECT fixmedins_code, any_value(CASE WHEN fixmedins_type = '2' OR medins_kind = 'pharmacy' THEN 'Pharmacy'
                                      WHEN medins_kind = 'village_clinic' THEN 'Clinic' ELSE 'Hospital' END)
FROM fixmedins_b WHERE list_contains(?, fixmedins_code) GROUP BY fixmedins_code"""


@dataclass(frozen=True)
class Names:
    """The names of one home; `book` is an open connection, of which each use takes a cursor."""

    home: Home
    book: duckdb.DuckDBPyConnection

    def shown(self, ids: Iterable[str]) -> dict[str, str]:
        """Node id -> what may be shown: public names in clear, persons masked; an unknown one is left out."""
        wanted: dict[str, list[str]] = {}
        for node in ids:
            label, _, key = node.partition(":")
            wanted.setdefault(label, []).append(key)
        found: dict[str, str] = {}
        for label, keys in wanted.items():
            if label in PUBLIC_NAMES:
                found |= {f"{label}:{key}": name for key, name in self._look_up(PUBLIC_NAMES[label], keys)}
            elif label in HIDDEN_NAMES:
                found |= self._masked(label, "name", self._look_up(HIDDEN_NAMES[label], keys))
            elif label in IDENTITY_KEYS:
                found |= self._masked(label, IDENTITY_KEYS[label], [(key, key) for key in keys])
        return found

    def kinds(self, ids: Iterable[str]) -> dict[str, str]:
        """Institution id -> the graph's extra label (Hospital, Clinic, Pharmacy), which chooses shape and colour."""
        keys = [node.partition(":")[2] for node in ids if node.startswith("Institution:")]
        return {f"Institution:{code}": label for code, label in self.book.cursor().execute(_KIND, [keys]).fetchall()} if keys else {}

    def pseudonyms(self, label: str, keys: list[str]) -> dict[str, str]:
        """Key of a person -> the pseudonym of their name; one whom the register does not know is left out."""
        return dict(self._look_up(HIDDEN_NAMES[label], keys))

    def bearing(self, kind: Literal["name", "phone"], clear: str) -> list[tuple[str, str]]:
        """(label, key) of whoever bears this name or phone. The identity service enters the search in the ledger, found or not."""
        with Identities.open(self.home) as identities:
            found = identities.search(kind, clear)
        if found is None or kind == "phone":
            return [] if found is None else [("Phone", found)]
        return [
            (label, row[0])
            for label, (table, key, name) in HIDDEN_NAMES.items()
            for row in self.book.cursor().execute(f"SELECT DISTINCT {key} FROM {table} WHERE {name} = ? ORDER BY 1", [found]).fetchall()
        ]

    def _look_up(self, where: tuple[str, str, str], keys: list[str]) -> list[tuple[str, str]]:
        table, key, name = where
        query = f"SELECT {key}, any_value({name}) FROM {table} WHERE list_contains(?, {key}) AND {name} IS NOT NULL GROUP BY {key}"
        return self.book.cursor().execute(query, [keys]).fetchall()

    def _masked(self, label: str, kind: Identity, pairs: list[tuple[str, str]]) -> dict[str, str]:
        with Identities.open(self.home) as identities:
            shown = identities.masked_all(kind, [h for _, h in pairs])
        return {f"{label}:{key}": text for (key, _), text in zip(pairs, shown, strict=True)}
