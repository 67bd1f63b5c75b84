// Files from the canvas: an SVG of exactly what stands there, built as a document so that no name can become markup, and the download.
import { family } from './families.js';
import { iconUri } from './icons.js';
import { FONT } from './style.js';

const NS = 'http://www.w3.org/2000/svg';
const PAD = 40;
const RING = [0, 3, 5, 7];
const DASH = { doubt: '6 4', infer: '1.5 3' };
const CORNERS = {
  hexagon: [[0.25, 0], [0.75, 0], [1, 0.5], [0.75, 1], [0.25, 1], [0, 0.5]],
  octagon: [[0.3, 0], [0.7, 0], [1, 0.3], [1, 0.7], [0.7, 1], [0.3, 1], [0, 0.7], [0, 0.3]],
  'round-diamond': [[0.5, 0], [1, 0.5], [0.5, 1], [0, 0.5]],
};

/** Hand a file to the browser. */
export function save(name, blob) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function el(name, attributes, text) {
  const element = document.createElementNS(NS, name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  if (text !== undefined) element.textContent = text;
  return element;
}

/** The picture as SVG text, in the palette `p`. */
export function svg(cy, p) {
  const box = cy.elements(':visible').boundingBox();
  const [wide, high] = [box.w + 2 * PAD, box.h + 2 * PAD];
  const root = el('svg', { width: wide, height: high, viewBox: `${box.x1 - PAD} ${box.y1 - PAD} ${wide} ${high}`, 'font-family': FONT, 'font-size': 11 });
  root.append(el('rect', { x: box.x1 - PAD, y: box.y1 - PAD, width: wide, height: high, fill: p.bg }));
  cy.edges(':visible').forEach((edge) => root.append(...line(edge, p)));
  cy.nodes(':visible').forEach((node) => root.append(...shape(node, p)));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(root)}\n`;
}

function line(edge, p) {
  const [a, b] = [edge.source().position(), edge.target().position()];
  const kind = edge.data('type');
  const colour = edge.data('path') ? p.accent : { flow: p.flow, doubt: p.ink2, infer: p.infer }[kind] || p.edge;
  const width = edge.data('path') ? 3.2 : kind === 'flow' ? 0.9 + 1.05 * Math.log10(Math.max(1, edge.data('weight') || 1)) : 1.3;
  const parts = [el('line', { x1: a.x, y1: a.y, x2: b.x, y2: b.y, stroke: colour, 'stroke-width': width, 'stroke-dasharray': DASH[kind] || 'none' })];
  if (kind === 'flow') parts.push(arrow(a, b, family(edge.target()).size / 2 + 3, colour));
  if (edge.data('label')) parts.push(text(edge.data('label'), (a.x + b.x) / 2, (a.y + b.y) / 2 - 3, p.ink2));
  return parts;
}

function arrow(a, b, back, colour) {
  const angle = Math.atan2(b.y - a.y, b.x - a.x);
  const at = (far, side) => `${b.x - far * Math.cos(angle) - side * Math.sin(angle)},${b.y - far * Math.sin(angle) + side * Math.cos(angle)}`;
  return el('polygon', { points: [at(back, 0), at(back + 8, 4), at(back + 8, -4)].join(' '), fill: colour });
}

function shape(node, p) {
  const { x, y } = node.position();
  const look = family(node);
  const colours = p[node.data('family')] || p.acts;
  const risk = node.data('risk') || 0;
  const parts = [];
  if (risk) parts.push(outline(look, x, y, look.size + 2 * RING[risk] + 4, { fill: p[`risk${risk}`] }), outline(look, x, y, look.size + 4, { fill: p.bg }));
  parts.push(outline(look, x, y, look.size, { fill: colours.fill, stroke: colours.rim, 'stroke-width': node.data('count') > 1 ? 4 : 1.5 }));
  const half = look.size * 0.26;
  parts.push(el('image', { x: x - half, y: y - half, width: 2 * half, height: 2 * half, href: iconUri(node.data('icon'), colours.icon) }));
  parts.push(text(node.data('label'), x, y + look.size / 2 + RING[risk] + 14, p.ink));
  return parts;
}

function outline(look, x, y, size, paint) {
  const half = size / 2;
  if (CORNERS[look.shape]) return el('polygon', { points: CORNERS[look.shape].map(([u, v]) => `${x - half + u * size},${y - half + v * size}`).join(' '), ...paint });
  if (look.shape === 'ellipse') return el('circle', { cx: x, cy: y, r: half, ...paint });
  return el('rect', { x: x - half, y: y - half, width: size, height: size, rx: 6, ...paint });
}

function text(words, x, y, colour) { return el('text', { x, y, fill: colour, 'text-anchor': 'middle' }, words); }
