/** Reminders of events, on any page of a visitor: a plate at the edge with the way there, until it is put away. */
import { takeDue, wishes, type Due } from '../events/reminders';
import { eventAddress, fetchEvents } from '../net/events';
import { live, pick, t } from '../text/catalogue';
import { button, el, icon, text } from './dom';
import '../styles/reminders.css';

const LOOK_MS = 15_000;

/** Looks until it is stopped. @param go how one gets there without leaving the page; a link where there is none */
export function startReminders(go: ((hall: string, at: string | null) => void) | null): () => void {
  const element = el('div', 'reminders', { role: 'status', 'aria-live': 'polite' });
  document.body.append(element);
  const look = async (): Promise<void> => {
    if (Object.keys(wishes()).length === 0) return;
    try {
      for (const due of takeDue(await fetchEvents(), Date.now())) element.append(plate(due, go));
    } catch {
      // Asked again in a moment.
    }
  };
  void look();
  const timer = setInterval(() => void look(), LOOK_MS);
  return () => {
    clearInterval(timer);
    element.remove();
  };
}

function plate({ event, what }: Due, go: ((hall: string, at: string | null) => void) | null): HTMLElement {
  const minutes = Math.max(1, Math.round((Date.parse(event.begins_at) - Date.now()) / 60_000));
  const there = el('a', 'btn small', { href: eventAddress(event) }, text('events.go'));
  const node = el(
    'p', 'reminder', { 'data-event': event.id }, icon('bell'),
    live(el('span'), () => (what === 'now' ? t('events.reminder_now', { title: pick(event.title) }) : t('events.reminder_soon', { title: pick(event.title), count: minutes }))),
    there, button({ label: 'site.close', icon: 'close', iconOnly: true, className: 'close', onPress: () => node.remove() }),
  );
  there.addEventListener('click', (press) => {
    if (!go) return;
    press.preventDefault();
    node.remove();
    go(event.hall, event.stage || null);
  });
  return node;
}
