/** What runs, the form, and all events with how many came. Keyboard: N begins a new one. */
import type { HallSummary } from '../net/api';
import { cancelEvent, eventAddress, fetchStaffEvents, type StaffEvent } from '../net/events';
import { onLang, live, pick, t } from '../text/catalogue';
import { acting } from '../ui/acting';
import { button, el, text } from '../ui/dom';
import { phaseTag } from '../ui/programmeSheet';
import { Rereading } from '../ui/rereading';
import { listenToKeys } from '../operator/keys';
import { EventForm } from './eventForm';
import { LiveEvent } from './liveEvent';
import { names, span } from './words';

const READ_MS = 10_000;
const GOING_ON = new Set(['running', 'doors']);

export class EventsView {
  readonly element: HTMLElement;
  #events: readonly StaffEvent[] = [];
  /** What runs, by id: its part of the page stays as long as it does, and so does what is typed there. */
  readonly #running = new Map<string, LiveEvent>();
  readonly #now = el('div');
  readonly #nowBlock = el('section', '', { hidden: true }, el('h2', '', {}, text('events.live')), this.#now);
  readonly #list = el('div', 'table-wrap');
  /** What is seen is not as it is now. */
  readonly #stale = el('p', 'error', { role: 'status', hidden: true }, text('site.unreachable'));
  readonly #form: EventForm;
  readonly #reading = new Rereading({ read: () => this.read(), every_ms: READ_MS, told: (stale) => { this.#stale.hidden = !stale; } });

  constructor(private readonly halls: readonly HallSummary[], private readonly mayPlan: boolean) {
    this.#form = new EventForm(halls, () => void this.#reading.now());
    const add = button({ label: 'events.add', icon: 'plus', className: 'btn primary', onPress: () => this.#form.open(null) });
    add.append(el('kbd', 'kbd', { 'aria-hidden': true }, 'N'));
    add.hidden = !mayPlan;
    this.element = el(
      'div', '', {},
      el('div', 'work-head', {}, el('h1', '', {}, text('events.name')), add, live(el('a', 'btn ghost', { href: '/operator' }), 'operator.name')),
      el('p', 'work-lead', {}, text('events.lead')), this.#stale,
      this.#form.element, this.#nowBlock,
      el('section', '', {}, el('h2', '', {}, text('events.all_day')), this.#list),
    );
    if (mayPlan) listenToKeys({ letters: { n: () => this.#form.open(null) } });
    onLang(() => this.#draw());
  }

  async read(): Promise<void> {
    const read = await fetchStaffEvents();
    // A table that is the same keeps its focus, and while an event runs its counts change all the time.
    const isOther = planned(read) !== planned(this.#events) || this.#list.childElementCount === 0;
    this.#events = read;
    if (isOther) this.#draw();
    else for (const event of read) this.#list.querySelector(`[data-event="${CSS.escape(event.id)}"] .event-came`)?.replaceChildren(came(event));
  }

  #draw(): void {
    const running = this.#events.filter(({ phase }) => GOING_ON.has(phase));
    for (const [id, view] of this.#running) {
      if (running.some((event) => event.id === id)) continue;
      view.dispose();
      this.#running.delete(id);
    }
    for (const event of running) {
      const known = this.#running.get(event.id);
      if (known) known.setEvent(event);
      else this.#running.set(event.id, new LiveEvent(event, () => this.#place(event), this.mayPlan));
    }
    const shown = [...this.#running.values()].map(({ element }) => element);
    // Who types in one of them goes on typing.
    if (shown.length !== this.#now.childElementCount || shown.some((element, place) => element !== this.#now.children[place])) this.#now.replaceChildren(...shown);
    this.#nowBlock.hidden = running.length === 0;
    this.#list.replaceChildren(this.#events.length === 0 ? el('p', 'work-note events-empty', {}, text('events.empty')) : this.#table());
  }

  #table(): HTMLElement {
    const heads = (['events.col_event', 'events.col_when', 'events.col_where', 'events.col_attendance'] as const).map((key) => live(el('th', '', { scope: 'col' }), key));
    return el(
      'table', 'events-table', {}, el('thead', '', {}, el('tr', '', {}, ...heads, el('th', '', {}, text('account.col_action', 'unseen')))),
      el('tbody', '', {}, ...this.#events.map((event) => this.#row(event))),
    );
  }

  #row(event: StaffEvent): HTMLElement {
    const { phase } = event;
    const canChange = this.mayPlan && phase !== 'over' && phase !== 'cancelled';
    return el(
      'tr', phase === 'cancelled' ? 'off' : '', { 'data-event': event.id },
      el('td', 'event-name', {}, live(el('span'), () => pick(event.title)), phaseTag(event), event.speakers.length > 0 ? live(el('small'), () => names(event)) : null),
      el('td', 'no-autospace', {}, live(el('time', '', { datetime: event.begins_at }), () => span(event))),
      el('td', '', {}, live(el('a', '', { href: eventAddress(event) }), () => this.#place(event))),
      el('td', 'event-came', {}, came(event)),
      el('td', 'acts', {}, canChange ? el('span', '', {}, button({ label: 'events.change', className: 'btn small', onPress: () => this.#form.open(event) }),
        acting('events.cancel', 'events.cancel_sure', async () => {
          await cancelEvent(event.id);
          await this.#reading.now();
        })) : null),
    );
  }

  #place(event: StaffEvent): string {
    const hall = this.halls.find(({ id }) => id === event.hall);
    return hall ? pick(hall.place) : event.hall;
  }
}

/** How many came; nobody yet. */
const came = ({ attendance }: StaffEvent): Node | string => (attendance.visitors > 0 ? live(el('span', 'event-attendance'), () => t('events.attended', attendance)) : el('span', 'event-nobody', {}, '–'));

/** All but the counts. */
const planned = (events: readonly StaffEvent[]): string => JSON.stringify(events.map((event) => ({ ...event, attendance: null })));
