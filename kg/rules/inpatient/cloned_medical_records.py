"""Notes of different patients that are one text once what everybody writes is taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from kg.rule import Value
from kg.statistics import components, rows_of

READS = ("clinical_note", "mdtrt_d", "household")
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("clinical_note_rows", rows_of("note_id"))),
        *(("note_type", pa.string()), ("persons", pa.int64()), ("authors", pa.int64())),
        *(("characters", pa.int64()), ("smallest_likeness", pa.float64())),
    ]
)

NOTES = """
SELECT n.note_id, n.note_type, n.author_code, m.fixmedins_code, m.psn_no, COALESCE(h.household, m.psn_no) AS household, n.text
FROM clinical_note n
JOIN mdtrt_d m ON m.mdtrt_id = n.mdtrt_id AND m.vali_flag = '1'
LEFT JOIN household h ON h.psn_no = m.psn_no
WHERE n.text IS NOT NULL AND n.note_type IN ('admission', 'progress', 'operation', 'nursing', 'discharge')
ORDER BY n.note_id"""


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per group of copies."""
    notes = connection.sql(NOTES).pl().with_row_index("note")
    own = _own_sentences(notes, parameters)
    length = own.group_by("note").agg(chars=pl.col("chars").sum()).filter(pl.col("chars") >= int(parameters["min_chars"]))
    alike = _alike(own.join(length.select("note"), on="note", how="semi"), length, float(parameters["likeness"]))
    rows = [
        hit
        for group in components(alike.select("a", "b").to_numpy().astype(np.int64))
        for hit in _judge(notes.filter(pl.col("note").is_in(group)), alike.filter(pl.col("a").is_in(group))["likeness"].min(), parameters)
    ]
    rows += [hit for group in _measured(notes, parameters) for hit in _judge(group, 1.0, parameters)]
    return pa.Table.from_pylist(rows, schema=ANSWER)


def _own_sentences(notes: pl.DataFrame, parameters: Mapping[str, Value]) -> pl.DataFrame:
    """note, sentence, chars: numbers masked, and without what a fifth of the house writes or another house writes too."""
    place = ["fixmedins_code", "note_type"]
    text = pl.col("text").str.replace_all(r"\d+", "0").str.replace_all(r"\s", "").str.replace_all("[。；;！？]", "。")
    said = (
        notes.with_columns(sentence=text.str.split("。"))
        .explode("sentence")
        .filter(pl.col("sentence").str.len_chars() > 0)
        .unique(["note", "sentence"])
    )
    house = notes.group_by(place).agg(all_persons=pl.col("psn_no").n_unique())
    common = said.group_by([*place, "sentence"]).agg(persons=pl.col("psn_no").n_unique()).join(house, on=place)
    usual = pl.max_horizontal(pl.col("all_persons") * float(parameters["boilerplate"]), pl.lit(int(parameters["boilerplate_min"])))
    boilerplate = common.filter(pl.col("persons") > usual)
    textbook = said.group_by("note_type", "sentence").agg(houses=pl.col("fixmedins_code").n_unique()).filter(pl.col("houses") > 1)
    return (
        said.join(boilerplate, on=[*place, "sentence"], how="anti")
        .join(textbook, on=["note_type", "sentence"], how="anti")
        .select("note", "psn_no", *place, "sentence", chars=pl.col("sentence").str.len_chars().cast(pl.Int64))
    )


def _alike(own: pl.DataFrame, length: pl.DataFrame, likeness: float) -> pl.DataFrame:
    """Pairs of notes (a, b) whose own sentences are shared by `likeness` of their characters.

    Each note is compared with the next one that has the same sentence: copies of one text follow each other in every sentence.
    """
    words = ["fixmedins_code", "note_type", "sentence"]
    beside = own.sort("note").with_columns(b=pl.col("note").shift(-1).over(words), other=pl.col("psn_no").shift(-1).over(words))
    pairs = beside.filter(pl.col("other") != pl.col("psn_no")).select(a="note", b="b").unique()
    shared = (
        pairs.join(own.select("note", "sentence", "chars"), left_on="a", right_on="note")
        .join(own.select("note", "sentence"), left_on=["b", "sentence"], right_on=["note", "sentence"])
        .group_by("a", "b")
        .agg(shared=pl.col("chars").sum())
        .join(length, left_on="a", right_on="note")
        .join(length, left_on="b", right_on="note", suffix="_b")
    )
    both = pl.col("chars") + pl.col("chars_b") - pl.col("shared")
    return shared.with_columns(likeness=pl.col("shared") / both).filter(pl.col("likeness") >= likeness).sort("a", "b")


def _measured(notes: pl.DataFrame, parameters: Mapping[str, Value]) -> Iterator[pl.DataFrame]:
    """Groups of one house's notes that agree to the last number once the opening is off: a template holds no pulse and no pressure."""
    told = notes.with_columns(body=pl.col("text").str.replace(r"^[^，,]*[，,]", "").str.replace_all(r"\s", ""))
    told = told.filter(pl.col("body").str.count_matches(r"\d+(?:\.\d+)?") >= int(parameters["min_numbers"]))
    elsewhere = told.group_by("note_type", "body").agg(houses=pl.col("fixmedins_code").n_unique()).filter(pl.col("houses") > 1)
    own = told.join(elsewhere, on=["note_type", "body"], how="anti").sort("note")
    return (group.drop("body") for _, group in own.group_by("fixmedins_code", "note_type", "body", maintain_order=True) if group.height > 1)


def _judge(group: pl.DataFrame, likeness: object, parameters: Mapping[str, Value]) -> Iterator[dict[str, object]]:
    """Twins, and mother and child, have notes alike: one of a household counts. Who signed most of them answers, else the house."""
    if group["household"].n_unique() < int(parameters["min_persons"]):
        return
    signed = group.drop_nulls("author_code").group_by("author_code").len().sort(["len", "author_code"], descending=[True, False])
    his = signed.height > 0 and signed["len"][0] > float(parameters["author_share"]) * group.height
    yield {
        "subject_type": "doctor" if his else "institution",
        "subject_id": signed["author_code"][0] if his else group["fixmedins_code"][0],
        "clinical_note_rows": [{"note_id": note, "fen": 0} for note in group["note_id"].to_list()],
        "note_type": group["note_type"][0],
        "persons": group["psn_no"].n_unique(),
        "authors": signed.height,
        "characters": group["text"].str.len_chars().min(),
        "smallest_likeness": likeness,
    }
