// Boxes on the canvas: what to expand, a name to give, a form to choose. Each can be answered and left from the keyboard.
import { badge, button, make } from './furniture.js';

function box(title, total) {
  const element = make('div', 'ask');
  element.setAttribute('role', 'dialog');
  element.setAttribute('aria-label', title);
  const head = make('div', 'head');
  head.append(make('b', '', title), make('span', '', total || ''));
  element.append(head);
  return element;
}

/** Before a node opens: each kind of neighbour with how many of how many are shown, to be chosen. `answer(kinds or null)`. */
export function chooser(ask, words, answer) {
  const element = box(ask.title, ask.total);
  if (ask.hub) element.append(make('p', 'warn', ask.hub));
  const rows = ask.rows.map((row) => choice(row, words));
  const scroll = make('div', 'rows');
  scroll.append(...rows.map((row) => row.line));
  const go = button('go', '', null, () => answer(rows.filter((row) => row.tick.checked).map((row) => row.key)));
  const count = () => {
    const n = rows.filter((row) => row.tick.checked).reduce((sum, row) => sum + row.brings, 0);
    go.textContent = words.x_expand_go.replace('{n}', n.toLocaleString('en'));
    go.disabled = n === 0;
  };
  rows.forEach((row) => row.tick.addEventListener('change', count));
  count();
  const foot = make('div', 'foot');
  foot.append(make('span', 'small', ask.note || ''), button('plain', words.cancel, null, () => answer(null)), go);
  element.append(scroll, foot);
  return element;
}

function choice(row, words) {
  const line = make('label', 'row choice');
  const tick = make('input');
  tick.type = 'checkbox';
  tick.checked = row.on;
  tick.disabled = row.shown >= row.total;
  const many = row.total > row.shown + row.step ? 'many' : '';
  line.append(tick, badge(row.family, row.icon), make('span', '', row.text), make('em', many, `${row.shown.toLocaleString('en')} ${words.x_of} ${row.total.toLocaleString('en')}`));
  return { line, tick, key: row.key, brings: Math.min(row.step, row.total - row.shown) };
}

/** A line of text to give. `answer(text or null)`. */
export function prompt(title, hint, go, words, answer) {
  const element = box(title);
  const field = make('input', 'field');
  field.placeholder = hint;
  field.setAttribute('aria-label', hint);
  field.maxLength = 80;
  field.setAttribute('autofocus', '');
  field.addEventListener('keydown', (event) => { if (event.key === 'Enter' && field.value.trim()) answer(field.value); });
  const foot = make('div', 'foot');
  foot.append(button('plain', words.cancel, null, () => answer(null)), button('go', go, null, () => { if (field.value.trim()) answer(field.value); }));
  element.append(field, foot);
  return element;
}

/** Entries to choose from: [text, press]. */
export function list(title, entries) {
  const element = box(title);
  const rows = make('div', 'rows');
  rows.append(...entries.map(([text, press]) => button('entry-row', text, null, press)));
  element.append(rows);
  return element;
}
