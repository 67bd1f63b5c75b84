// Where nodes stand. The first picture is laid out once, from a seed; afterwards only new nodes are placed and old ones never move.
const STILL = { name: 'fcose', animate: false, fit: false, nodeSeparation: 75, nodeRepulsion: 14000, gravity: 0.3, packComponents: true };
const CROWD = 300;

/** Run `work` with a seeded generator, so that the same data gives the same picture. */
function seeded(seed, work) {
  const original = Math.random;
  let state = seed | 0;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  try { work(); } finally { Math.random = original; }
}

const quality = (count) => (count > CROWD ? 'draft' : 'default');

/** Lay out everything, once. */
export function arrange(cy, seed) {
  seeded(seed, () => cy.layout({ ...STILL, quality: quality(cy.nodes().length), randomize: true, idealEdgeLength: 84 }).run());
}

/** Put `added` on a fan outside the place `centre`, then settle them among their neighbours, which stay exactly where they are. */
export function place(cy, added, centre, seed) {
  const middle = average(cy.nodes().not(added));
  const out = Math.atan2(centre.y - middle.y, centre.x - middle.x);
  added.forEach((node, index) => {
    const ring = Math.floor(index / 14);
    const angle = out + (((index % 14) + 0.5) / Math.min(14, added.length) - 0.5) * Math.PI * 1.2;
    const radius = 120 + 70 * ring;
    node.position({ x: centre.x + radius * Math.cos(angle), y: centre.y + radius * Math.sin(angle) });
  });
  const fixed = added.neighborhood('node').not(added);
  if (added.length < 2 || added.length > CROWD || fixed.empty()) return;
  const nearby = added.union(fixed);
  const held = fixed.map((node) => ({ nodeId: node.id(), position: { ...node.position() } }));
  const options = { ...STILL, quality: quality(nearby.length), randomize: false, packComponents: false, fixedNodeConstraint: held };
  seeded(seed, () => nearby.union(nearby.edgesWith(nearby)).layout(options).run());
  // the solver holds fixed nodes to a fraction of a pixel; a case picture must not drift at all
  held.forEach(({ nodeId, position }) => cy.getElementById(nodeId).position(position));
}

function average(nodes) {
  const sum = { x: 0, y: 0 };
  nodes.forEach((node) => { sum.x += node.position('x'); sum.y += node.position('y'); });
  return { x: sum.x / (nodes.length || 1), y: sum.y / (nodes.length || 1) };
}
