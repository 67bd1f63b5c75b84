"""Every kind of node that may exist in the graph. DDL, load Cypher, SCHEMA.md and the room's captions are generated from here."""

from __future__ import annotations

from collections.abc import Mapping

from graph.schema import Day, Key, Look, Money, NodeType, Prop, Text, When

HUB = Prop("hub", bool, "枢纽", says="Shared by a crowd or belonging to a counter: kept as a fact, never a tie between people.")
HUB_WHY = Prop("hub_why", Text, "枢纽原因", says="desk = an institution's own; crowd = too many persons.")

# people

PATIENT = NodeType(
    label="Patient",
    zh="参保人",
    says="An insured person, by the scheme's own pseudonym. Holds region, birth year and sex, nothing that names.",
    key=Key("psn_no", "人员编号"),
    props=(
        Prop("region", Text, "参保区划"),
        Prop("birth_year", int, "出生年"),
        Prop("sex", Text, "性别", codes="gend"),
    ),
    caption="{psn_no:tail}",
    look=Look("patient", "user"),
)

DOCTOR = NodeType(
    label="Doctor",
    zh="医护药师",
    says="A registered doctor, nurse, pharmacist or technician, or one known only from bills.",
    key=Key("stff_code", "医护人员代码"),
    props=(
        Prop("stff_type", Text, "人员类别", codes="stff_type"),
        Prop("prac_scp", Text, "执业范围"),
    ),
    caption="{stff_code:tail}",
    look=Look("staff", "stethoscope"),
)

HANDLER = NodeType(
    label="Handler",
    zh="经办人",
    says="The operator's account that entered or settled a claim.",
    key=Key("opter_id", "经办人编号"),
    props=(HUB, HUB_WHY),
    caption="{opter_id:tail}",
    look=Look("staff", "user-check"),
)

HOUSEHOLD = NodeType(
    label="Household",
    zh="家庭",
    says="Persons registered as one family: the first innocent reason for shared phones and addresses.",
    key=Key("family_id", "家庭编号"),
    caption="{family_id:tail}",
    look=Look("ties", "house"),
)

# places

INSTITUTION = NodeType(
    label="Institution",
    zh="定点机构",
    says="A designated hospital, clinic or pharmacy; the newest row of the register speaks.",
    key=Key("fixmedins_code", "定点医药机构编号"),
    props=(
        Prop("name", Text, "名称", indexed=True),
        Prop("medins_kind", Text, "机构类型", codes="medins_kind"),
        Prop("hosp_lv", Text, "医院等级", codes="hosp_lv"),
        Prop("region", Text, "区划"),
        Prop("beds", int, "核定床位"),
        Prop("owner_group", Text, "所属集团"),
        Prop("agreement_status", Text, "协议状态", codes="agreement_status"),
    ),
    caption="{name}",
    look=Look("care", "hospital"),
    also={"Hospital": Look("care", "hospital"), "Clinic": Look("care", "hospital"), "Pharmacy": Look("pharmacy", "store")},
)

DEPARTMENT = NodeType(
    label="Department",
    zh="科室",
    says="A department of one institution; its key is institution|department code.",
    key=Key("dept_key", "机构编号|科室编码"),
    props=(Prop("name", Text, "名称"),),
    caption="{name}",
    look=Look("care", "bed"),
)

EMPLOYER = NodeType(
    label="Employer",
    zh="参保单位",
    says="An employer that pays contributions for its people.",
    key=Key("emp_no", "单位编号"),
    props=(
        Prop("name", Text, "名称"),
        Prop("insured", int, "参保人数"),
        Prop("taxed", int, "个税申报人数"),
    ),
    caption="{name}",
    look=Look("ties", "briefcase"),
)

SUPPLIER = NodeType(
    label="Supplier",
    zh="供应商",
    says="Who sold boxes to a pharmacy or hospital. A small trader may bear a person's name, so the key is its HMAC.",
    key=Key("spler_h", "供应商HMAC"),
    caption="{spler_h:tail}",
    look=Look("goods", "truck"),
)

# acts

ENCOUNTER = NodeType(
    label="Encounter",
    zh="就诊",
    says="One visit: an outpatient contact, a purchase at a pharmacy, or a stay.",
    key=Key("mdtrt_id", "就诊ID"),
    props=(
        Prop("med_type", Text, "医疗类别", codes="med_type"),
        Prop("begntime", When, "开始时间", indexed=True),
        Prop("endtime", When, "结束时间"),
    ),
    caption="{begntime:date}",
    look=Look("acts", "clipboard-list"),
)

SETTLEMENT = NodeType(
    label="Settlement",
    zh="结算",
    says="One payment of the fund for one visit; refunds are settlements of their own with negative amounts.",
    key=Key("setl_id", "结算ID"),
    props=(
        Prop("setl_time", When, "结算时间", indexed=True),
        Prop("med_type", Text, "医疗类别", codes="med_type"),
        Prop("fund_pay_fen", Money, "基金支付"),
        Prop("refunded", bool, "已退费"),
    ),
    caption="{fund_pay_fen:yuan} · {setl_time:date}",
    look=Look("acts", "receipt-text"),
)

INVOICE = NodeType(
    label="Invoice",
    zh="发票",
    says="An invoice number that stands on more than one settlement, or on another payer's file; a number used once joins nothing.",
    key=Key("invono", "发票号"),
    caption="{invono:tail}",
    look=Look("acts", "receipt"),
)

FACE_CHECK = NodeType(
    label="FaceCheck",
    zh="人脸核验",
    says="One look at a face, at a ward, a machine or a counter.",
    key=Key("check_id", "核验ID"),
    props=(
        Prop("check_time", When, "核验时间", indexed=True),
        Prop("check_kind", Text, "核验类型", codes="check_kind"),
        Prop("result", Text, "结果", codes="face_result"),
        Prop("sim_score", float, "相似度"),
    ),
    caption="{check_time:date}",
    look=Look("acts", "scan-face"),
)

DIALYSIS_SESSION = NodeType(
    label="DialysisSession",
    zh="血透场次",
    says="One session on one machine.",
    key=Key("session_id", "场次ID"),
    props=(
        Prop("begntime", When, "开始时间", indexed=True),
        Prop("endtime", When, "结束时间"),
        Prop("machine_no", Text, "机器号"),
    ),
    caption="{begntime:date}",
    look=Look("acts", "droplets"),
)

NOTE = NodeType(
    label="Note",
    zh="病历文书",
    says="One document of the medical record; its text stays in the book.",
    key=Key("note_id", "文书ID"),
    props=(
        Prop("note_type", Text, "文书类型", codes="note_type"),
        Prop("note_time", When, "书写时间"),
    ),
    caption="{note_time:date}",
    look=Look("acts", "file-text"),
)

# goods

DRUG = NodeType(
    label="Drug",
    zh="药品",
    says="A drug of the national code list, one maker and pack.",
    key=Key("med_list_codg", "药品编码"),
    props=(Prop("name", Text, "名称", indexed=True),),
    caption="{name}",
    look=Look("goods", "pill"),
)

SERVICE_ITEM = NodeType(
    label="ServiceItem",
    zh="医疗服务项目",
    says="A billable medical service; also whatever is billed under a code that is neither drug nor consumable.",
    key=Key("med_list_codg", "项目编码"),
    props=(Prop("name", Text, "名称", indexed=True),),
    caption="{name}",
    look=Look("goods", "test-tube"),
)

CONSUMABLE = NodeType(
    label="Consumable",
    zh="医用耗材",
    says="A consumable or implant.",
    key=Key("med_list_codg", "耗材编码"),
    props=(Prop("name", Text, "名称", indexed=True),),
    caption="{name}",
    look=Look("goods", "bone"),
)

TRACE_CODE = NodeType(
    label="TraceCode",
    zh="追溯码",
    says="The identity of one box of a drug. It can leave a counter once, unless the box is split for dispensing.",
    key=Key("drug_trac_codg", "药品追溯码"),
    props=(Prop("form", Text, "码制", codes="trace_form"),),
    caption="{drug_trac_codg:tail}",
    look=Look("goods", "scan-barcode"),
)

DIAGNOSIS = NodeType(
    label="Diagnosis",
    zh="诊断",
    says="A diagnosis code.",
    key=Key("diag_code", "诊断编码"),
    props=(Prop("name", Text, "名称"),),
    caption="{diag_code} {name}",
    look=Look("acts", "activity"),
)

OPERATION = NodeType(
    label="Operation",
    zh="手术操作",
    says="A code of an operation or procedure.",
    key=Key("oprn_oprt_code", "手术操作编码"),
    props=(Prop("name", Text, "名称"),),
    caption="{oprn_oprt_code} {name}",
    look=Look("acts", "scissors"),
)

# ties

PHONE = NodeType(
    label="Phone",
    zh="电话",
    says="A phone number, by the HMAC of its normal form. Placeholders never become one.",
    key=Key("tel_h", "电话HMAC"),
    props=(HUB, HUB_WHY),
    caption="{tel_h:tail}",
    look=Look("ties", "phone"),
)

ADDRESS = NodeType(
    label="Address",
    zh="地址",
    says="An address, by the HMAC of its normal form; its area is readable.",
    key=Key("addr_h", "地址HMAC"),
    props=(Prop("area", Text, "片区"), HUB, HUB_WHY),
    caption="{area}",
    look=Look("ties", "map-pin"),
)

BANK_ACCOUNT = NodeType(
    label="BankAccount",
    zh="银行账户",
    says="A bank account, by the HMAC of its number.",
    key=Key("acct_h", "账户HMAC"),
    props=(HUB, HUB_WHY),
    caption="{acct_h:tail}",
    look=Look("ties", "landmark"),
)

FACE = NodeType(
    label="Face",
    zh="人脸",
    says="One face template, by its id only; templates never enter the graph.",
    key=Key("template_id", "模板ID"),
    caption="{template_id:tail}",
    look=Look("ties", "scan-face"),
)

# knowledge and findings

KNOWLEDGE_POINT = NodeType(
    label="KnowledgePoint",
    zh="知识点",
    says="One published limit on an item (source file and row), or a site's own.",
    key=Key("point_id", "知识点ID"),
    props=(
        *(Prop("name", Text, "名称"), Prop("rule_id", Text, "规则ID"), Prop("limit", Text, "限定"), Prop("source", Text, "来源")),
        *(Prop("published", Day, "发布日期"), Prop("valid_from", Day, "有效期起"), Prop("valid_to", Day, "有效期止")),
    ),
    caption="{name}",
    look=Look("acts", "book-open"),
    writer="knowledge",
)

RULE = NodeType(
    label="Rule",
    zh="规则",
    says="A rule of the rulebook, as it stood in the run that cited it.",
    key=Key("rule_id", "规则ID"),
    props=(Prop("name", Text, "名称"), Prop("version", int, "版本"), Prop("pattern", Text, "模式")),
    caption="{name}",
    look=Look("acts", "list-checks"),
    writer="run",
)

ARTICLE = NodeType(
    label="Article",
    zh="法条",
    says="An article of law, by statute and number; its wording is loaded by the user.",
    key=Key("article_id", "法条ID"),
    props=(Prop("statute", Text, "法规"), Prop("article", Text, "条")),
    caption="{statute} {article}",
    look=Look("acts", "scale"),
    writer="run",
)

LEAD = NodeType(
    label="Lead",
    zh="线索",
    says="One suspicion: one pattern, one subject. Rewritten after every run.",
    key=Key("lead_id", "线索ID"),
    props=(
        Prop("pattern", Text, "模式", indexed=True),
        Prop("level", Text, "等级"),
        Prop("score", float, "概率"),
        Prop("rank", int, "名次"),
        Prop("amount_fen", Money, "可追回金额"),
        Prop("state", Text, "状态"),
        Prop("run_id", Text, "运行"),
    ),
    caption="{pattern} · {amount_fen:yuan}",
    look=Look("finding", "badge-alert"),
    writer="run",
)

RING = NodeType(
    label="Ring",
    zh="团伙",
    says="A group that acts together; its members bear roles.",
    key=Key("ring_id", "团伙ID"),
    props=(Prop("pattern", Text, "模式"), Prop("size", int, "人数"), Prop("score", float, "分数"), Prop("run_id", Text, "运行")),
    caption="{pattern} · {size}",
    look=Look("finding", "users"),
    writer="run",
)

NODES: Mapping[str, NodeType] = {
    node.label: node
    for node in (
        *(PATIENT, DOCTOR, HANDLER, HOUSEHOLD, INSTITUTION, DEPARTMENT, EMPLOYER, SUPPLIER),
        *(ENCOUNTER, SETTLEMENT, INVOICE, FACE_CHECK, DIALYSIS_SESSION, NOTE),
        *(DRUG, SERVICE_ITEM, CONSUMABLE, TRACE_CODE, DIAGNOSIS, OPERATION),
        *(PHONE, ADDRESS, BANK_ACCOUNT, FACE),
        *(KNOWLEDGE_POINT, RULE, ARTICLE, LEAD, RING),
    )
}
"""label -> declaration, in the order of SCHEMA.md."""
