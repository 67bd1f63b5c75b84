"""Small workbooks in the shapes that the authority publishes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

Rows = Sequence[Sequence[object]]
FEMALE, MALE, CHILD = "XG01AFK079A008010100787", "XG04CBA088A001010201467", "XM01AEX094D001010102927"
OPERATION, CHECK = "003310060020000", "001102000050000"


def workbook(path: Path, **sheets: Rows) -> Path:
    """A workbook with these sheets."""
    book = Workbook()
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    del book["Sheet"]
    book.save(path)
    return path


def drugs(path: Path, limits: Rows, codes: Rows, *, limit_type: str = "限定性别对象", value: str = "限定对象") -> Path:
    """Names and their limits on the first sheet, codes on the second. limits: (name, note, value); codes: (name, code)."""
    names = [("药品通用名", "药品说明", "限定类型", value), *((name, note, limit_type, limit) for name, note, limit in limits)]
    listed = [("药品通用名", "序号", "国标代码", "限定类型"), *((name, n, code, limit_type) for n, (name, code) in enumerate(codes, 1))]
    return workbook(path, Sheet1=names, Sheet2=listed)


def by_sex(path: Path, *, code: str = FEMALE, sex: str = "女") -> Path:
    return drugs(path, [("克霉唑阴道片", "用于妇科", sex)], [("克霉唑阴道片", code)])


def frequencies(path: Path, *, rows: Rows = ((1, "住院诊查费", 1, "日", CHECK),)) -> Path:
    """One sheet, with the two footers that the published one has."""
    footers = [("合计", None, None, None, None), ("备注：各省可以细化。", None, None, None, None)]
    header = ("序号", "项目名称", "限制数量", "数量单位", "项目编码")
    return workbook(path, **{"“医疗服务项目限定频次”规则对应知识点明细": [header, *rows, *footers]})
