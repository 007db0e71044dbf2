/** Reminders of events, on any page of a visitor: a plate at the edge with the way there, until it is put away. */
import { takeDue, wishes, type Due } from '../events/reminders';
import { eventAddress, fetchEvents, type HallEvent } from '../net/events';
import { live, pick, t } from '../text/catalogue';
import { button, el, icon, text } from './dom';
import '../styles/reminders.css';

const LOOK_MS = 15_000;
/** A programme changes seldom, and thousands may wait for one event. */
const READ_MS = 60_000;

/** Looks until it is stopped, and only while the page is seen: what one tab has said no other says. @param go how one gets there without leaving the page; a link where there is none */
export function startReminders(go: ((hall: string, at: string | null) => void) | null): () => void {
  const element = el('div', 'reminders', { role: 'status', 'aria-live': 'polite' });
  document.body.append(element);
  let events: readonly HallEvent[] = [];
  let read_ms = -Infinity;
  const look = async (): Promise<void> => {
    const wished = Object.keys(wishes());
    if (document.hidden || wished.length === 0) return;
    const isOther = wished.some((wish) => events.every(({ id }) => id !== wish));
    if (isOther || Date.now() - read_ms >= READ_MS) {
      try {
        events = await fetchEvents();
        read_ms = Date.now();
      } catch {
        return; // Asked again in a moment.
      }
    }
    if (document.hidden) return;
    for (const due of takeDue(events, Date.now())) {
      for (const former of element.children) if ((former as HTMLElement).dataset['event'] === due.event.id) former.remove();
      element.append(plate(due, go));
    }
  };
  const looking = (): void => void look();
  looking();
  const timer = setInterval(looking, LOOK_MS);
  document.addEventListener('visibilitychange', looking);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', looking);
    element.remove();
  };
}

function plate({ event, what }: Due, go: ((hall: string, at: string | null) => void) | null): HTMLElement {
  const minutes = Math.max(1, Math.round((Date.parse(event.begins_at) - Date.now()) / 60_000));
  const there = el('a', 'btn small', { href: eventAddress(event) }, text('events.go'));
  const node = el(
    'p', 'reminder', { 'data-event': event.id }, icon('bell'),
    live(el('span'), () => t(`events.reminder_${what}`, { title: pick(event.title), count: minutes })),
    what === 'cancelled' ? null : there, button({ label: 'site.close', icon: 'close', iconOnly: true, className: 'close', onPress: () => node.remove() }),
  );
  there.addEventListener('click', (press) => {
    if (!go) return;
    press.preventDefault();
    node.remove();
    go(event.hall, event.stage || null);
  });
  return node;
}
