"""What do people fall ill of, who treats it and with what? A short list of common conditions, by our own judgement."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Ill:
    """A condition: weights are per age group (child, young, middle, old) and only compare conditions with each other."""

    code: str
    name: str
    dept: str
    clinic: tuple[float, float, float, float] = (0, 0, 0, 0)
    """How often it is seen by day, at clinics and pharmacies."""
    ward: tuple[float, float, float, float] = (0, 0, 0, 0)
    """How often it is admitted."""
    drugs: tuple[str, ...] = ()
    infusions: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    operation: str = ""
    days: float = 8.0
    sex: int = 0
    level: int = 1
    """Lowest level of institution that admits it (1 health centre, 2 county hospital, 3 city hospital)."""
    extra: tuple[str, ...] = field(default=())
    """Goods that come with each day of the stay."""


ILLS: tuple[Ill, ...] = (
    Ill(
        "J06.900",
        "急性上呼吸道感染",
        "内科",
        (6, 5, 4, 3),
        (0, 0.3, 0.3, 0.4),
        ("cold", "cold", "abx"),
        ("inj_abx",),
        ("cbc", "crp"),
        days=4,
    ),
    Ill(
        "J20.900",
        "急性支气管炎",
        "内科",
        (3, 2, 3, 4),
        (3, 0.5, 1, 2),
        ("cold", "abx"),
        ("inj_abx", "inj_resp"),
        ("cbc", "crp", "xray"),
        days=7,
    ),
    Ill("J06.903", "小儿上呼吸道感染", "儿科", (9, 0, 0, 0), (3, 0, 0, 0), ("child", "child"), ("inj_abx",), ("cbc", "crp"), days=5),
    Ill(
        "J18.000",
        "支气管肺炎",
        "儿科",
        (1, 0, 0, 0),
        (5, 0, 0, 0),
        ("child",),
        ("inj_abx", "inj_resp"),
        ("cbc", "crp", "xray"),
        days=7,
        extra=("nebul",),
    ),
    Ill(
        "J18.900",
        "肺炎",
        "内科",
        (0, 0.3, 0.6, 1),
        (0, 1, 3, 7),
        ("abx", "cold"),
        ("inj_abx", "inj_resp", "tcm_inj"),
        ("cbc", "crp", "ct", "lab_k", "lab_na"),
        days=9,
        extra=("oxygen", "nebul"),
    ),
    Ill(
        "J44.100",
        "慢性阻塞性肺疾病急性加重",
        "内科",
        (0, 0, 1, 2),
        (0, 0, 1, 6),
        ("cold", "abx"),
        ("inj_abx", "inj_resp"),
        ("cbc", "ct", "lung"),
        days=10,
        extra=("oxygen", "nebul", "phlegm"),
    ),
    Ill("K29.500", "慢性胃炎", "内科", (0.5, 4, 4, 3), (0, 0.8, 1.5, 1.5), ("gi", "gi"), ("inj_gi",), ("cbc", "gastroscopy", "us"), days=6),
    Ill(
        "M54.500",
        "腰痛",
        "骨科",
        (0, 2, 4, 4),
        (0, 0.5, 2, 3),
        ("pain", "pain"),
        ("inj_neuro",),
        ("mri", "cbc"),
        days=9,
        extra=("physio", "tcm_acu"),
    ),
    Ill(
        "M17.900",
        "膝关节病",
        "骨科",
        (0, 0.5, 2, 3),
        (0, 0, 0.6, 1.2),
        ("pain",),
        ("inj_abx",),
        ("xray", "coag"),
        "op_ortho",
        12,
        level=2,
        extra=("physio",),
    ),
    Ill(
        "S52.500",
        "桡骨下端骨折",
        "骨科",
        (0.3, 0.3, 0.4, 0.6),
        (0.5, 0.5, 0.8, 1),
        ("pain",),
        ("inj_abx",),
        ("xray", "coag"),
        "op_ortho",
        9,
        level=2,
    ),
    Ill("N76.000", "急性阴道炎", "妇产科", (0, 4, 2, 0.3), (0, 0, 0, 0), ("gyn", "gyn"), (), ("urine",), sex=2),
    Ill("N73.900", "盆腔炎", "妇产科", (0, 2, 1, 0), (0, 0.8, 0.6, 0), ("gyn", "abx"), ("inj_abx",), ("cbc", "us"), days=7, sex=2),
    Ill(
        "O80.900", "单胎顺产", "妇产科", (0, 0, 0, 0), (0, 2.2, 0, 0), (), ("birth",), ("cbc", "coag", "us"), "delivery", 4, sex=2, level=2
    ),
    Ill(
        "O82.900",
        "剖宫产",
        "妇产科",
        (0, 0, 0, 0),
        (0, 1.8, 0, 0),
        (),
        ("birth", "inj_abx"),
        ("cbc", "coag", "us"),
        "op_birth",
        6,
        sex=2,
        level=2,
    ),
    Ill("N40.x00", "前列腺增生", "外科", (0, 0, 1, 4), (0, 0, 0.2, 0.7), ("uro",), ("inj_abx",), ("urine", "us"), days=7, sex=1),
    Ill("L30.900", "湿疹", "内科", (2, 2, 2, 2), (0, 0, 0, 0), ("skin", "cold"), (), ()),
    Ill("G47.000", "失眠", "中医科", (0, 1, 3, 3), (0, 0, 0, 0), ("sleep_z",), (), ()),
    Ill("I10.x00", "高血压病", "内科", (0, 0.5, 5, 8), (0, 0.1, 1.5, 3), ("htn", "htn"), ("tcm_inj",), ("ecg", "kidney", "abpm"), days=7),
    Ill(
        "E11.900",
        "2型糖尿病",
        "内科",
        (0, 0.3, 3, 5),
        (0, 0.1, 1.5, 3),
        ("dm", "dm"),
        ("inj_neuro",),
        ("lab_glu", "lab_hba1c", "kidney", "urine"),
        days=9,
        extra=("glu_bed",),
    ),
    Ill(
        "I25.100",
        "冠状动脉粥样硬化性心脏病",
        "内科",
        (0, 0, 3, 6),
        (0, 0, 2, 6),
        ("heart", "lipid"),
        ("tcm_inj", "inj_neuro"),
        ("ecg", "us", "coag", "lab_k"),
        days=8,
        extra=("ecg_mon",),
    ),
    Ill(
        "I63.900",
        "脑梗死",
        "神经内科",
        (0, 0, 0.5, 1.5),
        (0, 0, 2, 7),
        ("heart", "lipid"),
        ("stroke_inj", "inj_neuro"),
        ("ct", "mri", "coag", "ecg"),
        days=10,
        level=2,
        extra=("physio",),
    ),
    Ill(
        "K81.000",
        "急性胆囊炎",
        "外科",
        (0, 0.2, 0.4, 0.5),
        (0, 0.8, 1.2, 1.4),
        ("gi",),
        ("inj_abx", "inj_gi"),
        ("us", "liver", "coag"),
        "op_general",
        7,
        level=2,
    ),
    Ill(
        "K56.700",
        "肠梗阻",
        "外科",
        (0, 0.1, 0.1, 0.2),
        (0.2, 0.4, 0.6, 1),
        ("gi",),
        ("inj_abx", "nutrition"),
        ("ct", "lab_k", "lab_na"),
        "op_general",
        10,
        level=2,
    ),
    Ill("H25.900", "老年性白内障", "眼科", (0, 0, 0.2, 1), (0, 0, 0.3, 2), (), (), ("coag", "ecg"), "op_eye", 3, level=2),
    Ill(
        "Z51.103",
        "恶性肿瘤术后化学治疗",
        "肿瘤科",
        (0, 0, 0.2, 0.2),
        (0, 0, 0, 0),
        (),
        ("onc", "onc_tcm"),
        ("cbc", "liver", "kidney"),
        days=4,
        level=2,
        extra=("chemo",),
    ),
    Ill("B18.100", "慢性乙型病毒性肝炎", "内科", (0, 0.6, 1, 0.5), (0, 0.1, 0.2, 0.1), ("dear",), (), ("liver", "us"), days=8),
    Ill(
        "N18.500",
        "慢性肾脏病5期",
        "肾内科",
        (0, 0, 0, 0),
        (0, 0, 0.2, 0.3),
        ("dial",),
        ("dial",),
        ("kidney", "lab_k", "lab_ca"),
        days=8,
        level=2,
    ),
    Ill(
        "M51.202",
        "腰椎间盘突出",
        "康复科",
        (0, 0.5, 2, 2),
        (0, 0.3, 2, 2.5),
        ("pain",),
        ("inj_neuro",),
        ("ct", "cbc"),
        days=11,
        extra=("physio", "tcm_acu", "rehab"),
    ),
    Ill(
        "I69.300",
        "脑梗死后遗症",
        "康复科",
        (0, 0, 0.3, 1),
        (0, 0, 0.6, 2.5),
        ("heart",),
        ("tcm_inj",),
        ("cbc", "ecg"),
        days=14,
        extra=("physio", "rehab", "tcm_acu"),
    ),
    Ill("A09.901", "感染性腹泻", "内科", (3, 1, 1, 1), (1.5, 0.2, 0.3, 0.5), ("gi",), ("inj_abx",), ("stool", "cbc"), days=4),
)

BY_CODE = {ill.code: number for number, ill in enumerate(ILLS)}
CHRONIC = ("I10.x00", "E11.900", "I25.100", "B18.100")
DEPARTMENTS = (
    "内科",
    "外科",
    "妇产科",
    "儿科",
    "骨科",
    "中医科",
    "神经内科",
    "肿瘤科",
    "眼科",
    "康复科",
    "肾内科",
    "全科",
    "急诊科",
    "药房",
    "护理部",
)
DEPT = {name: number for number, name in enumerate(DEPARTMENTS)}
