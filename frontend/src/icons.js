// Lucide icons by name. ICONS is filled in by build.mjs from icons.json, so pages and canvas draw the same set.
/* global ICONS */

const URIS = new Map();
const drawing = (name) => ICONS[name] || ICONS['file-text'];

/** A data URI that Cytoscape paints inside a node. */
export function iconUri(name, colour) {
  const key = `${name} ${colour}`;
  if (!URIS.has(key)) URIS.set(key, `data:image/svg+xml,${encodeURIComponent(drawing(name).replace('currentColor', colour))}`);
  return URIS.get(key);
}

/** An inline element in the colour of the text around it; the markup is ours, never data. */
export function iconElement(name) {
  const holder = document.createElement('span');
  holder.className = 'icon';
  holder.setAttribute('aria-hidden', 'true');
  holder.innerHTML = drawing(name);
  return holder;
}
