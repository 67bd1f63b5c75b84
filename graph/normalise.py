"""One written form for names, phones, addresses, certificates and accounts, so that equal things compare equal.

Each normaliser returns None for an empty cell, a placeholder (同上, 不详, 13800138000) and a value that somebody already masked
(138****2207): such a value says nothing about who a person is and must never join two of them. The functions are pure; callers
pass distinct values only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from operator import mul
from typing import NamedTuple

from graph.contract import Identity

PLACEHOLDERS = frozenset({
    "无", "无此", "暂无", "没有", "空", "空白", "不详", "不明", "不清", "未知", "未填", "未填写", "未提供", "未登记", "无法提供",
    "拒绝提供", "保密", "测试", "其他", "其它", "同上", "同左", "同前", "同住址", "同户籍", "同户口", "同身份证", "同现住址", "见身份证",
    "见户口本", "NULL", "NONE", "NAN", "NA", "N/A", "NIL", "TEST", "UNKNOWN",
})
"""Words that clerks write where nothing is known (own list; sites see others, the hub guard catches those)."""
NO_NAME = frozenset({
    "无名", "无名氏", "本人", "患者", "病人", "家属", "顾客", "会员", "散客", "匿名", "某某", "某", "先生", "女士",
})
NO_ADDRESS = frozenset({
    "本院", "本村", "本地", "本市", "本县", "家中", "家里", "住院", "外地",
})

_RUNS = ("012345678", "123456789", "234567890", "987654321", "876543210")
_REPEATED_CARRIER = re.compile(r"1(?P<op>[3-9][0-9])001(?P=op)000")  # 13800138000, 13900139000 ...
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_NUMBER = re.compile(
    r"(?:(?:\+|00)?86|0)?(?P<mobile>1[3-9][0-9]{9})|(?:(?:\+|00)86)?(?P<fixed>0[1-9][0-9]{8,10}|[2-9][0-9]{6,7}|[48]00[0-9]{7})"
    r"|(?:\+|00)(?P<abroad>[1-9][0-9]{7,14})"
)
_SEVERAL = re.compile(r"[/、,;|或]|(?<=[0-9]{7})\s+(?=[0-9]{7})")
_EXTENSION = re.compile(r"(?:转|分机|EXT\.?|#|\*)[0-9]{1,6}$", re.IGNORECASE)
_DOTS = str.maketrans(dict.fromkeys("•・‧∙.●", "·"))
_ADDRESS_SIGNS = str.maketrans(
    {"#": "号"} | dict.fromkeys("—–―−~～‐‑﹣", "-") | dict.fromkeys(",，。;；、()（）[]【】\"'“”《》:：\u200b")
)
_CHINESE_DIGIT = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNIT = "(?:号|栋|幢|座|单元|室|组|层|楼|弄|队|排|户)(?![村镇乡庄路街桥])"  # 五户村 and 三号桥 are places, no house numbers
_SAID_IN_CHINESE = re.compile(rf"[零〇一二两三四五六七八九十百]+(?=村民小组|{_UNIT})")
_SAME_WORD = (
    (re.compile(r"号楼|(?<=[0-9A-Z])[幢座]"), "栋"),
    (re.compile(r"村民小组"), "组"),
    (re.compile(r"(?:门牌|第)+(?=[0-9])"), ""),
    (re.compile(r"(?<=[0-9])室$"), ""),
)
_SAYS_A_NUMBER = frozenset(_CHINESE_DIGIT) | {"十", "百"}
_HAS_SAME_WORD = frozenset("楼幢座民门第室")  # most addresses need none of these passes
_PROVINCE = re.compile(r"^(?:中国)?[^市县区]{2,8}?(?:省|自治区)(?=[^县区镇乡村]{1,8}?(?:市|州|盟|地区))")
_HOUSE = re.compile(rf"[A-Z]?[0-9]+(?:-[0-9]+)*[A-Z]?(?:{_UNIT}|$)|[A-Z]栋")
_NAMES_AN_AREA = re.compile(r"(?:省|市|区|县|旗|州|盟|镇|乡|村|庄|屯|寨|街道|社区|路|街|大道|巷|小区|花园|苑)$")

_CERTIFICATE = re.compile(r"[0-9]{17}[0-9X]")
_CERTIFICATE_15 = re.compile(r"[0-9]{15}")
CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_ASCII_ZEROS = 48 * sum(CHECK_WEIGHTS)
CHECK_CHARACTERS = "10X98765432"


class CertificateFacts(NamedTuple):
    """What a resident's certificate number says by itself; all None for a passport or another voucher."""

    ok: bool | None
    """Check digit and birth date hold; a 15-digit number has no check digit."""
    sex: str | None = None
    """Code of the list `gend`: "1" male, "2" female."""
    brdy: date | None = None


NO_FACTS = CertificateFacts(None)


def name(value: str | None) -> str | None:
    """A person's or company's name: full width to half width, no spaces between Chinese characters, one kind of middle dot."""
    text = _plain(value)
    if not text:
        return None
    text = " ".join(text.split()) if text.isascii() else _composed("".join(text.split()).translate(_DOTS)).strip("·")
    if _says_nothing(text) or text in NO_NAME or (_one_character_repeated(text) and text[0] < "\u4e00"):
        return None
    return text or None


def phone(value: str | None) -> str | None:
    """A phone number in digits without 86; of several in one cell the first real one. Abroad: `+` and the digits."""
    if value is not None and _MOBILE.fullmatch(value):
        return None if _made_up(value) else value
    for part in _SEVERAL.split(_plain(value)):
        bare = re.sub(r"[\s\-().]", "", _EXTENSION.sub("", part.removesuffix(".0").strip()))
        if (found := _NUMBER.fullmatch(bare)) is None:
            continue
        digits = found["mobile"] or found["fixed"] or f"+{found['abroad']}"
        if not _made_up(digits):
            return digits
    return None


def address(value: str | None) -> str | None:
    """A dwelling in one spelling (三号楼 = 3#楼 = 3幢). None when the text names only an area: a village is not a household."""
    text = _address_text(value)
    if text is None or (_HOUSE.search(text) is None and _NAMES_AN_AREA.search(text)):
        return None
    return text


def address_area(value: str | None) -> str | None:
    """The part above the first house number: village, road or estate. None when the text names no area."""
    text = _address_text(value)
    if text is None:
        return None
    if house := _HOUSE.search(text):
        return text[: house.start()] if house.start() >= 2 else None
    return text if _NAMES_AN_AREA.search(text) else None


def certificate(value: str | None) -> str | None:
    """A certificate or voucher number in capitals without blanks; a resident's old 15 digits in today's 18."""
    text = _unbroken(value)
    if not text or _says_nothing(text) or _one_character_repeated(text) or (text.startswith(_RUNS) and _birth(text) is None):
        return None
    if _CERTIFICATE_15.fullmatch(text):
        longer = f"{text[:6]}19{text[6:]}"
        if _birth(longer) is not None:
            return longer + certificate_check_digit(longer)
    return text


def certificate_facts(value: str | None) -> CertificateFacts:
    """Check digit, sex and birth date of a certificate number; sex and birth date stay unknown when the number does not hold."""
    text = certificate(value)
    if text is None or _CERTIFICATE.fullmatch(text) is None:
        return NO_FACTS
    birth = _birth(text)
    if birth is None or certificate_check_digit(text) != text[17]:
        return CertificateFacts(False)
    return CertificateFacts(True, "1" if int(text[16]) % 2 else "2", birth)


def certificate_check_digit(first_17: str) -> str:
    """The 18th character that GB 11643 demands after these 17 digits."""
    return CHECK_CHARACTERS[(sum(map(mul, first_17[:17].encode(), CHECK_WEIGHTS)) - _ASCII_ZEROS) % 11]


def account(value: str | None) -> str | None:
    """A bank account number in capitals without blanks and dashes."""
    text = _unbroken(value)
    return None if not text or _says_nothing(text) or _one_character_repeated(text) or text.startswith(_RUNS) else text


NORMALISERS: Mapping[Identity, Callable[[str | None], str | None]] = {
    "name": name,
    "certificate": certificate,
    "phone": phone,
    "address": address,
    "account": account,
}


def normalised(kind: Identity, values: Iterable[str | None]) -> list[str | None]:
    """The normal form of each value, in order."""
    return [*map(NORMALISERS[kind], values)]


def address_areas(values: Iterable[str | None]) -> list[str | None]:
    """`address_area` of each value, in order."""
    return [*map(address_area, values)]


def all_certificate_facts(values: Iterable[str | None]) -> list[CertificateFacts]:
    """`certificate_facts` of each value, in order."""
    return [*map(certificate_facts, values)]


def _plain(value: str | None) -> str:
    if value is None:
        return ""
    return (value if value.isascii() else _composed(value)).strip().upper()


def _unbroken(value: str | None) -> str:
    text = _plain(value)
    return text if text.isalnum() else _composed(re.sub(r"[\s\-]", "", text))


def _composed(text: str) -> str:
    """Full width to half width; again after blanks are gone, for what then stands side by side may compose."""
    return unicodedata.normalize("NFKC", text)


def _says_nothing(text: str) -> bool:
    return text in PLACEHOLDERS or "*" in text or not any(map(str.isalnum, text))


def _one_character_repeated(text: str) -> bool:
    return text == text[0] * len(text)


def _made_up(digits: str) -> bool:
    return (
        _one_character_repeated(digits[-8:])
        or digits in ("12345678", "87654321", "1234567", "7654321")
        or any(run in digits for run in _RUNS)
        or _REPEATED_CARRIER.fullmatch(digits) is not None
    )


def _birth(text: str) -> date | None:
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None
    return born if born.year >= 1850 else None


def _address_text(value: str | None) -> str | None:
    text = _composed("".join(_plain(value).translate(_ADDRESS_SIGNS).split()))
    if not text or _says_nothing(text) or text in NO_ADDRESS:
        return None
    if not _SAYS_A_NUMBER.isdisjoint(text):
        text = _SAID_IN_CHINESE.sub(_arabic, text)
    if not _HAS_SAME_WORD.isdisjoint(text):
        for spelling, word in _SAME_WORD:
            text = spelling.sub(word, text)
    text = _PROVINCE.sub("", text)
    return None if not text or _one_character_repeated(text) else text


def _arabic(said: re.Match[str]) -> str:
    """十二 -> 12, 一百零三 -> 103, 三〇二 -> 302."""
    text = said[0]
    if "十" not in text and "百" not in text:
        return "".join(str(_CHINESE_DIGIT[c]) for c in text)
    total, digit = 0, 0
    for c in text:
        if c in "十百":
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
        else:
            digit = _CHINESE_DIGIT[c]
    return str(total + digit)
