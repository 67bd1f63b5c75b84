"""How do the records look in a delivery? Rows of a month with ids, codes and marks, as the contract names them."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city.chance import Ints, Strings, digits, join, scramble
from ingest.city.claims import MARKS, Keys
from ingest.city.district import District
from ingest.city.ills import DEPARTMENTS
from ingest.city.output import Ids, moment, take
from ingest.city.rows import Draft

_DEPT_CODES = digits(np.arange(len(DEPARTMENTS)) + 1, 3)


def _serials(letter: str, number: pl.Series, district: District, *, bits: int = 42, width: int = 13) -> pl.Series:
    """Numbers of the city as ids that say nothing; equal numbers get equal ids, a negative one none."""
    value = number.to_numpy().astype(np.int64)
    text: Strings = join(letter, digits(scramble(np.maximum(value, 0), bits, district.seed + sum(letter.encode())), width))
    return pl.Series(np.where(value >= 0, text, ""))


def _of(draft: Draft, kind: str, key: Keys) -> pl.DataFrame:
    """Rows of a kind with the visit's id, person and institution."""
    visits = draft.take("visit").select("vid", "psn", "inst").join(key.visits, on="vid", how="left")
    return draft.take(kind).join(visits, on="vid", how="inner", maintain_order="left")


def _who(frame: pl.DataFrame, district: District) -> list[pl.Series]:
    return [
        take(district.people.psn_no, frame["psn"]).alias("psn_no"),
        take(district.places.code, frame["inst"]).alias("fixmedins_code"),
    ]


def _item(frame: pl.DataFrame, district: District) -> pl.Series:
    return take(district.goods.code, frame["item"]).alias("med_list_codg")


def notes(draft: Draft, district: District, key: Keys, ids: Ids, rng: np.random.Generator) -> pl.DataFrame:
    """clinical_note."""
    frame = _of(draft, "note", key)
    return frame.select(
        pl.Series("note_id", ids.give("note", frame.height, rng)),
        "mdtrt_id",
        pl.col("kind").alias("note_type"),
        moment("at").alias("note_time"),
        "text",
        *_who(frame, district),
        take(district.staff.code, frame["author"]).alias("author_code"),
        *MARKS,
    )


def exams(draft: Draft, district: District, key: Keys) -> pl.DataFrame:
    """exam_rpot."""
    frame = _of(draft, "exam", key)
    return frame.select(
        _serials("E", frame["report"], district).alias("rpot_id"),
        "mdtrt_id",
        *_who(frame, district),
        _item(frame, district),
        moment("at").alias("exam_time"),
        moment("reported").alias("rpot_time"),
        take(district.staff.code, frame["author"]).alias("author_code"),
        pl.col("text").alias("findings"),
        _serials("I", frame["image"], district).alias("image_no"),
        *MARKS,
    )


def tests(draft: Draft, district: District, key: Keys) -> pl.DataFrame:
    """test_rpot."""
    frame = _of(draft, "test", key)
    return frame.select(
        _serials("T", frame["report"], district).alias("rpot_id"),
        "mdtrt_id",
        *_who(frame, district),
        _item(frame, district),
        _serials("B", frame["sample"], district).alias("samp_no"),
        moment("at").alias("test_time"),
        moment("reported").alias("rpot_time"),
        take(district.staff.code, frame["author"]).alias("author_code"),
        pl.col("name").alias("item_name"),
        "value",
        "unit",
        *MARKS,
    )


def implants(draft: Draft, district: District, key: Keys, ids: Ids, rng: np.random.Generator) -> pl.DataFrame:
    """mcs_use."""
    frame = _of(draft, "implant", key)
    return frame.select(
        pl.Series("mcs_use_id", ids.give("implant", frame.height, rng)),
        "mdtrt_id",
        _item(frame, district),
        _barcodes(frame["item"].to_numpy().astype(np.int64), frame["barcode"], district).alias("barcode"),
        moment("at").alias("use_time"),
        "cnt",
        take(district.staff.code, frame["doctor"]).alias("oper_dr_code"),
        *MARKS,
    )


def _barcodes(item: Ints, serial: pl.Series, district: District) -> pl.Series:
    """Article and serial number in the form of GS1; the same serial is the same piece."""
    return pl.Series(
        join("(01)0690999", digits(item, 4), "000(21)", _serials("", serial, district, bits=36, width=11).to_numpy().astype(np.str_))
    )


def vitals(draft: Draft, district: District, key: Keys) -> pl.DataFrame:
    """vital_sign."""
    frame = _of(draft, "vital", key)
    nurse = take(district.staff.code, frame["nurse"]).alias("recorder_code")
    return frame.select("mdtrt_id", moment("at").alias("taken_at"), "temperature", "pulse", "resp", "sbp", "dbp", nurse, *MARKS)


def intensive(draft: Draft, district: District, key: Keys) -> pl.DataFrame:
    """icu_stay."""
    frame = draft.take("icu").filter(pl.col("beg") < district.until).join(key.visits, on="vid", how="inner")
    return frame.select(
        "mdtrt_id", moment("beg").alias("in_time"), moment("end").alias("out_time"), pl.lit("016").alias("ward_code"), *MARKS
    )


def therapies(draft: Draft, district: District, key: Keys, ids: Ids, rng: np.random.Generator) -> pl.DataFrame:
    """therapy_session."""
    frame = _of(draft, "therapy", key).filter(pl.col("beg") < district.until)
    machine = pl.when(pl.col("equipment") > 0).then(pl.lit("R") + pl.col("equipment").cast(pl.String).str.zfill(3))
    return frame.select(
        pl.Series("session_id", ids.give("therapy", frame.height, rng)),
        *_who(frame, district),
        moment("beg").alias("begntime"),
        moment("end").alias("endtime"),
        "mdtrt_id",
        take(district.staff.code, frame["therapist"]).alias("therapist_code"),
        _item(frame, district),
        machine.alias("equip_id"),
        *MARKS,
    )


def store(draft: Draft, district: District) -> pl.DataFrame:
    """hosp_stock."""
    frame = draft.take("store")
    price = district.goods.price[frame["item"].to_numpy()] / 1e6
    return frame.select(
        take(district.places.code, frame["inst"]).alias("fixmedins_code"),
        _item(frame, district),
        pl.col("move").alias("move_type"),
        moment("at").alias("move_time"),
        "cnt",
        pl.Series("pric", price.round(4)),
        take(_DEPT_CODES, frame["dept"]).alias("dept_codg"),
        *MARKS,
    )


def every(draft: Draft, district: District, key: Keys, ids: Ids, rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    """Contract table -> the month's records with marks."""
    return {
        "clinical_note": notes(draft, district, key, ids, rng),
        "exam_rpot": exams(draft, district, key),
        "test_rpot": tests(draft, district, key),
        "mcs_use": implants(draft, district, key, ids, rng),
        "vital_sign": vitals(draft, district, key),
        "icu_stay": intensive(draft, district, key),
        "therapy_session": therapies(draft, district, key, ids, rng),
        "hosp_stock": store(draft, district),
    }
