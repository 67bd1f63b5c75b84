"""The report as a Word file that can be edited: the same words in the same order, the picture as an image.

Word embeds no font here; the file names the one that the PDF embeds and the reader's machine sets the text with its own.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from app.evidence.fonts import FAMILY
from app.evidence.report import Block, Report


def word(report: Report, png: bytes) -> bytes:
    """The .docx file."""
    doc = Document()
    _style(doc)
    _edges(doc, report)
    doc.add_heading(report.title, 0)
    doc.add_paragraph(report.allegation)
    _table(doc, Block("table", rows=report.cover, headers=("项目", "内容")))
    doc.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    for section in report.sections:
        doc.add_heading(section.title, 1)
        for block in section.blocks:
            if block.kind == "figure":
                doc.add_picture(io.BytesIO(png), width=Cm(16))
            else:
                KINDS[block.kind](doc, block)
    doc.add_heading("签字", 1)
    for name in report.signatures:
        doc.add_paragraph(f"{name}：______________________")
    out = io.BytesIO()
    doc.save(out)
    return out.getvalue()


def _style(doc: Doc) -> None:
    """One font for Latin and Chinese; without eastAsia Word would choose its own for the latter."""
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = doc.styles[name]
        style.font.name = FAMILY
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FAMILY)
    doc.styles["Normal"].font.size = Pt(10.5)


def _edges(doc: Doc, report: Report) -> None:
    """Watermark in the head, page numbers at the foot."""
    section = doc.sections[0]
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    mark = head.add_run(report.watermark)
    mark.font.color.rgb, mark.font.size = RGBColor(0xA3, 0x20, 0x0F), Pt(9)
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words, field in (("第 ", "PAGE"), (" 页，共 ", "NUMPAGES")):
        foot.add_run(words)
        _field(foot, field)
    foot.add_run(" 页")


def _field(paragraph: Paragraph, name: str) -> None:
    """A number that Word fills in."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)


def _table(doc: Doc, block: Block) -> None:
    table = doc.add_table(rows=1, cols=len(block.headers), style="Light Grid Accent 1")
    for cell, words in zip(table.rows[0].cells, block.headers, strict=True):
        cell.text = words
    for row in block.rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words


def _list(doc: Doc, block: Block) -> None:
    for item in block.items:
        doc.add_paragraph(item, style="List Bullet")


KINDS: Mapping[str, Callable[[Doc, Block], object]] = {
    "text": lambda doc, block: doc.add_paragraph(block.text),
    "quote": lambda doc, block: doc.add_paragraph(block.text, style="Intense Quote"),
    "heading": lambda doc, block: doc.add_heading(block.text, 2),
    "list": _list,
    "table": _table,
}
