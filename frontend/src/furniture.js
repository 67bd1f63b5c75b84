// Everything round the canvas that is plain HTML: legend, count, buttons, the question before a hub opens, and the table route.
import { iconElement } from './icons.js';

/** An element with a class and a text; text never becomes markup. */
export function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

export function button(name, label, icon, press) {
  const element = make('button', name);
  element.type = 'button';
  element.title = label;
  element.setAttribute('aria-label', label);
  if (icon) element.append(iconElement(icon)); else element.textContent = label;
  element.addEventListener('click', press);
  return element;
}

export function badge(family, icon) {
  const element = make('i', `badge ${family}`);
  element.append(iconElement(icon));
  return element;
}

/** Fit, and the whole screen. */
export function tools(words, wrap, fit) {
  const bar = make('div', 'tools');
  const toggle = () => (document.fullscreenElement ? document.exitFullscreen() : wrap.requestFullscreen());
  bar.append(button('', words.fit, 'scan', fit), button('', words.screen, 'expand', toggle));
  return bar;
}

/** What shapes, rings and lines mean: only those on the canvas. */
export function legend(words, families, risks, lines) {
  const bar = make('div', 'legend');
  const entry = (mark, text) => { const item = make('span', 'entry'); item.append(mark, make('span', '', text)); bar.append(item); };
  families.forEach(([family, icon]) => entry(badge(family, icon), words.families[family]));
  risks.forEach((level) => entry(make('i', `risk r${level}`), words.risks[level - 1]));
  lines.forEach((kind) => entry(make('i', `line ${kind}`), words.lines[kind]));
  return bar;
}

/** Before a hub opens: how many of what there are, and the choice to take the first ones only. */
export function question(ask, words, answer) {
  const box = make('div', 'ask');
  box.setAttribute('role', 'dialog');
  box.setAttribute('aria-label', ask.title);
  const head = make('div', 'head');
  head.append(make('b', '', ask.title), make('span', '', ask.total));
  box.append(head);
  ask.rows.forEach((row) => {
    const line = make('div', 'row');
    line.append(badge(row.family, row.icon), make('span', '', row.text), make('em', '', row.count));
    box.append(line);
  });
  const foot = make('div', 'foot');
  foot.append(button('plain', words.cancel, null, () => answer(false)), button('go', ask.go, null, () => answer(true)));
  box.append(foot);
  return box;
}

/** The keyboard and screen-reader route: one row a node, the same selection, an Expand button. */
export function table(words, open, choose) {
  const holder = make('details', 'list');
  holder.append(make('summary', '', words.table));
  const body = make('tbody');
  const head = make('tr');
  [words.kind, words.name, words.ties, ''].forEach((text) => head.append(make('th', '', text)));
  const grid = make('table');
  const top = make('thead');
  top.append(head);
  grid.append(top, body);
  const scroller = make('div', 'scroll');
  scroller.append(grid);
  holder.append(scroller);
  let nodes = null; // drawn only while somebody looks
  const draw = () => { if (holder.open && nodes) body.replaceChildren(...nodes().map((node) => row(node, words, open, choose))); };
  holder.fill = (cy) => { nodes = () => cy.nodes(); draw(); };
  holder.addEventListener('toggle', draw);
  return holder;
}

function row(node, words, open, choose) {
  const line = make('tr', node.selected() ? 'on' : '');
  line.dataset.id = node.id();
  const name = make('td');
  name.append(button('name', node.data('title'), null, () => choose(node.id())));
  const last = make('td');
  if (node.data('expandable')) last.append(button('plain', words.expand, null, () => open(node.id())));
  line.append(make('td', '', node.data('kind')), name, make('td', 'number', String(node.degree(false))), last);
  return line;
}
