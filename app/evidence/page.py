"""The network as one page that opens anywhere: pyvis writes it, everything is inside, and nothing foreign runs.

What pyvis leaves open is closed here: its two requests to the internet are taken out, ids say nothing, labels hold no markup, a policy
in the page forbids every request, and places come from the drawing, so that nothing moves by itself.
"""

from __future__ import annotations

import json
import re
from html import escape

from pyvis.network import Network

from app.evidence.case import Case
from app.evidence.drawing import layout
from app.evidence.webfonts import FAMILY, stylesheet

COLOURS = {
    "patient": "#8DA0B6", "staff": "#0A5CA8", "care": "#0E8A6E", "pharmacy": "#7A2A6A", "goods": "#E2A336", "ties": "#20262E",
    "acts": "#FFFFFF", "finding": "#CC3A1E",
}  # fmt: skip
SHAPES = {"care": "square", "pharmacy": "square", "goods": "hexagon", "ties": "diamond", "finding": "star"}
RINGS = ("#5E7288", "#CB7A42", "#C9521F", "#9E1B12")
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "form-action 'none'; base-uri 'none'"
)
OPTIONS = {
    "physics": {"enabled": False},
    "interaction": {"hover": True, "keyboard": True},
    "edges": {"smooth": False},
    "nodes": {"font": {"face": FAMILY}},
}
_REDRAW = f"document.fonts.load('14px \"{FAMILY}\"', document.getElementById('glyphs').textContent).then(() => network.redraw());"
"""A canvas does not wait for a font: it is drawn again when the font is there."""
_OUTSIDE = re.compile(r"<link\b[^>]*href=\"http[^>]*>|<script\b[^>]*src=\"http[^>]*>\s*</script>|<!--.*?-->", re.DOTALL)
_WIDE, _HIGH = 1200, 800


def page(case: Case, watermark: str) -> bytes:
    """The whole page."""
    net = Network(height="92vh", width="100%", cdn_resources="in_line", directed=False)
    places = layout(case.picture)
    ids = {node.id: n for n, node in enumerate(case.picture.nodes)}
    for node in case.picture.nodes:
        x, y = places[node.id]
        colour = {"background": COLOURS[node.family], "border": RINGS[node.risk]}
        net.add_node(
            ids[node.id], label=_plain(node.name), title=_plain(f"{node.kind} {node.name}"), shape=SHAPES.get(node.family, "dot"),
            color=colour, borderWidth=1 + 2 * node.risk, size=14, x=x * _WIDE, y=y * _HIGH, physics=False,
        )  # fmt: skip
    for edge in case.picture.edges:
        net.add_edge(
            ids[edge.source], ids[edge.target], label=f"{edge.weight}" if edge.weight > 1 else " ", dashes=edge.line in ("doubt", "infer")
        )
    net.set_options(json.dumps(OPTIONS))
    text = "".join(node["label"] for node in net.nodes) + watermark
    return _closed(net.generate_html(notebook=False), watermark, text).encode()


def _plain(text: str) -> str:
    """A label: no markup, no backslash, no quote that could leave its string."""
    return text.translate(str.maketrans("<>&\\`\u2028\u2029", "〈〉＆＼＇  "))


def _closed(html: str, watermark: str, text: str) -> str:
    """Without a word from outside, under a policy that forbids asking for one; the fonts of `text` inside."""
    inside = _OUTSIDE.sub("", html).replace('<meta charset="utf-8">', "", 1)
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    head = f'<head><meta charset="utf-8">{policy}<title>{escape(watermark)}</title><style>{stylesheet(text)}</style>'
    foot = f"""<p style="font:13px '{FAMILY}';color:#A3200F;margin:4px 12px">{escape(watermark)}</p>
<span id="glyphs" style="position:absolute;left:-9999px;font-family:'{FAMILY}'">{escape("".join(sorted(set(text))))}</span>
<script>{_REDRAW}</script></body>"""
    return foot.join(head.join(inside.split("<head>", 1)).rsplit("</body>", 1))
