"""The report as PDF/A by Typst, and as an editable Word file. Fonts are embedded in the PDF; a character without a glyph is an error."""

from __future__ import annotations

import json
import re
from datetime import datetime
from importlib.resources import as_file

import typst

from app.evidence.drawing import TEMPLATES, Drawing
from app.evidence.fonts import FAMILY, fonts
from app.evidence.report import Report
from graph.errors import EnvironmentAtFault

STANDARD: typst.PDFStandard = "a-2b"
"""An archive form; under it Typst refuses a text that the font cannot show instead of printing an empty box."""
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')


def pdf(report: Report, drawn: Drawing, made: datetime) -> bytes:
    """Raises EnvironmentAtFault naming the characters that the font lacks."""
    said = {"report": report.to_json(), "drawing": json.dumps(drawn, ensure_ascii=False)}
    with as_file(TEMPLATES) as folder:
        compiler = typst.Compiler(folder / "report.typ", root=folder, font_paths=fonts(), ignore_system_fonts=True, sys_inputs=said)
        try:
            printed = compiler.compile(format="pdf", pdf_standards=[STANDARD], timestamp=int(made.timestamp()))
        except typst.TypstError as error:
            lacking = dict.fromkeys(_NO_GLYPH.findall(f"{error.message}\n{error.diagnostic}"))
            if not lacking:
                raise
            raise EnvironmentAtFault(
                f"{FAMILY} has no glyph for {'、'.join(lacking)}",
                "a font with every character of every name: a name must not be printed as an empty box",
                "make the masked copy, where names are hidden, or tell us the character",
            ) from error
    assert isinstance(printed, bytes), "a PDF is one file"
    return printed
