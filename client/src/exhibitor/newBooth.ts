/** A new booth: its name, and its model. What fits is told beside it. */
import { createBooth } from '../net/boothRecords';
import { live, number, t, type MessageKey } from '../text/catalogue';
import { BOOTH_LIMITS } from '../ui/boothLimits';
import { wordsFor } from '../ui/busy';
import { el, text } from '../ui/dom';
import { createDropZone } from './dropZone';
import { Form } from './fields';
import { firstOf, stem } from './model';
import { Refused } from '../net/account';
import { type Desk, type View } from './parts';
import { DRESS_LIMITS } from './dressLimits';

/** @param send begins with the file of the booth that was made */
export function newBoothView(desk: Desk, send: (booth: string, file: File) => void): View {
  const title = { zh: '', en: '' };
  const form = new Form(() => undefined);
  const problem = el('div', '', { role: 'alert' });
  let made = false;
  const begin = async (file: File): Promise<void> => {
    if (made) return;
    made = true;
    problem.replaceChildren();
    try {
      const name = title.zh.trim() || title.en.trim() || firstOf(stem(file.name), DRESS_LIMITS.title);
      const booth = await createBooth({ zh: title.zh.trim() || name, en: title.en.trim() || name });
      send(booth.id, file);
      desk.changed(booth);
      desk.go({ view: 'booth', booth: booth.id, tab: 'model' });
    } catch (error) {
      made = false;
      if (error instanceof Refused && error.problems.length > 0) form.complain(error.problems);
      problem.replaceChildren(live(el('p', 'error'), wordsFor(error)));
    }
  };
  const element = el(
    'div', 'new-booth', {},
    el('div', 'new-booth-main', {}, el('h1', '', { tabindex: -1 }, text('exhibitor.new')), el('p', 'work-lead', {}, text('exhibitor.new_lead')),
      form.both('/title', 'exhibitor.field.booth', title, { most: DRESS_LIMITS.title, hint: 'exhibitor.field.booth_hint' }), problem, createDropZone(desk, (file) => void begin(file))),
    el('section', 'new-booth-side', {}, el('h2', '', {}, text('exhibitor.limits')), limits(desk.most_mb)),
  );
  return {
    element,
    dispose: () => undefined,
    get dirty() {
      return !made && (title.zh !== '' || title.en !== '');
    },
  };
}

function limits(most_mb: number): HTMLElement {
  const entry = (label: MessageKey, value: () => string, why: MessageKey): HTMLElement =>
    el('div', '', {}, live(el('dt'), label), live(el('dd', 'figure'), value), live(el('dd', 'why'), why));
  return el(
    'dl', 'limits', {},
    entry('exhibitor.format', () => t('exhibitor.format_value', { size: most_mb }), 'exhibitor.format_why'),
    entry('exhibitor.size', () => t('exhibitor.size_value', { size: BOOTH_LIMITS.megabytes }), 'exhibitor.size_why'),
    entry('exhibitor.triangles', () => number(BOOTH_LIMITS.triangles), 'exhibitor.triangles_why'),
    entry('exhibitor.materials', () => number(BOOTH_LIMITS.materials), 'exhibitor.materials_why'),
    entry('exhibitor.axes', () => t('exhibitor.axes_value'), 'exhibitor.axes_why'),
  );
}
