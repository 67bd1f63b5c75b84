// The explorer: the canvas with a toolbar, a panel, a time strip and menus. What the reader does goes to Python as one event, `act`.
import { Canvas, dress } from './canvas.js';
import { chooser, list, prompt } from './menus.js';
import { palette } from './families.js';
import { button, make } from './furniture.js';
import { Panel } from './panel.js';
import { Strip } from './strip.js';
import { save, svg } from './files.js';

const FORMS = ['png', 'svg', 'graphml', 'json', 'cypher'];


export class Explorer extends Canvas {
  toolbar() {
    const { words } = this.data;
    const tool = (name, icon, key, press) => { const one = button('', `${words[name]} ${key}`.trim(), icon, press); one.dataset.tool = name; return one; };
    const bar = make('div', 'tools tall');
    const gap = () => make('hr', '');
    const screen = () => (document.fullscreenElement ? document.exitFullscreen() : this.wrap.requestFullscreen());
    bar.append(
      tool('x_undo', 'undo-2', 'Z', () => this.act('undo')), tool('x_redo', 'redo-2', 'Y', () => this.act('redo')), gap(),
      tool('fit', 'scan', 'F', () => this.fit()), tool('screen', 'expand', '', screen), gap(),
      tool('x_pin', 'pin', 'P', () => this.act('pin')), tool('x_hide', 'eye-off', 'H', () => this.act('hide')),
      tool('x_show', 'eye', '', () => this.act('show')), tool('x_group', 'group', 'G', () => this.act('group')),
      tool('x_collapse', 'shrink', 'C', () => this.act('collapse')), gap(),
      tool('x_path', 'route', 'T', () => this.act('path')), tool('x_save', 'camera', 'S', () => this.name()),
      tool('x_export', 'download', '', () => this.forms()),
    );
    this.keys = { z: 'undo', y: 'redo', p: 'pin', h: 'hide', g: 'group', c: 'collapse', t: 'path', e: 'ask' };
    return bar;
  }

  furniture() {
    this.wrap.classList.add('explorer');
    this.panel = new Panel(this);
    this.strip = new Strip(this.data.words, (from, to, done) => this.inWindow(from, to, done));
    const left = make('div', 'left');
    left.append(this.stage, this.notice, this.legend, this.strip.element);
    this.wrap.append(left, this.panel.element);
    this.told = new Map();
  }

  start() {
    super.start();
    this.cy.on('select unselect', () => this.later());
    this.cy.on('mouseover mouseout', 'edge', (event) => event.target.toggleClass('lit', event.type === 'mouseover'));
    const press = (event) => this.key(event);
    document.addEventListener('keydown', press);
    const stop = this.stop;
    this.stop = () => { document.removeEventListener('keydown', press); this.strip.stop(); stop(); };
  }

  key(event) {
    const at = event.composedPath()[0];
    if (event.key === 'Escape') this.dismiss();
    if (event.ctrlKey || event.metaKey || event.altKey || (at.matches && at.matches('input, textarea, select, [contenteditable]'))) return;
    const key = event.key.toLowerCase();
    const name = key === 'z' && event.shiftKey ? 'redo' : this.keys[key];
    const own = { f: () => this.fit(), s: () => this.name() }[key];
    if (!name && !own) return;
    event.preventDefault();
    event.stopPropagation();
    if (own) own(); else this.act(name);
  }

  /** Tell Python what was done to the chosen nodes, and where nodes stand that have moved since it was told. */
  act(name, more = {}) {
    this.touched = true;
    this.dismiss();
    this.wrap.classList.add('busy');
    this.component.setTriggerValue('act', { act: name, ids: this.chosen(), ...more, places: this.moved(), at: Date.now() });
  }

  chosen() { return this.cy.nodes(':selected').map((node) => node.id()); }

  moved() {
    const places = {};
    this.cy.nodes().forEach((node) => {
      const { x, y } = node.position();
      const here = `${x} ${y}`;
      if (this.told.get(node.id()) !== here) places[node.id()] = [x, y];
      this.told.set(node.id(), here);
    });
    return places;
  }

  open(id) { if (this.cy.getElementById(id).nonempty() && !this.wrap.classList.contains('busy')) this.act('open', { id }); }

  ask() {
    const { ask, words } = this.data;
    if (!ask || ask.at === this.answered) return;
    this.answered = ask.at;
    this.put(chooser(ask, words, (kinds) => (kinds ? this.act('expand', { id: ask.id, kinds, confirmed: true }) : this.dismiss())), ask.id);
  }

  name() {
    const { words } = this.data;
    this.put(prompt(words.x_save, words.x_save_name, words.x_save_go, words, (text) => (text ? this.act('save', { text }) : this.dismiss())));
  }

  forms() {
    const { words } = this.data;
    const entries = FORMS.map((form) => [words[`x_form_${form}`], () => this.act('export', { form })]);
    this.put(list(words.x_export, entries));
  }

  /** A box on the canvas, on the side where `node` is not. */
  put(box, node) {
    this.dismiss();
    this.box = box;
    const at = node && this.cy.getElementById(node);
    if (at && at.nonempty() && at.renderedPosition('x') > this.cy.width() / 2) box.classList.add('west');
    this.stage.append(box);
    (box.querySelector('[autofocus]') || box.querySelector('input, button')).focus();
  }

  /** Hide what was outside these days; what has no day stays. `done` = the reader let go, so Python shall know. */
  inWindow(from, to, done) {
    const away = (one) => Boolean(one.data('when')) && (one.data('when') < from || one.data('when') > to);
    this.cy.batch(() => {
      dress(this.cy.elements().filter(away), 'away', true);
      dress(this.cy.elements().not(this.cy.elements().filter(away)), 'away', false);
    });
    if (done) this.act('window', { from, to });
  }

  later() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => { this.waiting = null; if (!this.cy.destroyed()) this.panel.draw(); });
  }

  mark() {}

  furnish() {
    super.furnish();
    const { counts, file, steps } = this.data;
    this.count.textContent = counts;
    this.wrap.querySelector('[data-tool=x_undo]').disabled = !steps[0];
    this.wrap.querySelector('[data-tool=x_redo]').disabled = !steps[1];
    this.strip.fill(this.cy, this.data.window);
    this.panel.draw();
    if (file && file.at !== this.filed) { this.filed = file.at; this.write(file); }
  }

  /** Hand over a file: pictures are made here, the rest was made by Python. */
  write({ name, form, text }) {
    const bg = palette(this.wrap).bg;
    if (form === 'png') this.cy.png({ output: 'blob-promise', full: true, scale: 2, bg, maxWidth: 8000, maxHeight: 8000 }).then((blob) => save(name, blob));
    else save(name, new Blob([form === 'svg' ? svg(this.cy, palette(this.wrap)) : text], { type: 'application/octet-stream' }));
  }
}


