/** The exhibitor's first page: how a booth is made and brought in today, and which places are free in which hall. */
import { fetchHall, fetchHalls, type HallDescriptor, type Slot } from './net/api';
import { live, number, pick, t, type MessageKey } from './text/catalogue';
import { BOOTH_LIMITS } from './ui/boothLimits';
import { el, text } from './ui/dom';
import { glyph } from './ui/shapes';
import { workPage } from './ui/workPage';

const BOOTH_EXAMPLE = `[[booths]]
id = "longjing"
slot = "a01"
file = "built/booths/longjing.glb"
title = { zh = "明前龙井", en = "Longjing tea" }
body = { zh = "狮峰山头采，当日炒制。", en = "Picked on Lion Peak, fired the same day." }`;

const main = workPage('exhibitor.name');
const free = el('div', 'free-slots', {}, el('p', '', { role: 'status' }, text('landing.loading')));

main.append(
  el('div', 'work-head', {}, el('h1', '', {}, text('exhibitor.title'))),
  el('p', 'work-lead', {}, text('exhibitor.lead')),
  el('ol', 'steps', {}, ...([1, 2, 3] as const).map((step) => el(
    'li', '', {}, el('h2', '', {}, text(`exhibitor.step_${step}`)), el('p', '', {}, text(`exhibitor.step_${step}_text`)),
  ))),
  el('section', '', {}, el('h2', '', {}, text('exhibitor.limits')), limitsTable()),
  el('section', '', {}, el('h2', '', {}, text('exhibitor.file')), el('p', '', {}, text('exhibitor.file_text')),
    el('pre', 'example', { lang: 'en' }, el('code', '', {}, BOOTH_EXAMPLE)),
    el('p', '', {}, text('exhibitor.check_text')), el('pre', 'example', { lang: 'en' }, el('code', '', {}, 'yuanzhan hall check retail'))),
  el('section', '', { id: 'free' }, el('h2', '', {}, text('exhibitor.free')), free),
);

function limitsTable(): HTMLElement {
  const row = (label: MessageKey, value: () => string, why: MessageKey): HTMLElement =>
    el('tr', '', {}, live(el('th', '', { scope: 'row' }), label), live(el('td', 'figure'), value), live(el('td', 'why'), why));
  return el('div', 'table-wrap', {}, el('table', 'limits', {}, el(
    'tbody', '', {},
    row('exhibitor.format', () => t('exhibitor.format_value'), 'exhibitor.format_why'),
    row('exhibitor.size', () => t('exhibitor.size_value', { size: BOOTH_LIMITS.megabytes }), 'exhibitor.size_why'),
    row('exhibitor.triangles', () => number(BOOTH_LIMITS.triangles), 'exhibitor.triangles_why'),
    row('exhibitor.materials', () => number(BOOTH_LIMITS.materials), 'exhibitor.materials_why'),
    row('exhibitor.axes', () => t('exhibitor.axes_value'), 'exhibitor.axes_why'),
  )));
}

function freeSlots(hall: HallDescriptor): HTMLElement {
  const taken = new Set(hall.booths.map((booth) => booth.slot));
  const open = hall.slots.filter((slot) => !taken.has(slot.id));
  return el(
    'article', '', {},
    el('h3', '', {}, glyph(hall.shape), live(el('span'), () => pick(hall.place)),
      live(el('span', open.length > 0 ? 'tag ok' : 'tag'), () => t('exhibitor.free_of', { free: number(open.length), all: number(hall.slots.length) }))),
    open.length > 0 ? el('ul', 'slots', {}, ...open.map(slotItem)) : el('p', 'work-note', {}, text('exhibitor.none_free')),
  );
}

function slotItem({ id, size_m: [width, height, depth] }: Slot): HTMLElement {
  return el('li', '', {}, el('strong', '', {}, id), ' ', live(el('span'), () => t('exhibitor.slot_size', { width, depth, height })));
}

async function show(): Promise<void> {
  try {
    const halls = await fetchHalls();
    const described = await Promise.all(halls.map((hall) => fetchHall(hall.id)));
    free.replaceChildren(...described.filter((hall) => hall.slots.length > 0).map(freeSlots));
  } catch {
    free.replaceChildren(el('p', 'work-note', { role: 'alert' }, text('exhibitor.unreachable')));
  }
}

void show();
