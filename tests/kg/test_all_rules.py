"""Laws that hold for every rule, and what the rulebook refuses."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest

from graph.errors import RingscopeError, WrongUse
from kg import engine, rulebook
from kg.benign import CHECKS
from kg.page import explain, rules_page
from kg.patterns import PATTERNS
from kg.relations import RELATIONS, in_order
from kg.rule import Rule, read_rule
from kg.rulebook import FOLDER, RULEBOOK

ROOT = Path(__file__).resolve().parents[2]
RULES = list(RULEBOOK.values())
EXAMPLE = FOLDER / "pharmacy" / "card_run_many_cards_minutes"


def test_every_rule_binds_against_an_empty_book() -> None:
    rulebook.bind(RULEBOOK)


def test_rules_speak_in_three_methods_for_many_patterns() -> None:
    assert len([r for r in RULES if r.status == "active"]) >= 20
    assert {"sql", "cypher", "py"} == {r.method for r in RULES}
    assert len({r.pattern for r in RULES}) >= 8


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_a_rule_is_complete_and_says_why(rule: Rule) -> None:
    assert rule.pattern in PATTERNS
    assert (FOLDER / rule.scene / f"{rule.id}.toml").exists()
    assert len(rule.how_it_works.split()) > 25
    assert all(parameter.why and parameter.unit for parameter in rule.parameters.values())
    assert set(rule.benign_checks) <= set(CHECKS)
    assert date(2026, 1, 1) < rule.changed


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_a_rule_stands_in_a_test_file(rule: Rule) -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert f'"{rule.id}"' in tests


def test_names_and_ids_are_unique_and_no_method_doubles() -> None:
    assert len({r.name_zh for r in RULES}) == len({r.name_en for r in RULES}) == len(RULES)
    queries = [path.with_suffix("") for suffix in ("sql", "cypher") for path in FOLDER.glob(f"*/*.{suffix}")]
    assert len(queries) == len(set(queries))
    assert all(path.with_suffix(".toml").exists() for path in queries)


def test_a_changed_query_moves_the_date_or_is_older_than_it() -> None:
    """The day of the last commit of a query is not after the day its declaration says."""
    for rule in RULES:
        path = FOLDER / rule.scene / f"{rule.id}.{rule.method}"
        log = subprocess.run(["git", "log", "-1", "--format=%cs", "--", path], cwd=ROOT, capture_output=True, text=True, check=True)
        assert not log.stdout.strip() or date.fromisoformat(log.stdout.strip()) <= rule.changed, f"{rule.id}: move its `changed` date"


@pytest.mark.parametrize("relation", RELATIONS.values(), ids=lambda r: r.name)
def test_a_view_says_what_one_row_is(relation) -> None:
    assert relation.says.startswith("One row:")


def test_views_come_after_what_they_read() -> None:
    order = [relation.name for relation in in_order(RELATIONS)]
    assert all(order.index(source) < order.index(r.name) for r in RELATIONS.values() for source in r.reads & set(RELATIONS))


def _copy(folder: Path, *, toml: tuple[str, str] = ("", ""), sql: tuple[str, str] = ("", "")) -> Path:
    """A real rule with one thing changed."""
    scene = folder / "pharmacy"
    scene.mkdir()
    for suffix, (old, new) in ((".toml", toml), (".sql", sql)):
        text = EXAMPLE.with_suffix(suffix).read_text(encoding="utf-8")
        assert old in text
        (scene / f"{EXAMPLE.name}{suffix}").write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return scene / f"{EXAMPLE.name}.toml"


@pytest.mark.parametrize(
    ("toml", "sql", "seen"),
    [
        (("prior = 0.5\n", ""), ("", ""), "lacks prior"),
        (("prior = 0.5", "prior = 1.5"), ("", ""), "prior 1.5"),
        (('pattern = "card_cashing"', 'pattern = "witchcraft"'), ("", ""), "pattern witchcraft"),
        (('status = "active"', 'status = "retired"'), ("", ""), "retired_because"),
        (('scene = "pharmacy"', 'scene = "moon"'), ("", ""), "scene moon"),
        (('scene = "pharmacy"', 'scene = "pharmacy"\nsuperb = 1'), ("", ""), "unknown fields superb"),
        (("[parameters.min_cards]", "[parameters.unused]\nvalue = 1\nunit = 'x'\nwhy = 'y'\n\n[parameters.min_cards]"), ("", ""), "unused"),
        (("", ""), (">= $min_cards\n", ">= $min_cards + $min_crads\n"), "min_crads"),
    ],
)
def test_a_bad_declaration_is_refused_by_name(tmp_path: Path, toml: tuple[str, str], sql: tuple[str, str], seen: str) -> None:
    with pytest.raises(WrongUse) as refused:
        read_rule(_copy(tmp_path, toml=toml, sql=sql))
    assert seen in str(refused.value) or seen in refused.value.expected


def test_parameters_that_are_handed_on_to_a_module_of_kg_must_be_declared_too(tmp_path: Path) -> None:
    """Such a rule reads none of them itself."""
    rule = FOLDER / "cross_cutting" / "lab_billed_without_result"
    (tmp_path / "lab.py").write_text(rule.with_suffix(".py").read_text(encoding="utf-8"), encoding="utf-8")
    declared = rule.with_suffix(".toml").read_text(encoding="utf-8")
    (tmp_path / "lab.toml").write_text(declared, encoding="utf-8")
    assert read_rule(tmp_path / "lab.toml").parameters

    (tmp_path / "lab.toml").write_text(declared.replace("[parameters.ratio]", "[parameters.times]"), encoding="utf-8")
    with pytest.raises(WrongUse, match="declares times"):
        read_rule(tmp_path / "lab.toml")


def test_two_queries_or_none_are_refused(tmp_path: Path) -> None:
    declaration = _copy(tmp_path)
    declaration.with_suffix(".py").write_text("", encoding="utf-8")
    with pytest.raises(WrongUse, match="stands beside"):
        read_rule(declaration)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("AS subject_type", "AS kind_of_subject"),
        ("AS setl_d_rows", "AS settlements"),
        ("AS setl_d_rows", "AS moon_rows"),
        ("STRUCT_PACK(setl_id := c.setl_id,", "STRUCT_PACK(id := c.setl_id,"),
        ("FROM till_run\n", "FROM no_such_relation\n"),
    ],
)
def test_a_query_without_its_columns_is_refused_before_a_row_is_read(tmp_path: Path, old: str, new: str) -> None:
    rule = read_rule(_copy(tmp_path, sql=(old, new)))
    with pytest.raises(RingscopeError):
        rulebook.bind({rule.id: rule})


def test_an_unknown_rule_is_refused_with_the_way_to_the_list() -> None:
    with pytest.raises(WrongUse, match="no_such_rule"):
        engine.choose(["no_such_rule"])


def test_the_page_names_every_rule_and_every_parameter() -> None:
    page = rules_page()
    for rule in RULES:
        assert rule.name_zh in page
        assert explain(rule) in page
        assert all(parameter.why in page for parameter in rule.parameters.values())
