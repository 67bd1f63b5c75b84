// Cytoscape's stylesheet: record solid, flow as an arrow, doubt dashed, inference dotted; risk is ring width, never colour alone.
import { family } from './families.js';
import { iconUri } from './icons.js';

export const FONT = '"Ringscope Sans", "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif';
const RING = [0, 3, 5, 7];

const colour = (p, node) => p[node.data('family')] || p.acts;
const ring = (p, level) => ({
  selector: `node[risk=${level}]`,
  style: {
    'underlay-color': p[`risk${level}`], 'underlay-opacity': 1, 'underlay-padding': RING[level],
    'underlay-shape': (n) => (family(n).shape === 'round-rectangle' ? 'round-rectangle' : 'ellipse'),
    'border-width': 2.5, 'border-color': p.bg,
  },
});

const nodes = (p) => ({
  selector: 'node',
  style: {
    shape: (n) => family(n).shape, width: (n) => family(n).size, height: (n) => family(n).size,
    'background-color': (n) => colour(p, n).fill, 'border-width': 1.5, 'border-color': (n) => colour(p, n).rim,
    'background-image': (n) => iconUri(n.data('icon'), colour(p, n).icon), 'background-width': '52%', 'background-height': '52%',
    'background-clip': 'none', 'background-image-containment': 'over',
    label: 'data(label)', 'font-family': FONT, 'font-size': 11, 'line-height': 1.25, color: p.ink,
    'text-valign': 'bottom', 'text-margin-y': 5, 'text-wrap': 'wrap', 'text-max-width': 92,
    'text-background-color': p.bg, 'text-background-padding': 1.5,
    'text-background-shape': 'roundrectangle', 'text-background-opacity': 0.86,
  },
});

const edges = (p) => [
  {
    selector: 'edge',
    style: {
      width: 1.1, 'line-color': p.edge, 'target-arrow-color': p.edge, 'curve-style': 'bezier',
      'font-family': FONT, 'font-size': 10, color: p.ink2, 'text-rotation': 'autorotate', 'text-background-color': p.bg,
      'text-background-opacity': 0.9, 'text-background-padding': 1.5, 'min-zoomed-font-size': 8,
    },
  },
  { selector: 'edge[?label]', style: { label: 'data(label)' } },
  {
    selector: 'edge[type="flow"]',
    style: {
      'line-color': p.flow, 'target-arrow-color': p.flow, 'target-arrow-shape': 'triangle', 'arrow-scale': 0.9,
      width: (e) => 0.9 + 1.05 * Math.log10(Math.max(1, e.data('weight') || 1)),
    },
  },
  { selector: 'edge[type="doubt"]', style: { 'line-style': 'dashed', 'line-dash-pattern': [6, 4], 'line-color': p.ink2, width: 1.6 } },
  { selector: 'edge[type="infer"]', style: { 'line-style': 'dotted', 'line-color': p.infer, width: 1.6 } },
];

/** The whole stylesheet for one palette. */
export const stylesheet = (p) => [
  nodes(p), ring(p, 1), ring(p, 2), ring(p, 3),
  { selector: 'node[count>1]', style: { 'border-style': 'double', 'border-width': 5, 'border-color': (n) => colour(p, n).rim } },
  ...edges(p),
  {
    selector: 'edge[?path]',
    style: { 'line-color': p.accent, 'target-arrow-color': p.accent, width: 3.2, color: p.accent, 'z-index': 4 },
  },
  { selector: 'edge.lit, edge:selected', style: { 'line-color': p.accent, 'target-arrow-color': p.accent, width: 2.4, 'overlay-opacity': 0 } },
  { selector: 'node[?pinned]', style: { 'border-style': 'solid', 'border-width': 3, 'border-color': p.ink } },
  { selector: '.away', style: { display: 'none' } },
  { selector: 'node.quiet', style: { 'text-opacity': 0, 'text-background-opacity': 0 } },
  {
    selector: 'node.named, node.near, node:selected',
    style: {
      'font-size': (n) => n.cy().scratch('size') || 11, 'text-max-width': (n) => 9 * (n.cy().scratch('size') || 11), 'z-index': 5,
      'text-opacity': 1, 'text-background-opacity': 0.86,
    },
  },
  {
    selector: 'node:selected',
    style: {
      'outline-color': p.accent, 'outline-width': 3, 'outline-style': 'solid',
      'outline-offset': (n) => 4 + RING[n.data('risk') || 0], 'overlay-opacity': 0, 'font-weight': 600,
    },
  },
  { selector: '.crowded', style: { 'text-opacity': 0, 'text-background-opacity': 0, 'curve-style': 'haystack' } },
];
