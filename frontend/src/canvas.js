// The network of a case: a Cytoscape canvas that Python feeds by deltas.
import cytoscape from 'cytoscape';
import fcose from 'cytoscape-fcose';
import { apply, verdict } from './delta.js';
import { palette } from './families.js';
import { legend, make, question, table, tools } from './furniture.js';
import { arrange, place } from './layout.js';
import { stylesheet } from './style.js';

cytoscape.use(fcose);
const CROWDED = 600;
const FEW = 14;
const TOP = 28;
const MARGIN = 30;

/** The picture of one case. */
export class Canvas {
  constructor(root, data) {
    this.data = data;
    this.revision = null;
    this.wrap = make('div', 'network');
    this.wrap.setAttribute('role', 'group');
    this.wrap.setAttribute('aria-label', data.words.title);
    this.stage = make('div', 'stage');
    this.stage.style.height = `${data.height}px`;
    this.host = make('div', 'host');
    this.count = make('div', 'count');
    this.count.setAttribute('aria-live', 'polite');
    this.stage.append(this.host, this.count, this.toolbar());
    this.legend = make('div');
    this.notice = make('div', 'notice');
    this.list = table(data.words, (id) => this.open(id), (id) => this.choose(id));
    this.furniture();
    root.append(this.wrap);
    this.start();
  }

  toolbar() { return tools(this.data.words, this.wrap, () => this.fit()); }

  /** What stands under the picture. */
  furniture() { this.wrap.append(this.stage, this.notice, this.legend, this.list); }

  start() {
    this.cy = cytoscape({ container: this.host, style: stylesheet(palette(this.wrap)), minZoom: 0.02, maxZoom: 3 });
    this.wrap.cy = this.cy; // the browser tests read positions from here
    this.cy.on('dbltap', 'node', (event) => this.open(event.target.id()));
    this.cy.on('tap', (event) => { if (event.target === this.cy) this.dismiss(); });
    this.cy.on('select unselect', 'node', () => this.mark());
    this.cy.on('mouseover mouseout', 'node', (event) => event.target.toggleClass('near', event.type === 'mouseover'));
    this.cy.on('zoom', () => this.letter());
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const repaint = () => requestAnimationFrame(() => this.cy.style(stylesheet(palette(this.wrap))));
    dark.addEventListener('change', repaint);
    const watch = new ResizeObserver(() => { this.cy.resize(); if (!this.touched) this.fit(); });
    watch.observe(this.host);
    const screen = () => { this.wrap.classList.toggle('whole', document.fullscreenElement !== null); setTimeout(() => this.fit(), 60); };
    document.addEventListener('fullscreenchange', screen);
    this.stop = () => {
      dark.removeEventListener('change', repaint);
      document.removeEventListener('fullscreenchange', screen);
      watch.disconnect();
      this.cy.destroy();
    };
  }

  /** Take in what Python sent: nothing, a whole copy or a delta; ask for a copy when a delta is missing. */
  show(component) {
    this.component = component;
    this.data = component.data;
    const what = verdict(this.revision, this.data);
    if (what === 'resync') {
      component.setTriggerValue('resync', { have: this.revision, at: Date.now() });
      return;
    }
    this.wrap.classList.remove('busy');
    if (what !== 'same') this.take(what === 'whole');
    this.ask();
    this.furnish();
  }

  take(whole) {
    const anchor = this.cy.getElementById(this.data.anchor || '');
    const from = anchor.nonempty() ? { ...anchor.position() } : { x: 0, y: 0 }; // an unfolded node is gone after `apply`
    const added = apply(this.cy, this.data, whole);
    dress(this.cy.elements(), 'crowded', this.cy.nodes().length > CROWDED);
    const standing = new Set(this.data.add.filter((element) => element.position).map((element) => element.data.id));
    const loose = added.filter((node) => !standing.has(node.id()));
    const alone = added.length === this.cy.nodes().length;
    if (alone && standing.size === 0) arrange(this.cy, this.data.seed); else if (loose.nonempty()) place(this.cy, loose, from, this.data.seed);
    if (alone) this.fit(); else if (added.nonempty()) this.reveal(added);
    this.letter();
    this.revision = this.data.rev;
  }

  /** Captions of what the lead names keep their size on the screen; the others show when there is room, or under the pointer. */
  letter() {
    const size = Math.round(Math.min(30, Math.max(11, 10.5 / this.cy.zoom())));
    const count = this.cy.nodes().length;
    const quiet = count > FEW && this.cy.zoom() < 0.8;
    if (size === this.size && count === this.lettered && quiet === this.quiet) return;
    Object.assign(this, { size, quiet, lettered: count });
    this.cy.scratch('size', size);
    const named = this.cy.nodes('[?named]');
    const loud = named.length <= FEW ? named : named.filter((node) => node.data('count') > 1 || node.data('family') !== 'patient');
    const wanted = count <= FEW ? this.cy.nodes() : loud;
    dress(this.cy.nodes(), 'quiet', quiet);
    dress(this.cy.nodes().not(wanted), 'named', false);
    dress(wanted, 'named', true);
    this.cy.nodes('.named, .near, :selected').updateStyle(); // only their captions have a size that changes
  }

  /** New nodes come into view by moving the camera; the nodes themselves stay. */
  reveal(added) {
    const view = this.cy.extent();
    const box = added.boundingBox();
    const inside = box.x1 >= view.x1 && box.x2 <= view.x2 && box.y1 >= view.y1 && box.y2 <= view.y2;
    if (!inside) this.fit();
  }

  /** All nodes in view, at a size that can be read; the upper edge is left to the buttons. */
  fit() {
    const box = this.cy.nodes().boundingBox({ includeLabels: false });
    const [wide, high] = [this.cy.width(), this.cy.height() - TOP];
    const zoom = Math.min(1.2, (wide - 2 * MARGIN) / (box.w || 1), (high - 2 * MARGIN) / (box.h || 1));
    this.cy.viewport({ zoom, pan: { x: wide / 2 - (zoom * (box.x1 + box.x2)) / 2, y: TOP + high / 2 - (zoom * (box.y1 + box.y2)) / 2 } });
  }

  open(id) {
    const node = this.cy.getElementById(id);
    if (node.empty() || !node.data('expandable') || this.wrap.classList.contains('busy')) return;
    this.send(id, false);
  }

  send(id, confirmed) {
    this.touched = true;
    this.wrap.classList.add('busy');
    this.dismiss();
    this.component.setTriggerValue('expand', { id, confirmed, rev: this.revision, at: Date.now() });
  }

  ask() {
    const { ask, words } = this.data;
    if (!ask || ask.at === this.answered) return;
    this.dismiss();
    this.answered = ask.at;
    this.box = question(ask, words, (yes) => (yes ? this.send(ask.id, true) : this.dismiss()));
    this.stage.append(this.box);
    this.box.querySelector('.go').focus();
  }

  dismiss() { if (this.box) this.box.remove(); this.box = null; }

  choose(id) {
    this.cy.nodes().unselect();
    this.cy.getElementById(id).select();
  }

  mark() {
    const chosen = new Set(this.cy.nodes(':selected').map((node) => node.id()));
    this.list.querySelectorAll('tbody tr').forEach((line) => line.classList.toggle('on', chosen.has(line.dataset.id)));
  }

  furnish() {
    const { words, total, notice } = this.data;
    const shown = this.cy.nodes().reduce((sum, node) => sum + (node.data('count') || 1), 0);
    this.count.textContent = words.count.replace('{n}', shown.toLocaleString('en')).replace('{m}', Math.max(total, shown).toLocaleString('en'));
    this.notice.textContent = notice || '';
    const values = (elements, name) => [...new Set(elements.map((element) => element.data(name)))].filter(Boolean);
    const families = new Map(this.cy.nodes().map((node) => [node.data('family'), node.data('icon')]));
    const known = [...families].filter(([name]) => words.families[name]);
    this.legend.replaceChildren(legend(words, known, values(this.cy.nodes(), 'risk').sort(), values(this.cy.edges(), 'type')));
    this.list.fill(this.cy);
  }
}

/** Give a class to those without it, or take it from those with it: a style is worked out anew only where something changes. */
export function dress(elements, name, on) {
  elements.filter((element) => element.hasClass(name) !== on).toggleClass(name, on);
}
