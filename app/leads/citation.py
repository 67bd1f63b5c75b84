"""An article and what it brings, in words. A number that is not certain is not printed."""

from __future__ import annotations

from collections.abc import Mapping

from kg.law import STATUTES, Consequence

UNITS = (("article", "条", "art."), ("paragraph", "款", "para"), ("item", "项", "item"))
BASES = {
    "loss": ("基金损失", "the fund's loss"),
    "obtained": ("骗取金额", "the amount obtained"),
    "due": ("应缴保费", "the premium due"),
    "arrears": ("欠缴保费", "the arrears"),
}


def citation_zh(entry: Mapping[str, str | None]) -> str:
    """`条例第38条第1款第1项`."""
    parts = "".join(f"第{_number(entry[part], zh)}" for part, zh, _ in UNITS if entry.get(part))
    return f"{STATUTES[str(entry['statute'])].short}{parts or '（条号待核）'}"


def _number(number: str | None, unit: str) -> str:
    """`280-1` is read 第280条之1."""
    first, _, inserted = str(number).partition("-")
    return f"{first}{unit}" + (f"之{inserted}" if inserted else "")


def citation_en(entry: Mapping[str, str | None]) -> str:
    """`Fund Regulation art. 38 para 1 item 1`."""
    parts = [f"{en} {entry[part]}" for part, _, en in UNITS if entry.get(part)]
    return " ".join((STATUTES[str(entry["statute"])].short_en, *(parts or ["(number to be verified)"])))


def consequence_zh(brings: Consequence) -> str:
    """Range of the fine, then the rest."""
    fine = f"罚{BASES[brings.base][0]}的 {brings.fine[0]} 至 {brings.fine[1]} 倍；" if brings.fine else ""
    fixed = f"罚 {brings.fixed[0]:,} 至 {brings.fixed[1]:,} 元；" if brings.fixed else ""
    return fine + fixed + brings.zh


def consequence_en(brings: Consequence) -> str:
    fine = f"a fine of {brings.fine[0]} to {brings.fine[1]} times {BASES[brings.base][1]}; " if brings.fine else ""
    fixed = f"a fine of {brings.fixed[0]:,} to {brings.fixed[1]:,} yuan; " if brings.fixed else ""
    return fine + fixed + brings.en
