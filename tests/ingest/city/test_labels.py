"""No id, order or name carries the label: a tree that sees nothing else must guess."""

from __future__ import annotations

import zlib

import lightgbm
import numpy as np
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from ingest.city import registers
from ingest.city.district import found
from ingest.city.period import months
from ingest.city.plot import plan

QUIET = {"victim", "cover", "unknowing", "witness"}


def guessed(features: np.ndarray, label: np.ndarray) -> float:
    """Cross-validated AUROC of a boosted tree."""
    score = np.zeros(len(label))
    for train, test in StratifiedKFold(5, shuffle=True, random_state=1).split(features, label):
        model = lightgbm.LGBMClassifier(n_estimators=30, num_leaves=15, min_child_samples=20, n_jobs=1, random_state=1, verbose=-1)
        model.fit(features[train], label[train])
        score[test] = model.predict_proba(features[test])[:, 1]
    return float(roc_auc_score(label, score))


def number(text: str) -> int:
    digits = "".join(c for c in text or "" if c.isdigit())
    return int(digits or 0)


def serial(column: str) -> str:
    """`number` in SQL."""
    return f"coalesce(TRY_CAST(regexp_replace({column}, '[^0-9]', '', 'g') AS BIGINT), 0)"


def hashed(text: str) -> int:
    return zlib.crc32((text or "").encode()) % 997


def test_settlements_do_not_betray_themselves(city) -> None:
    bad = city.keys("setl_d", "setl_id", city.schemes)
    table = city.connection.execute(
        f"SELECT {serial('setl_id')}, {serial('mdtrt_id')}, {serial('invono')}, record, record % 1000, setl_id IN $bad FROM setl_d",
        {"bad": bad},
    ).fetchnumpy()
    *features, label = table.values()
    features = np.column_stack(features).astype(float)
    assert label.sum() > 1000
    assert abs(guessed(features, label) - 0.5) <= 0.03


def test_lines_do_not_betray_themselves(city) -> None:
    """The line's own serial; what a visit's lines share says only that they are of one visit."""
    bad = city.keys("fee_list_d", "bkkp_sn", city.schemes)
    table = city.connection.execute(
        f"SELECT {serial('bkkp_sn')} AS n, n % 1_000_000, bkkp_sn IN $bad FROM fee_list_d", {"bad": bad}
    ).fetchnumpy()
    *features, label = table.values()
    features = np.column_stack(features).astype(float)
    assert label.sum() > 1000
    assert abs(guessed(features, label) - 0.5) <= 0.03


def test_trace_codes_do_not_betray_themselves(city) -> None:
    """Serials behind the maker's prefix, which is the drug and so a story of its own."""
    bad = set(
        city.keys(
            "drug_trac_3513",
            "drug_trac_codg",
            [s for s in city.schemes if s["pattern"] in ("card_cashing", "card_collecting", "reflux_drug")],
        )
    )
    codes = [c for (c,) in city.rows("SELECT DISTINCT drug_trac_codg FROM drug_trac_3513 ORDER BY 1")]
    features = np.array([[int(c[7:]), int(c[-6:]), int(c[-1])] for c in codes], dtype=float)
    label = np.array([c in bad for c in codes])
    assert label.sum() > 500
    assert abs(guessed(features, label) - 0.5) <= 0.03


def test_persons_and_institutions_do_not_betray_themselves() -> None:
    """Many districts, because each has few institutions; registers only."""
    people: list[tuple] = []
    places: list[tuple] = []
    for seed in range(6):
        calendar = months(3)
        district = found(seed, 8000, calendar[-1].end)
        plot = plan(district, calendar)
        guilty = {(m.type, m.index) for d in plot.schemes for m in d.members if m.role not in QUIET}
        rows = registers.persons(district).with_row_index("at").sort("psn_no").with_row_index("row")
        people += [
            (number(p), number(c) % 1000, hashed(n), number(f), row / 8000, ("patient", at) in guilty)
            for row, at, p, c, n, f in rows.select("row", "at", "psn_no", "certno", "psn_name", "family_id").iter_rows()
        ]
        rows = registers.institutions(district).with_row_index("at").sort("fixmedins_code").with_row_index("row")
        places += [
            (number(c), row / rows.height, hashed(n), number(u) % 1000, ("institution", at) in guilty)
            for row, at, c, n, u in rows.select("row", "at", "fixmedins_code", "fixmedins_name", "uscc").iter_rows()
        ]
    for table, tolerance in ((people, 0.03), (places, 0.09)):
        data = np.array(table, dtype=float)
        found_auc = guessed(data[:, :-1], data[:, -1] > 0)
        # some 60 crooked institutions: the chance error of an AUROC is 0.04 there, so two of it are allowed
        assert abs(found_auc - 0.5) <= tolerance, found_auc
