// What a node looks like: hue and shape tell its family, the icon its kind. Colours live in room.css, so light and dark need no code.
export const FAMILIES = {
  patient: { shape: 'ellipse', size: 34 },
  staff: { shape: 'ellipse', size: 36 },
  care: { shape: 'round-rectangle', size: 38 },
  pharmacy: { shape: 'round-rectangle', size: 38 },
  goods: { shape: 'hexagon', size: 38 },
  ties: { shape: 'round-diamond', size: 38 },
  acts: { shape: 'ellipse', size: 26 },
  finding: { shape: 'octagon', size: 32 },
};

const NAMES = ['ink', 'ink2', 'bg', 'edge', 'flow', 'infer', 'accent', 'risk1', 'risk2', 'risk3'];

/** Read the palette in force from the page's CSS variables. */
export function palette(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  const colours = Object.fromEntries(NAMES.map((name) => [name, read(name)]));
  for (const family of Object.keys(FAMILIES)) {
    colours[family] = { fill: read(`k-${family}`), icon: read(`k-${family}-ink`), rim: read(`k-${family}-rim`) };
  }
  return colours;
}

export const family = (node) => FAMILIES[node.data('family')] || FAMILIES.acts;
