// What Streamlit calls on every rerun: one canvas for each place on a page, made once its fonts are there, then kept.
import { Canvas } from './canvas.js';
import { Explorer } from './explorer.js';
import { FONT } from './style.js';

const CANVASES = new WeakMap();

/** Canvas text is drawn once: wait (briefly) for the font slices that the labels need. */
function fonts(data) {
  const text = data.add.map((element) => element.data.label || '').join('') || '图';
  const wanted = ['400', '600'].map((weight) => document.fonts.load(`${weight} 11px ${FONT}`, text));
  return Promise.race([Promise.all(wanted), new Promise((done) => setTimeout(done, 1200))]);
}

export default function network(component) {
  const root = component.parentElement.querySelector('.root');
  const canvas = CANVASES.get(root);
  if (canvas instanceof Canvas) {
    if (component.data.add.length) fonts(component.data).then(() => canvas.show(component)); else canvas.show(component);
  } else {
    const waiting = canvas || { component };
    waiting.component = component;
    if (!canvas) {
      CANVASES.set(root, waiting);
      fonts(component.data).then(() => {
        if (CANVASES.get(root) !== waiting) return;
        const made = new (waiting.component.data.explorer ? Explorer : Canvas)(root, waiting.component.data);
        CANVASES.set(root, made);
        made.show(waiting.component);
      });
    }
  }
  return () => {
    const held = CANVASES.get(root);
    if (held instanceof Canvas) held.stop();
    CANVASES.delete(root);
  };
}
