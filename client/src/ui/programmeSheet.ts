/** The programme of all halls: what runs and what is coming, with the way there, a reminder, and one's own calendar. */
import { isWished, wish } from '../events/reminders';
import { names, span } from '../events/words';
import type { HallSummary } from '../net/api';
import { calendarAddress, eventAddress, feedAddress, fetchEvents, type HallEvent } from '../net/events';
import { lang, live, pick, t } from '../text/catalogue';
import { openDialog, type SheetDialog } from './dialog';
import { button, el, icon, text } from './dom';
import { glyph } from './shapes';
import '../styles/events.css';

/** @param go how one gets there without leaving the page; a link where there is none */
export function openProgramme(halls: readonly HallSummary[], go: ((hall: string, at: string | null) => void) | null): SheetDialog {
  const body = el('div', 'events-list', {}, el('p', 'work-note', { role: 'status' }, text('landing.loading')));
  const dialog = openDialog('events.all_day', 'events-sheet', [body], [
    text('events.remind_note', 'events-note'),
    live(el('a', 'btn', { download: '' }, icon('calendar'), text('events.feed')), () => feedAddress(lang()), 'href'),
  ]);
  const there = (event: HallEvent): void => {
    dialog.close();
    go?.(event.hall, event.stage || null);
  };
  fetchEvents().then(
    (events) => body.replaceChildren(...(events.length === 0 ? [el('p', 'events-none', {}, text('events.none'))] : events.map((event) => card(event, halls, go ? there : null)))),
    () => body.replaceChildren(el('p', 'events-none', { role: 'alert' }, text('landing.unreachable'))),
  );
  return dialog;
}

function card(event: HallEvent, halls: readonly HallSummary[], go: ((event: HallEvent) => void) | null): HTMLElement {
  const hall = halls.find(({ id }) => id === event.hall);
  const isOff = event.phase === 'cancelled';
  const way = el('a', 'btn small', { href: eventAddress(event) }, text('events.go'));
  way.addEventListener('click', (press) => {
    if (!go) return;
    press.preventDefault();
    go(event);
  });
  const description = pick(event.description);
  return el(
    'article', isOff ? 'event-card off' : 'event-card', { 'data-event': event.id },
    el('p', 'event-when no-autospace', {}, live(el('time', '', { datetime: event.begins_at }), () => span(event)), phaseTag(event)),
    live(el('h3', 'serif'), () => pick(event.title)),
    el('p', 'event-where', {}, glyph(hall?.shape ?? 'circle'), live(el('span'), () => (hall ? pick(hall.place) : event.hall)),
      event.speakers.length > 0 ? live(el('span', 'event-speakers'), () => t('events.speakers_are', { names: names(event) })) : null),
    description ? live(el('p', 'event-about'), () => pick(event.description)) : null,
    isOff ? null : el('p', 'event-acts', {}, way, event.phase === 'coming' || event.phase === 'doors' ? reminder(event) : null,
      live(el('a', 'btn small ghost', { download: '' }, icon('calendar'), text('events.download')), () => calendarAddress(event.id, lang()), 'href')),
  );
}

export function phaseTag({ phase }: Pick<HallEvent, 'phase'>): HTMLElement {
  const kind = { running: 'tag ok', doors: 'tag warn', cancelled: 'tag bad', coming: 'tag', over: 'tag' }[phase];
  return text(`events.phase_${phase}`, kind);
}

function reminder(event: HallEvent): HTMLButtonElement {
  const node = button({
    label: () => t(isWished(event.id) ? 'events.reminded' : 'events.remind'), icon: 'bell', className: 'btn small ghost',
    onPress: () => {
      wish(event.id, !isWished(event.id));
      draw();
    },
  });
  const draw = (): void => {
    node.setAttribute('aria-pressed', String(isWished(event.id)));
    const words = node.querySelector('span');
    if (words) live(words, () => t(isWished(event.id) ? 'events.reminded' : 'events.remind'));
  };
  draw();
  return node;
}
