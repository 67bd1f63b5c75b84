// Beside the canvas: whom is chosen, by what it is tied, what such a tie means, a note, and a table with the same selection.
import { badge, button, make } from './furniture.js';

const LISTED = 150;

export class Panel {
  constructor(canvas) {
    this.canvas = canvas;
    this.element = make('aside', 'panel');
    this.rel = null;
    this.element.addEventListener('keydown', (event) => this.arrow(event));
  }

  get words() { return this.canvas.data.words; }

  get cy() { return this.canvas.cy; }

  /** Draw anew; whoever had the focus keeps it, and a note that is being written is left alone. */
  draw() {
    const focus = this.element.getRootNode().activeElement;
    if (focus && focus.matches('textarea') && this.element.contains(focus)) return;
    const key = focus && this.element.contains(focus) ? focus.dataset.key : null;
    const nodes = this.cy.nodes(':selected');
    const edges = this.cy.edges(':selected');
    const parts = nodes.length ? this.node(nodes) : edges.length ? this.edge(edges[0]) : [this.nobody()];
    this.element.replaceChildren(...parts, ...this.table(nodes));
    const again = key && this.element.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (again) again.focus();
  }

  nobody() {
    const box = make('div', 'none');
    box.append(make('b', '', this.words.x_nothing_chosen), make('p', '', this.words.x_choose_hint));
    return box;
  }

  node(nodes) {
    const node = nodes[0];
    const head = make('div', 'who');
    head.append(badge(node.data('family'), node.data('icon')), make('b', '', node.data('title')));
    const risk = node.data('risk');
    if (risk) head.append(make('span', `level r${risk}`, this.words.risks[risk - 1]));
    head.append(make('span', 'small end', this.words.x_chosen.replace('{n}', nodes.length)));
    const about = make('div', 'small', [node.data('kind'), node.data('key')].filter(Boolean).join(' · '));
    const hub = node.data('hub') ? [make('p', 'warn', node.data('hub'))] : [];
    return [head, about, ...hub, facts(node.data('facts')), this.buttons(node), ...this.relations(node), ...this.meaning(), this.note(node)];
  }

  buttons(node) {
    const bar = make('div', 'buttons');
    const act = (name, label) => { const one = button('plain', label, null, () => this.canvas.act(name)); one.dataset.key = `act ${name}`; return one; };
    if (node.data('expandable')) bar.append(act('ask', `${this.words.expand}… E`));
    if (node.data('count') > 1) bar.append(act('group', this.words.x_group));
    bar.append(act('pin', this.words.x_pin), act('hide', this.words.x_hide));
    return bar;
  }

  /** Ties of the node by type and direction: how many are shown, of how many where the graph was asked. */
  relations(node) {
    const rows = new Map((node.data('totals') || []).map(([rel, way, total]) => [`${rel} ${way}`, { rel, total, edges: [], n: 0 }]));
    node.connectedEdges().forEach((edge) => {
      const name = `${edge.data('rel')} ${edge.data('source') === node.id() ? 'out' : 'in'}`;
      if (!rows.has(name)) rows.set(name, { rel: edge.data('rel'), total: null, edges: [], n: 0 });
      rows.get(name).edges.push(edge);
    });
    const title = make('h2', '', this.words.x_relations);
    title.append(make('small', '', node.data('totals').length ? this.words.x_asked : this.words.x_not_asked));
    return [title, ...[...rows].map(([name, row]) => this.relation(name, row))];
  }

  relation(name, row) {
    const far = row.edges[0] && row.edges[0].connectedNodes().filter((node) => !node.selected())[0];
    const line = button('relation', this.words.rels[row.rel].name, null, () => { this.rel = row.rel; this.light(row.edges); this.draw(); });
    line.dataset.key = `rel ${name}`;
    line.classList.toggle('on', this.rel === row.rel);
    const mark = far ? badge(far.data('family'), far.data('icon')) : badge('acts', 'list-checks');
    const n = row.edges.length.toLocaleString('en');
    line.replaceChildren(mark, make('span', '', this.words.rels[row.rel].name), make('em', '', row.total === null ? n : `${n} ${this.words.x_of} ${row.total.toLocaleString('en')}`));
    return line;
  }

  light(edges) {
    this.cy.edges('.lit').removeClass('lit');
    edges.forEach((edge) => edge.addClass('lit'));
  }

  meaning() {
    const rel = this.words.rels[this.rel];
    if (!rel) return [];
    return [make('h2', '', `${this.words.x_means} · ${rel.name}`), make('p', 'means', rel.means)];
  }

  edge(edge) {
    const [from, to] = [edge.source().data('title'), edge.target().data('title')];
    this.rel = edge.data('rel');
    const head = make('div', 'who');
    head.append(make('i', `line ${edge.data('type')}`), make('b', '', `${from} → ${to}`));
    return [head, make('div', 'small', this.words.rels[this.rel].name), facts(edge.data('facts')), ...this.meaning(), this.note(edge)];
  }

  note(one) {
    const box = make('div', 'note');
    const field = make('textarea');
    field.value = one.data('note') || '';
    field.rows = 2;
    field.maxLength = 500;
    field.placeholder = this.words.x_note_hint;
    field.setAttribute('aria-label', this.words.x_note);
    const keep = button('plain', this.words.x_note_go, null, () => { field.blur(); this.canvas.act('note', { id: one.id(), text: field.value }); });
    keep.dataset.key = 'note';
    box.append(make('h2', '', this.words.x_note), field, keep);
    return box;
  }

  /** The chosen nodes and their neighbours, or all: the same selection as on the canvas, reachable without it. */
  table(chosen) {
    const all = chosen.length ? chosen.union(chosen.neighborhood('node')) : this.cy.nodes();
    const shown = all.filter((node) => !node.hasClass('away'));
    const rows = shown.toArray().slice(0, LISTED);
    const title = make('h2', '', this.words.x_listed);
    title.append(make('small', '', `${rows.length} ${this.words.x_of} ${shown.length}`));
    const grid = make('div', 'grid');
    grid.setAttribute('role', 'group');
    grid.setAttribute('aria-label', this.words.x_listed);
    grid.append(...rows.map((node, index) => this.row(node, index)));
    return [title, grid];
  }

  row(node, index) {
    const line = make('label', 'line-row');
    const tick = make('input');
    tick.type = 'checkbox';
    tick.checked = node.selected();
    tick.tabIndex = index ? -1 : 0;
    tick.dataset.key = `row ${node.id()}`;
    tick.dataset.id = node.id();
    tick.addEventListener('change', () => { if (tick.checked) node.select(); else node.unselect(); });
    tick.addEventListener('keydown', (event) => { if (event.key === 'Enter') this.canvas.act('ask', { ids: [node.id()] }); });
    line.append(tick, badge(node.data('family'), node.data('icon')), make('span', 'name', node.data('title')), make('em', '', String(node.degree(false))));
    return line;
  }

  /** Arrow keys walk along the table. */
  arrow(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches('.line-row input')) return;
    event.preventDefault();
    const ticks = [...this.element.querySelectorAll('.line-row input')];
    const next = ticks[ticks.indexOf(event.target) + step];
    if (next) next.focus();
  }
}

function facts(pairs) {
  const list = make('dl', 'facts');
  pairs.forEach(([name, value]) => list.append(make('dt', '', name), make('dd', '', value)));
  return list;
}
