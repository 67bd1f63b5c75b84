"""What are people and places called? Lists of our own, and the real check digits on numbers of no real district."""

from __future__ import annotations

import numpy as np

from ingest.city.chance import Ints, Strings, choose, digits, join

AREA = "9903"
"""A district code that no province has: every certificate and institution code says that it is made up."""

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰涛明超兰霞平刚桂英华玉梅红春秀珍建国文志"
    "国庆海燕晓玲辉鹏飞宇浩欣怡梓涵子轩雨佳琪思远博昊天成龙凤菊香翠莲"
    "德福贵荣昌盛祥瑞永康宁安邦家旺才学礼义仁信忠孝廉和顺清泉山川松柏竹"
    "石金银铜铁水木火土东南西北中正大光新民主"
)
TOWN_NAMES = [
    *("青河", "柳林", "石桥", "白沙", "双塔", "大营", "古渡", "南岭", "龙泉", "平川", "高台", "三岔"),
    *("长湖", "枫桥", "云溪", "西坪", "东关", "太和", "永丰", "金沙", "杨集", "红石", "清水", "北塘"),
]
PLACE_WORDS = [
    *("康宁", "仁和", "同济", "惠民", "博爱", "民生", "益寿", "安泰", "德济", "春晖", "百草", "福康"),
    *("华康", "永安", "众生", "积善", "瑞康", "天和", "保和", "济世", "长青", "广济", "正和", "千金"),
]
FIRM_WORDS = [
    *("纺织", "机械", "建材", "食品", "化工", "电子", "物流", "印刷", "服装", "制鞋", "农机", "玻璃"),
    *("陶瓷", "家具", "包装", "水泥", "酒业", "粮油"),
]

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECK = np.array(list("10X98765432"))
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def persons(rng: np.random.Generator, n: int, surnames: Strings | None = None) -> Strings:
    """Full names; given names of one or two characters."""
    first = surnames if surnames is not None else np.array(list(SURNAMES))[choose(rng, 1 / (np.arange(len(SURNAMES)) + 6.0), n)]
    given = np.array(list(GIVEN))
    second = given[rng.integers(0, len(given), n)]
    third = np.where(rng.random(n) < 0.75, given[rng.integers(0, len(given), n)], "")
    return join(first, second, third)


def certificates(areas: Ints, birth: Strings, sex: Ints, rank: Ints) -> Strings:
    """Certificate numbers by GB 11643. `birth` YYYYMMDD, `sex` 1 or 2, `rank` counts persons of one area, day and sex."""
    serial = (rank % 500) * 2 + (sex == 1)
    body = join(AREA, digits(areas % 100, 2), birth, digits(serial.astype(np.int64), 3))
    numbers = body.view("U1").reshape(len(body), -1)[:, :17].astype(np.int64)
    return join(body, _CHECK[(numbers * _WEIGHTS).sum(axis=1) % 11])


def social_credit_codes(serial: Ints) -> list[str]:
    """Unified social credit codes by GB 32100."""
    codes = []
    for value in serial.tolist():
        body = f"91{AREA}01MA{value % 10**7:07d}"
        total = sum(_USCC.index(c) * pow(3, i, 31) for i, c in enumerate(body))
        codes.append(body + _USCC[(31 - total % 31) % 31])
    return codes


def phones(rng: np.random.Generator, n: int) -> Strings:
    """Mobile numbers, well formed."""
    heads = np.array(
        [
            "133",
            "135",
            "136",
            "137",
            "138",
            "139",
            "150",
            "151",
            "152",
            "155",
            "158",
            "159",
            "170",
            "176",
            "177",
            "180",
            "186",
            "187",
            "188",
            "189",
            "191",
            "199",
        ]
    )
    return join(heads[rng.integers(0, len(heads), n)], digits(rng.integers(0, 10**8, n), 8))


def desk_phones(rng: np.random.Generator, n: int) -> Strings:
    """Landline numbers of an area code that is not in use."""
    return join("0999-", digits(rng.integers(2 * 10**6, 9 * 10**6, n), 7))


def accounts(rng: np.random.Generator, n: int) -> Strings:
    """Bank accounts: 16 digits and a Luhn check digit."""
    body = join("62", digits(rng.integers(10**6, 10**7, n), 7), digits(rng.integers(0, 10**9, n), 9))
    numbers = body.view("U1").reshape(n, -1)[:, :18].astype(np.int64)
    doubled = numbers.copy()
    doubled[:, 1::2] *= 2
    doubled[doubled > 9] -= 9
    return join(body, digits((10 - doubled.sum(axis=1) % 10) % 10, 1))
