"""Every kind of relationship that may exist in the graph, each to be read aloud from start to end."""

from __future__ import annotations

from collections.abc import Mapping

from graph.schema import Day, Money, Prop, RelType, Text, When

_FIRST = Prop("first", When, "最早")
_LAST = Prop("last", When, "最晚")
_ITEMS = ("Drug", "ServiceItem", "Consumable")
_LINE_SUMS = (Prop("lines", int, "明细行数"), Prop("cnt", float, "数量"), Prop("amount_fen", Money, "金额"))

# a visit and its money

HAD = RelType(
    "HAD",
    "就诊",
    "The person had this visit or dialysis session, or this payment where its visit is not named.",
    ends=(("Patient", "Encounter"), ("Patient", "DialysisSession"), ("Patient", "Settlement")),
)
AT = RelType(
    "AT",
    "在",
    "It took place at this institution.",
    ends=(("Encounter", "Institution"), ("FaceCheck", "Institution"), ("DialysisSession", "Institution"), ("Settlement", "Institution")),
)
ADMITTED_TO = RelType("ADMITTED_TO", "入科", "The stay began in this department.", ends=(("Encounter", "Department"),))
SETTLES = RelType("SETTLES", "结算", "The payment is for this visit.", ends=(("Settlement", "Encounter"),))
BILLED = RelType(
    "BILLED",
    "计费",
    "Claim lines of one settlement and one item, added up; the lines themselves stay in the book.",
    ends=tuple(("Settlement", item) for item in _ITEMS),
    props=_LINE_SUMS,
)
BILLED_IN_MONTH = RelType(
    "BILLED_IN_MONTH",
    "月计费",
    "Claim lines of one institution or doctor, one item and one month, where the book is too large for one edge per settlement.",
    ends=tuple((who, item) for who in ("Institution", "Doctor") for item in _ITEMS),
    props=(Prop("month", int, "月份"), *_LINE_SUMS),
    apart="month",
)
ORDERED = RelType(
    "ORDERED",
    "开具",
    "The doctor ordered lines of this settlement.",
    ends=(("Doctor", "Settlement"),),
    props=(Prop("lines", int, "明细行数"), Prop("amount_fen", Money, "金额")),
)
TREATED = RelType(
    "TREATED",
    "主诊",
    "The doctor in charge of the stay, or the surgeon of an operation in it.",
    ends=(("Doctor", "Encounter"),),
    props=(Prop("chief", bool, "主诊"), Prop("operated", bool, "手术")),
)
NEXT = RelType(
    "NEXT",
    "再入院",
    "The same person's next stay.",
    ends=(("Encounter", "Encounter"),),
    props=(Prop("gap_days", int, "间隔天数", says="From the end of one stay to the beginning of the next."),),
)
HAS_DX = RelType(
    "HAS_DX", "诊断为", "The visit carries this diagnosis.", ends=(("Encounter", "Diagnosis"),), props=(Prop("main", bool, "主诊断"),)
)
HAS_OPERATION = RelType(
    "HAS_OPERATION",
    "手术",
    "The visit's settlement list names this operation.",
    ends=(("Encounter", "Operation"),),
    props=(Prop("times", int, "次数"),),
)
ON_INVOICE = RelType("ON_INVOICE", "发票", "The settlement stands on this invoice.", ends=(("Settlement", "Invoice"),))
HANDLED = RelType("HANDLED", "经办", "The operator's account settled it.", ends=(("Handler", "Settlement"),))

# who belongs where

WORKS_AT = RelType(
    "WORKS_AT",
    "执业于",
    "By the staff register, or because bills name the doctor there.",
    ends=(("Doctor", "Institution"),),
    props=(Prop("registered", bool, "已注册"), Prop("begndate", Day, "开始"), Prop("enddate", Day, "结束")),
)
IN_DEPARTMENT = RelType("IN_DEPARTMENT", "所在科室", "By the staff register.", ends=(("Doctor", "Department"),))
PART_OF = RelType("PART_OF", "隶属", "The department belongs to this institution.", ends=(("Department", "Institution"),))
IS_PERSON = RelType(
    "IS_PERSON",
    "本人",
    "The doctor is this insured person: one valid certificate number, so a conflict of interest can be seen.",
    ends=(("Doctor", "Patient"),),
)
IN_HOUSEHOLD = RelType("IN_HOUSEHOLD", "同户", "Registered in this family.", ends=(("Patient", "Household"),), joins=True)
INSURED_BY = RelType(
    "INSURED_BY",
    "参保于",
    "The employer pays, or is billed as paying, the person's contributions.",
    ends=(("Patient", "Employer"),),
    props=(Prop("begndate", Day, "开始"), Prop("enddate", Day, "结束")),
)

# ties: what two records may share

HAS_PHONE = RelType(
    "HAS_PHONE",
    "电话",
    "Own number, or the number of the contact person.",
    ends=(("Patient", "Phone"), ("Doctor", "Phone"), ("Institution", "Phone"), ("Employer", "Phone")),
    props=(Prop("own", bool, "本人号码"), Prop("contact", bool, "联系人号码")),
    joins=True,
)
LIVES_AT = RelType("LIVES_AT", "住址", "The person's address.", ends=(("Patient", "Address"),), joins=True)
LOCATED_AT = RelType(
    "LOCATED_AT", "地址", "Where the place is.", ends=(("Institution", "Address"), ("Employer", "Address")), joins=True
)
PAID_INTO = RelType(
    "PAID_INTO",
    "收款账户",
    "The account that receives their money.",
    ends=(("Patient", "BankAccount"), ("Institution", "BankAccount"), ("Employer", "BankAccount")),
    joins=True,
)
PAID = RelType(
    "PAID",
    "转账",
    "Transfers from one account to another, added up.",
    ends=(("BankAccount", "BankAccount"),),
    props=(Prop("txns", int, "笔数"), Prop("amount_fen", Money, "金额"), _FIRST, _LAST),
    joins=True,
)

# boxes

SOLD_IN = RelType(
    "SOLD_IN",
    "售于",
    "The box left the counter in this settlement.",
    ends=(("TraceCode", "Settlement"),),
    props=(
        Prop("time", When, "售出时间"),
        Prop("split", bool, "拆零", says="The box was split for dispensing: it may be sold again."),
        Prop("returned", bool, "已退回", says="A later return of the box at the same institution is on record."),
    ),
    joins=True,
)
SOLD_AT = RelType(
    "SOLD_AT",
    "售出机构",
    "The box was sold here and no settlement of the fund is known for the sale.",
    ends=(("TraceCode", "Institution"),),
    props=(Prop("sales", int, "次数"), _FIRST, _LAST),
)
BOX_OF = RelType(
    "BOX_OF",
    "药盒",
    "What is in the box: by the purchase, else by the national prefix map. What a sale claimed is no proof.",
    ends=(("TraceCode", "Drug"),),
)
BOUGHT = RelType(
    "BOUGHT",
    "购进",
    "The institution took the box into stock.",
    ends=(("Institution", "TraceCode"),),
    props=(Prop("time", When, "入库时间"), Prop("supplier", Text, "供应商HMAC")),
)
SHIPPED = RelType(
    "SHIPPED",
    "供货",
    "Purchases of one institution from one supplier, added up; the supplier of one box stands on BOUGHT.",
    ends=(("Supplier", "Institution"),),
    props=(Prop("lines", int, "行数"), Prop("codes", int, "追溯码数"), Prop("cnt", float, "数量"), _FIRST, _LAST),
)

# faces and records

SEEN_IN = RelType("SEEN_IN", "出现于", "This face was before the camera.", ends=(("Face", "FaceCheck"),), joins=True)
CLAIMS = RelType("CLAIMS", "自称", "The check was made for this person.", ends=(("FaceCheck", "Patient"),), joins=True)
ON = RelType("ON", "属于就诊", "Done during this visit.", ends=(("FaceCheck", "Encounter"), ("DialysisSession", "Encounter")))
CHECKED_BY = RelType(
    "CHECKED_BY",
    "进出核验",
    "The face check at the beginning or end of the session.",
    ends=(("DialysisSession", "FaceCheck"),),
    props=(Prop("moment", Text, "环节", says="in or out"),),
)
ABOUT = RelType(
    "ABOUT",
    "关于",
    "The document or the lead is about this.",
    ends=(
        ("Note", "Encounter"),
        *(("Lead", about) for about in ("Patient", "Doctor", "Institution", "Employer", "Handler", "Ring")),
        *(("Lead", about) for about in ("Settlement", "Encounter", "TraceCode", "Phone", "Address", "BankAccount", "Face")),
    ),
    props=(Prop("role", Text, "角色", says="Of a lead only: subject, a member's role, or evidence."),),
)
FACE_MATCH = RelType(
    "FACE_MATCH",
    "人脸相近",
    "Faces of two persons are near each other: a doubt with its score, never a fact. Lower number first.",
    ends=(("Patient", "Patient"),),
    props=(
        *(Prop("score", float, "相似度"), Prop("threshold", float, "阈值"), Prop("model", Text, "模型")),
        *(Prop("quality", float, "质量"), Prop("fmr", float, "误识率")),
    ),
    writer="vision",
)

# knowledge and findings

LIMITED_BY = RelType(
    "LIMITED_BY", "受限于", "A published limit on the item.", ends=tuple((i, "KnowledgePoint") for i in _ITEMS), writer="knowledge"
)
FOUND_BY = RelType("FOUND_BY", "依据规则", "The lead rests on this rule.", ends=(("Lead", "Rule"),), writer="run")
UNDER = RelType("UNDER", "适用", "The article the lead would fall under.", ends=(("Lead", "Article"),), writer="run")
HAS_MEMBER = RelType(
    "HAS_MEMBER",
    "成员",
    "The ring's member and role.",
    ends=tuple(
        ("Ring", member)
        for member in ("Patient", "Doctor", "Institution", "Employer", "Handler", "Phone", "Address", "BankAccount", "TraceCode", "Face")
    ),
    props=(Prop("role", Text, "角色"),),
    writer="run",
)

RELS: Mapping[str, RelType] = {
    rel.name: rel
    for rel in (
        *(HAD, AT, ADMITTED_TO, SETTLES, BILLED, BILLED_IN_MONTH, ORDERED, TREATED, NEXT, HAS_DX, HAS_OPERATION, ON_INVOICE, HANDLED),
        *(WORKS_AT, IN_DEPARTMENT, PART_OF, IS_PERSON, IN_HOUSEHOLD, INSURED_BY),
        *(HAS_PHONE, LIVES_AT, LOCATED_AT, PAID_INTO, PAID),
        *(SOLD_IN, SOLD_AT, BOX_OF, BOUGHT, SHIPPED),
        *(SEEN_IN, CLAIMS, ON, CHECKED_BY, ABOUT, FACE_MATCH),
        *(LIMITED_BY, FOUND_BY, UNDER, HAS_MEMBER),
    )
}
"""name -> declaration, in the order of SCHEMA.md."""
