// The time strip: how many dated nodes and ties fall into each month, a window on it, and playback. The page does not run for it.
import { button, make } from './furniture.js';

const PACE = 700;
const LAST = '9999-12-31';

export class Strip {
  constructor(words, change) {
    Object.assign(this, { words, change, months: [] });
    this.element = make('div', 'strip');
    this.head = make('span', 'small');
    this.bars = make('div', 'bars');
    this.low = this.slider(words.x_window + ' 1');
    this.high = this.slider(words.x_window + ' 2');
    this.button = button('plain round', words.x_play, 'play', () => this.play());
    const top = make('div', 'top');
    top.append(this.button, this.head);
    this.element.append(top, this.bars, this.low, this.high);
  }

  slider(label) {
    const range = make('input', 'slider');
    range.type = 'range';
    range.min = 0;
    range.setAttribute('aria-label', label);
    range.addEventListener('input', () => this.paint(false));
    range.addEventListener('change', () => this.paint(true));
    return range;
  }

  /** Count anew; `held` is the window that Python holds, [from, to] with empty texts for open ends. */
  fill(cy, held) {
    const days = cy.elements().map((one) => one.data('when')).filter(Boolean);
    const tally = new Map();
    days.forEach((day) => tally.set(day.slice(0, 7), (tally.get(day.slice(0, 7)) || 0) + 1));
    this.months = between([...tally.keys()].sort());
    this.element.hidden = this.months.length < 2;
    this.undated = cy.nodes().filter((node) => !node.data('when')).length;
    const most = Math.max(1, ...tally.values());
    this.bars.replaceChildren(...this.months.map((month) => {
      const bar = make('i');
      bar.style.height = `${Math.round((34 * (tally.get(month) || 0)) / most)}px`;
      bar.title = `${month} · ${tally.get(month) || 0}`;
      return bar;
    }));
    const last = this.months.length - 1;
    [this.low, this.high].forEach((range) => { range.max = Math.max(0, last); });
    const at = (day, otherwise) => { const found = this.months.indexOf(day.slice(0, 7)); return day && found >= 0 ? found : otherwise; };
    this.low.value = at(held[0], 0);
    this.high.value = at(held[1], last);
    this.paint(false);
  }

  paint(done) {
    const [a, b] = [Number(this.low.value), Number(this.high.value)].sort((x, y) => x - y);
    const last = this.months.length - 1;
    [...this.bars.children].forEach((bar, index) => bar.classList.toggle('in', index >= a && index <= b));
    if (last < 1) { this.change('', LAST, false); return; }
    const whole = a === 0 && b === last;
    const [from, to] = whole ? ['', LAST] : [`${this.months[a]}-01`, `${this.months[b]}-31`];
    this.head.textContent = `${this.months[a]} – ${this.months[b]} · ${this.words.x_undated.replace('{n}', this.undated)}`;
    this.change(from, to, done);
  }

  /** A window of one month walks over the strip; a second press ends it and gives the window back. */
  play() {
    if (this.timer) { this.stop(); return; }
    this.before = [this.low.value, this.high.value];
    let at = -1;
    this.timer = setInterval(() => {
      at += 1;
      if (at >= this.months.length) { this.stop(); return; }
      this.low.value = at;
      this.high.value = at;
      this.paint(false);
    }, PACE);
  }

  stop() {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = null;
    [this.low.value, this.high.value] = this.before;
    this.paint(false);
  }
}

/** Every month from the first to the last. */
function between(months) {
  if (!months.length) return [];
  const all = [];
  for (let [year, month] = months[0].split('-').map(Number); ; month = month % 12 + 1, year += month === 1 ? 1 : 0) {
    all.push(`${year}-${String(month).padStart(2, '0')}`);
    if (all[all.length - 1] >= months[months.length - 1] || all.length > 600) return all;
  }
}
