"""Each page on a hand-made home, without a browser and without a graph."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.views.desk import Desk
from graph.home import Home
from graph.identity import Revealed
from graph.ledger import Ledger
from tests.app.room.small_home import RUN

MAIN = str(Path(__file__).parents[3] / "app" / "main.py")
PAGES = {
    name: f"from app.views.{module} import show"
    for name, module in {"leads": "queue", "lead": "lead", "explore": "explorer", "data": "data"}.items()
}


def page(name: str, **query: str) -> AppTest:
    """One page, run by itself."""
    test = AppTest.from_string(
        f"from app.widgets.page import guarded\n{PAGES[name]}\nwith guarded('page'):\n    show()\n", default_timeout=60
    )
    for key, value in query.items():
        test.query_params[key] = value
    return test.run()


def words(test: AppTest) -> str:
    """Everything the page's HTML says."""
    return "\n".join(element.proto.body for element in test.get("html"))


def leads(home: Home) -> dict[str, str]:
    """pattern -> lead id"""
    return dict(Desk(home, RUN).queue.select("pattern", "lead_id").iter_rows())


def test_the_entry_leads_to_the_queue(at_home: Home) -> None:
    test = AppTest.from_file(MAIN, default_timeout=60).run()

    assert not test.exception
    assert "线索池" in words(test)


def test_the_queue_says_how_many_in_what_order_and_how_far_today_reaches(at_home: Home) -> None:
    said = words(page("leads"))

    assert "<b>4</b> 条待办" in said
    assert "排序值 = 概率 × 可追回金额" in said
    assert "可办前" in said


def test_the_queue_holds_every_lead_and_the_evil_name_does_not_run(at_home: Home) -> None:
    test = page("leads")

    assert len(test.dataframe[0].value) == 4
    assert "<script>" not in words(test)


def test_a_segment_narrows_the_table(at_home: Home) -> None:
    test = page("leads")
    test.segmented_control(key="view").set_value("rings").run()

    assert len(test.dataframe[0].value) == 2


def test_a_search_without_a_hit_says_so_and_offers_the_way_back(at_home: Home) -> None:
    test = page("leads")
    test.text_input(key="words").set_value("没有这样的机构").run()
    assert "没有符合筛选的线索" in words(test)

    test.button[0].click().run()
    assert len(test.dataframe[0].value) == 4


def test_the_queue_in_english(at_home: Home) -> None:
    said = words(page("leads", lang="en"))

    assert "Lead queue" in said
    assert "What speaks against it" in said


def test_a_lead_puts_for_and_against_before_the_law_and_the_rows(at_home: Home) -> None:
    said = words(page("lead", id=leads(at_home)["reflux_drug"]))
    order = [said.index(word) for word in ("为何怀疑 <", "有无另解 <", "法律要件 <", "证据行 <")]

    assert order == sorted(order)
    assert "220" in said
    assert "122,892.00" in said


def test_each_figure_carries_its_definition(at_home: Home) -> None:
    said = words(page("lead", id=leads(at_home)["reflux_drug"]))
    (figures,) = [line for line in said.split("\n") if 'class="figures"' in line]

    assert figures.count("<div title=") == 4


def test_a_cited_row_leads_back_to_file_and_record(at_home: Home) -> None:
    rows = page("lead", id=leads(at_home)["phantom_bed"]).dataframe[0].value

    assert rows["文件"].unique().tolist() == ["fee_list_d.csv"]
    assert len(rows) == 20


def test_names_are_masked(at_home: Home) -> None:
    said = words(page("lead", id=leads(at_home)["reflux_drug"]))

    assert "赵*䶮" in said or "赵*" in said
    assert "赵小䶮" not in said


def test_a_victim_is_called_a_possible_victim(at_home: Home) -> None:
    assert "可能是受害人" in words(page("lead", id=leads(at_home)["reflux_drug"]))


def test_without_a_graph_everything_but_expanding_works(at_home: Home) -> None:
    said = words(page("lead", id=leads(at_home)["reflux_drug"]))

    assert "图库没有应答" in said
    assert "ringscope server start" in said


def test_a_lead_that_is_not_there_says_where_to_go(at_home: Home) -> None:
    test = page("lead", id="<b>nobody</b>")

    assert "没有这条线索" in words(test)
    assert "<b>nobody</b>" not in words(test)


def asked(home: Home) -> AppTest:
    """The dialog that asks for a reason, as a page of its own."""
    lead = leads(home)["reflux_drug"]
    script = f"from app.views.desk import desk\nfrom app.views.reveal import ask\nopened = desk()\nask(opened, opened.leads.lead('{lead}'))"
    return AppTest.from_string(script, default_timeout=60).run()


def test_the_dialog_says_what_is_recorded_and_offers_the_button(at_home: Home) -> None:
    assert any(button.label == "显示姓名…" for button in page("lead", id=leads(at_home)["reflux_drug"]).button)
    assert "会记入账本" in words(asked(at_home))


def test_a_name_in_clear_needs_a_reason(at_home: Home) -> None:
    before = len(Ledger(at_home).tail(1000))
    test = asked(at_home)
    test.text_area[0].set_value("看看")
    test.button[0].click().run()

    assert any("没有显示" in warning.value for warning in test.warning)
    assert "赵小䶮" not in words(test)
    assert len(Ledger(at_home).tail(1000)) == before


def test_a_name_in_clear_stands_in_the_ledger(at_home: Home) -> None:
    test = asked(at_home)
    test.text_area[0].set_value("走访核实是否本人用卡")
    test.button[0].click().run()

    assert "赵小䶮" in words(test)
    entry = [e for e in Ledger(at_home).tail(10) if e["action"] == "identity.reveal" and e["subject"] == "P0000"][-1]
    assert entry["reason"] == "走访核实是否本人用卡"


def test_a_name_goes_back_behind_its_mask(at_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    test = asked(at_home)
    test.text_area[0].set_value("走访核实是否本人用卡")
    test.button[0].click().run()
    monkeypatch.setattr(Revealed, "expired", property(lambda _: True))

    assert "赵小䶮" not in words(test.run())


def test_the_data_page_shows_book_and_run(at_home: Home) -> None:
    said = words(page("data"))

    assert "fee_list_d" in said
    assert "回流药" in said


def test_a_home_without_data_says_how_to_begin(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGSCOPE_HOME", str(home.root))
    test = page("leads")

    assert "还没有数据" in words(test)
    assert any(f"ringscope --home {home.root} ingest" in block.value for block in test.code)


def test_a_page_that_fails_shows_our_card_and_logs_its_number(
    at_home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Desk, "board", property(lambda _: 1 / 0))
    with caplog.at_level(logging.ERROR, "ringscope.room"):
        said = words(page("leads"))

    assert "这一页没有打开" in said
    number = caplog.records[0].args[1]  # type: ignore[index]
    assert str(number) in said
    assert "ZeroDivision" not in said


def test_the_explorer_without_a_graph_says_what_to_do(at_home: Home) -> None:
    test = page("explore", lead=leads(at_home)["reflux_drug"])

    assert not test.exception
    assert "ringscope server start" in words(test)
