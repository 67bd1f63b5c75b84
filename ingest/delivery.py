"""What lies in a delivered folder, and what does `delivery.toml` say about it?

A table is `<name>.csv[.gz]`, `<name>.parquet`, `<name>.xlsx`, a folder `<name>/` of parts, or split files
`<name>_*.csv[.gz]` (data-contract 1). A withdrawal has no files, only its note.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from graph.contract import CONTRACT
from graph.errors import InputAtFault

Form = Literal["csv", "parquet", "xlsx"]
DeliveryKind = Literal["full", "append", "correction", "withdraw"]
ENDINGS: Mapping[str, Form] = {".csv.gz": "csv", ".csv": "csv", ".parquet": "parquet", ".xlsx": "xlsx"}
NAMES = "delivery.toml"
DELIMITERS = {"tab": "\t", "^A": "\x01"}


class TableEntry(BaseModel):
    """`[tables.<name>]` of delivery.toml."""

    model_config = ConfigDict(extra="forbid")
    files: str | list[str] = []
    delimiter: str = ","
    quote: Literal['"', "'"] | None = None
    encoding: Literal["utf-8", "gb18030"] | None = None
    columns: dict[str, str] = {}

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, value: str) -> str:
        value = DELIMITERS.get(value, value)
        if len(value) != 1 or value in "\"'\r\n" or not value.isascii():
            raise ValueError('one ASCII character such as "," "\\t" "|" or "^A"')
        return value

    @field_validator("encoding", mode="before")
    @classmethod
    def _spelling(cls, value: object) -> object:
        known = {"utf8": "utf-8", "utf-8-sig": "utf-8", "gbk": "gb18030", "gb2312": "gb18030", "zhs16gbk": "gb18030"}
        return known.get(value.lower(), value.lower()) if isinstance(value, str) else value


class DeliveryNote(BaseModel):
    """delivery.toml: everything that the file names do not say."""

    model_config = ConfigDict(extra="forbid")
    source: str = ""
    kind: DeliveryKind = "append"
    period: tuple[date, date] | None = None
    synthetic: bool = False
    withdraws: str = ""
    tables: dict[str, TableEntry] = Field(default_factory=dict)

    @field_validator("period")
    @classmethod
    def _in_order(cls, value: tuple[date, date] | None) -> tuple[date, date] | None:
        if value and value[0] > value[1]:
            raise ValueError("the first day of a period comes before its last")
        return value

    @model_validator(mode="after")
    def _one_of_two(self) -> DeliveryNote:
        if (self.kind == "withdraw") != bool(self.withdraws):
            raise ValueError('kind = "withdraw" and withdraws = "<id or name of a delivery>" belong together')
        return self

    @field_validator("tables")
    @classmethod
    def _in_contract(cls, value: dict[str, TableEntry]) -> dict[str, TableEntry]:
        if unknown := sorted(value.keys() - CONTRACT.tables.keys()):
            raise ValueError(f"no table of the contract is called {', '.join(unknown)}")
        for table, entry in value.items():
            if strange := sorted(set(entry.columns.values()) - CONTRACT[table].columns.keys()):
                raise ValueError(f"{table} has no column {', '.join(strange)}")
        return value


@dataclass(frozen=True)
class SourceFile:
    """One file of one table."""

    path: Path
    name: str
    """Relative to the delivery, with `/`."""
    table: str
    form: Form
    delimiter: str = ","
    quote: str | None = None
    """None: found by looking at the file."""
    encoding: str | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Header -> contract column, as delivery.toml says."""


@dataclass(frozen=True)
class Delivery:
    """One folder, sorted out but not yet read."""

    folder: Path
    note: DeliveryNote
    files: tuple[SourceFile, ...]
    unknown_files: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[str, ...]:
        """Tables with at least one file, in the order of the contract."""
        present = {file.table for file in self.files}
        return tuple(table.name for table in CONTRACT if table.name in present)

    def files_of(self, table: str) -> tuple[SourceFile, ...]:
        return tuple(file for file in self.files if file.table == table)


def find(folder: Path) -> Delivery:
    """Sort out a folder; raises InputAtFault when it holds no table, or when delivery.toml cannot be understood."""
    if not folder.is_dir():
        raise InputAtFault(f"{folder} is no folder", "a folder with one delivery", "name the folder that holds mdtrt_d.csv and the rest")
    note = _note(folder / NAMES)
    named = {table: tuple(_matching(folder, table, entry)) for table, entry in note.tables.items() if entry.files}
    taken = {path for paths in named.values() for path in paths}
    files = [_source(folder, path, table, note) for table, paths in named.items() for path in paths]
    unknown: list[str] = []
    for path in sorted(_data_files(folder) - taken):
        table = _table_of(path.relative_to(folder))
        if table is None:
            unknown.append(path.relative_to(folder).as_posix())
        elif table not in named:
            files.append(_source(folder, path, table, note))
    if note.kind == "withdraw":
        return _without_files(folder, note, files)
    if not files:
        raise InputAtFault(
            f"{folder} holds no table" + (f" (only {', '.join(unknown[:5])})" if unknown else ""),
            "files such as mdtrt_d.csv, setl_d.csv, fee_list_d.csv, named after the tables of the contract",
            f'rename the files, or name them in {NAMES}: [tables.fee_list_d] files = "FEE_*.txt"',
        )
    return Delivery(folder, note, tuple(sorted(files, key=lambda f: (f.table, f.name))), tuple(unknown))


def _without_files(folder: Path, note: DeliveryNote, files: list[SourceFile]) -> Delivery:
    if files:
        raise InputAtFault(
            f"a withdrawal with files ({', '.join(file.name for file in files[:5])})",
            f"only {NAMES} in its folder",
            "move the files to a delivery of their own",
        )
    return Delivery(folder, note, ())


def _note(path: Path) -> DeliveryNote:
    if not path.exists():
        return DeliveryNote()
    try:
        return DeliveryNote.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputAtFault(f"{NAMES} cannot be read: {error}", "a TOML file in UTF-8", 'write, for example: kind = "append"') from error
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, e['loc'])) or NAMES}: {e['msg']}" for e in error.errors())
        raise InputAtFault(
            f"{NAMES} says what the contract does not know: {said}",
            "source, kind, period, synthetic, withdraws and [tables.<name>] with files, delimiter, quote, encoding, columns",
            "correct or remove those lines",
        ) from error


def _matching(folder: Path, table: str, entry: TableEntry) -> Iterator[Path]:
    for pattern in [entry.files] if isinstance(entry.files, str) else entry.files:
        if PurePosixPath(pattern).is_absolute() or ".." in PurePosixPath(pattern).parts:
            raise InputAtFault(f"{NAMES} names {pattern!r} for {table}", "files inside the delivery", "remove the leading / and every ..")
        found = sorted(path for path in folder.glob(pattern) if path.is_file())
        if not found:
            raise InputAtFault(f"no file matches {pattern!r}, which {NAMES} names for {table}", "at least one file", "correct the pattern")
        yield from found


def _data_files(folder: Path) -> set[Path]:
    """Files of the folder and of its table folders; what else lies deeper (pictures) is no table."""
    top = {path for path in folder.iterdir() if not path.name.startswith(".")}
    folders = [path for path in top if path.is_dir() and path.name.lower() in CONTRACT.tables]
    parts = {part for sub in folders for part in sub.iterdir() if not part.name.startswith(".")}
    return {path for path in top | parts if path.is_file() and path.name.lower() != NAMES}


def _table_of(path: Path) -> str | None:
    """Table of a file by its folder or by its own name: the longest table name decides between prefixes of each other."""
    name = path.name.lower()
    if name.endswith((".xls", ".xlsm", ".xlsb", ".et")) and (_by_name(name.rsplit(".", 1)[0]) or len(path.parts) > 1):
        raise InputAtFault(
            f"{path.as_posix()} is a workbook of another form", "CSV, Parquet or .xlsx", "save it as .xlsx, or as CSV in UTF-8"
        )
    ending = next((e for e in ENDINGS if name.endswith(e)), None)
    if ending is None:
        return None
    return path.parts[0].lower() if len(path.parts) > 1 else _by_name(name.removesuffix(ending))


def _by_name(stem: str) -> str | None:
    fitting = [table for table in CONTRACT.tables if stem == table or stem.startswith(f"{table}_")]
    return max(fitting, key=len, default=None)


def _source(folder: Path, path: Path, table: str, note: DeliveryNote) -> SourceFile:
    entry = note.tables.get(table, TableEntry())
    form: Form = next((form for ending, form in ENDINGS.items() if path.name.lower().endswith(ending)), "csv")
    name = path.relative_to(folder).as_posix()
    return SourceFile(path, name, table, form, entry.delimiter, entry.quote, entry.encoding, entry.columns)
