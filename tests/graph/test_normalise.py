"""Equal things written differently become equal; what says nothing becomes None and never joins people."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.normalise import NORMALISERS, account, address, address_area, certificate, certificate_facts, name, phone

ANYTHING = st.text(max_size=40) | st.text(alphabet="0123456789-+ *号栋三十村路Xx（）", max_size=25)


@pytest.mark.parametrize("kind", NORMALISERS)
@pytest.mark.parametrize("said", [None, "", "  ", "　", "无", "不详", "未知", " 同上 ", "null", "N/A", "-", "***", "///"])
def test_an_empty_cell_or_a_placeholder_says_nothing(kind, said):
    assert NORMALISERS[kind](said) is None


@pytest.mark.parametrize(
    "said",
    ["13800138000", "13900139000", "00000000000", "11111111111", "12345678901", "13888888888", "13123456789", "0000000", "12345678", "138",
     "138****2207", "1381234220", "abc"],
)  # fmt: skip
def test_a_made_up_phone_is_none(said):
    assert phone(said) is None


@pytest.mark.parametrize(
    "said",
    ["13812342207", "138 1234 2207", "138-1234-2207", "+86 138 1234 2207", "8613812342207", "0086-13812342207",
     "１３８１２３４２２０７", "013812342207", "13812342207/13912341111", "同上、13812342207",
     "13812342207 13912341111", "13812342207转8", "13812342207.0"],
)  # fmt: skip
def test_one_mobile_in_many_spellings(said):
    assert phone(said) == "13812342207"


def test_landlines_and_numbers_abroad_keep_their_area():
    assert phone("(0551) 6234-5678") == phone("+86 0551-62345678") == "055162345678"
    assert phone("0551-62345678转801") == "055162345678"
    assert phone("62345678") == "62345678"
    assert phone("400-820-8820") == "4008208820"
    assert phone("+852 6123 4597") == "+85261234597"


def test_names():
    assert name("张 伟") == name("张　伟 ") == "张伟"
    assert name("买买提•吐尔逊") == name("买买提·吐尔逊") == "买买提·吐尔逊"
    assert name("john  smith") == "JOHN SMITH"
    assert name("丁丁") == "丁丁"  # a real name, unlike XX
    assert name("XX") is None
    assert name("无名氏") is None
    assert name("张*伟") is None


def test_one_dwelling_in_many_spellings():
    spellings = [
        "安徽省合肥市东风路12号3号楼二单元501室",
        "合肥市东风路12号3#楼2单元501",
        "合肥市 东风路１２号3幢2单元501室",
        "中国安徽省合肥市东风路十二号三栋二单元501",
    ]
    assert {address(s) for s in spellings} == {"合肥市东风路12号3栋2单元501"}
    assert address("石桥村第三村民小组8号") == address("石桥村3组8号")
    assert address("幸福小区3—2—301") == address("幸福小区3-2-301")


@pytest.mark.parametrize(
    ("said", "area"),
    [
        ("合肥市东风路12号3栋", "合肥市东风路"),
        ("石桥镇幸福村三组8号", "石桥镇幸福村"),
        ("幸福小区3-2-301", "幸福小区"),
        ("五户村2组", "五户村"),
        ("石桥镇幸福村", "石桥镇幸福村"),
        ("敬老院", None),
        ("3号", None),
        ("同上", None),
    ],
)
def test_the_area_stands_above_the_house_number(said, area):
    assert address_area(said) == area


def test_a_village_is_not_a_household():
    assert address("石桥镇幸福村") is None
    assert address("东岭区") is None
    assert address("石桥镇敬老院") == "石桥镇敬老院"


def test_certificates():
    assert certificate("11010519491231002x") == "11010519491231002X"
    assert certificate("110105 19491231 002X") == "11010519491231002X"
    assert certificate("110105491231002") == "11010519491231002X"  # the old 15 digits of the same person
    assert certificate("E12345678") == "E12345678"
    for made_up in ("111111111111111111", "123456789012345678", "000000000000000000", "A" * 18, "110105********002X"):
        assert certificate(made_up) is None


def test_what_a_certificate_says():
    assert certificate_facts("11010519491231002X") == (True, "2", date(1949, 12, 31))
    assert certificate_facts("110105491231002") == (True, "2", date(1949, 12, 31))
    assert certificate_facts("110105194912310021") == (False, None, None)  # check digit
    assert certificate_facts("11010519491331002X") == (False, None, None)  # month 13
    assert certificate_facts("E12345678") == (None, None, None)  # a passport has none of this
    assert certificate_facts(None) == (None, None, None)


def test_accounts():
    assert account("6222 0213-0112 3456 789") == "6222021301123456789"
    assert account("0000000000") is None


@settings(deadline=None)
@given(ANYTHING)
@pytest.mark.parametrize("kind", NORMALISERS)
def test_a_normal_form_is_its_own_normal_form(kind, said):
    once = NORMALISERS[kind](said)
    assert once is None or NORMALISERS[kind](once) == once


@settings(deadline=None)
@given(ANYTHING)
def test_facts_and_areas_come_from_any_text_without_error(said):
    certificate_facts(said)
    assert address_area(said) is None or len(address_area(said)) >= 2
