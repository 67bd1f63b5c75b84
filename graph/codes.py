"""The written forms of national codes, for warnings with counts: a code that breaks its form is loaded all the same.

Forms: NHSA code lists (classes 西药 to 手术, measured on the published workbooks), GB 11643-1999 (身份证) and GB 32100-2015
(统一社会信用代码). Each form is a Python function and a DuckDB expression that say the same; NULL stays NULL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from graph.normalise import CHECK_CHARACTERS, CHECK_WEIGHTS, certificate_check_digit

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I O S V Z
_USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))


def uscc_check_digit(first_17: str) -> str:
    """The 18th character that GB 32100 demands after these 17."""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(first_17[:17], _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def _weighted(column: str, alphabet: str, weights: Sequence[int]) -> str:
    return " + ".join(f"(strpos('{alphabet}', substr({column}, {i}, 1)) - 1) * {w}" for i, w in enumerate(weights, 1))


def _resident_sql(column: str) -> str:
    return f"substr(upper({column}), 18, 1) = substr('{CHECK_CHARACTERS}', ({_weighted(column, '0123456789', CHECK_WEIGHTS)}) % 11 + 1, 1)"


def _uscc_sql(column: str) -> str:
    total = _weighted(column, USCC_ALPHABET, _USCC_WEIGHTS)
    return f"substr({column}, 18, 1) = substr('{USCC_ALPHABET}', (31 - ({total}) % 31) % 31 + 1, 1)"


@dataclass(frozen=True)
class CodeForm:
    """One written form."""

    name: str
    zh: str
    pattern: str
    """Of the whole value, in what Python's `re` and DuckDB's RE2 share."""
    check: Callable[[str], bool] | None = None
    """Check digit of a value that fits the pattern."""
    check_sql: Callable[[str], str] | None = None

    def fits(self, code: str | None) -> bool | None:
        """Whether the code has this form; None for a null."""
        if code is None:
            return None
        return re.fullmatch(self.pattern, code) is not None and (self.check is None or self.check(code))

    def sql(self, column: str) -> str:
        """DuckDB expression over a VARCHAR column: true, false or NULL."""
        form = f"regexp_matches({column}, '^(?:{self.pattern})$')"
        if self.check_sql is None:
            return form
        return f"CASE WHEN {column} IS NULL THEN NULL WHEN {form} THEN {self.check_sql(column)} ELSE false END"


_AREA = "[0-9]{6}"
_DATE = "(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"

FORMS: Mapping[str, CodeForm] = {
    form.name: form
    for form in (
        CodeForm("western_drug", "西药", "X[A-Z][0-9]{2}[A-Z]{2}[A-Z][0-9]{3}[A-Z][0-9]{3}[0-9]{9}"),
        CodeForm("chinese_patent_drug", "中成药", "Z[A-Z][0-9]{2}[A-Z]{2}[A-Z][0-9]{13}"),
        CodeForm("herb_slice", "中药饮片", "T[0-9]{9}"),
        CodeForm("consumable", "医用耗材", "C[0-9]{19}(?:[0-9]{7})?"),
        CodeForm("service_item", "医疗服务项目", "[0-9]{15}"),
        CodeForm("diagnosis", "诊断 医保版 2.0", r"[A-Z][0-9]{2}(?:\.[0-9x]{1,3}(?:x[0-9]{3})?)?[+*]?"),
        CodeForm("tcm_diagnosis", "中医病证 GB/T 15657", r"[A-Z][0-9]{2}(?:\.[0-9]{2}){1,3}\.?"),
        CodeForm("operation", "手术操作 医保版", r"[0-9]{2}\.[0-9]{2,4}(?:x[0-9]{2,3})?"),
        CodeForm("hospital", "定点医疗机构", f"H{_AREA}[0-9]{{5}}"),
        CodeForm("pharmacy", "定点零售药店", f"P{_AREA}[0-9]{{5}}"),
        CodeForm("doctor", "医师", f"D{_AREA}[0-9]{{6}}"),
        CodeForm("nurse", "护士", f"N{_AREA}[0-9]{{6}}"),
        CodeForm("pharmacist_technician", "药学、技术人员", f"H[YJ]{_AREA}[0-9]{{6}}"),
        CodeForm(
            "resident_certificate",
            "居民身份证",
            f"{_AREA}{_DATE}[0-9]{{3}}[0-9Xx]",
            lambda c: certificate_check_digit(c) == c[17].upper(),
            _resident_sql,
        ),
        CodeForm("uscc", "统一社会信用代码", f"[{USCC_ALPHABET}]{{18}}", lambda c: uscc_check_digit(c) == c[17], _uscc_sql),
        CodeForm("trace_platform", "追溯码 码上放心", "8[0-9]{19}"),
        CodeForm("trace_gs1", "追溯码 GS1", r"\(01\)[0-9]{14}.{1,82}|01[0-9]{14}(?:10|11|17|21).{1,80}"),
        CodeForm("trace_maker", "追溯码 企业自编", "[0-9A-Za-z][0-9A-Za-z()./-]{13,99}"),
        CodeForm("retail_barcode", "商品条码", "69[0-9]{11}"),
    )
}

TRACE_FORMS = ("trace_platform", "trace_gs1", "trace_maker")
"""Three families of trace codes; a 13-digit retail barcode (69...) is not one, it names a product and no box."""

COLUMN_FORMS: Mapping[str, tuple[str, ...]] = {
    "med_list_codg": ("western_drug", "chinese_patent_drug", "herb_slice", "consumable", "service_item"),
    "hilist_code": ("western_drug", "chinese_patent_drug", "herb_slice", "consumable", "service_item"),
    "fixmedins_code": ("hospital", "pharmacy"),
    "uscc": ("uscc",),
    "drug_trac_codg": TRACE_FORMS,
    **dict.fromkeys(("diag_code", "dscg_maindiag_code"), ("diagnosis", "tcm_diagnosis")),
    "oprn_oprt_code": ("operation",),
    **dict.fromkeys(("chfpdr_code", "bilg_dr_code", "acord_dr_code", "dr_code", "oper_dr_code", "anst_dr_code"), ("doctor",)),
    **dict.fromkeys(("stff_code", "author_code", "recorder_code", "therapist_code"), ("doctor", "nurse", "pharmacist_technician")),
    "nurse_code": ("nurse",),
}
"""Contract column -> the forms of which one must fit. Certificates are checked by `normalise.certificate_facts`, before they are sealed."""


def fits(column: str, code: str | None) -> bool | None:
    """Whether a code has one of the forms of its column; None for a null."""
    return None if code is None else any(FORMS[name].fits(code) for name in COLUMN_FORMS[column])


def fits_sql(column: str, expression: str | None = None) -> str:
    """DuckDB expression: whether a value of this contract column has one of its forms; NULL stays NULL."""
    value = expression or f'"{column}"'
    return "(" + " OR ".join(FORMS[name].sql(value) for name in COLUMN_FORMS[column]) + ")"


def trace_form(code: str) -> str | None:
    """Name of the family a trace code belongs to; None when it is none (a retail barcode, a stray word)."""
    return next((name for name in TRACE_FORMS if FORMS[name].fits(code)), None)


def trace_form_sql(expression: str) -> str:
    """`trace_form` as a DuckDB expression."""
    return "CASE " + " ".join(f"WHEN {FORMS[name].sql(expression)} THEN '{name}'" for name in TRACE_FORMS) + " END"
