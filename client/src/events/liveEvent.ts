/** An event that runs: how many are there, hands in order, who has the floor, and whom an operator put on the stage, with the undo. */
import { ApiError } from '../net/api';
import { send } from '../net/account';
import { eventAddress, fetchStage, type StageNow, type StagePerson, type StaffEvent } from '../net/events';
import { fetchHolding, perform, undo, type Act, type Person } from '../operator/api';
import { live, pick, t } from '../text/catalogue';
import { acting } from '../ui/acting';
import { busy, problemParts } from '../ui/busy';
import { button, el, text } from '../ui/dom';
import { keepingFocus } from '../ui/focus';
import { phaseTag } from '../ui/programmeSheet';
import { Rereading } from '../ui/rereading';
import { span } from './words';

const READ_MS = 3000;
const SEARCH_WAIT_MS = 250;
const EMPTY: StageNow = { phase: 'coming', here: 0, hands: [], floor: [], speakers: [] };

export class LiveEvent {
  readonly element: HTMLElement;
  readonly #head = el('h3');
  readonly #facts = el('p', 'event-when no-autospace');
  readonly #hands = el('ol', 'hands');
  readonly #handsTitle = el('h4');
  readonly #floor = el('ul');
  readonly #speakers = el('ul', 'speakers');
  readonly #found = el('ul', 'found');
  readonly #search = el('input', '', { type: 'text', autocomplete: 'off' });
  readonly #error = el('div', '', { role: 'alert' });
  /** What is seen is not as it is now. */
  readonly #stale = el('p', 'error', { role: 'status', hidden: true }, text('site.unreachable'));
  readonly #reading: Rereading;
  #now = EMPTY;
  #acts: readonly Act[] = [];
  #drawn = '';

  constructor(private event: StaffEvent, private readonly place: () => string, private readonly mayPlan: boolean) {
    const id = `on-stage-${event.id}`;
    this.#search.id = id;
    const finder = el('div', 'field', {}, live(el('label', '', { for: id }), 'events.put_on_stage_who'), this.#search, this.#found);
    finder.hidden = !mayPlan;
    this.element = el(
      'article', 'event-now', { 'data-event': event.id }, this.#head, this.#facts,
      el('div', 'groups', {},
        el('div', '', {}, this.#handsTitle, this.#hands),
        el('div', '', {}, el('h4', '', {}, text('events.floor_now')), this.#floor),
        el('div', '', {}, el('h4', '', {}, text('events.speakers')), this.#speakers, finder)),
      this.#error, this.#stale,
    );
    let waiting = 0;
    this.#search.addEventListener('input', () => {
      clearTimeout(waiting);
      waiting = window.setTimeout(() => void this.#find(), SEARCH_WAIT_MS);
    });
    this.setEvent(event);
    this.#reading = new Rereading({ read: () => this.#read(), every_ms: READ_MS, told: (stale) => { this.#stale.hidden = !stale; } });
    void this.#reading.now();
  }

  setEvent(event: StaffEvent): void {
    this.event = event;
    this.#head.replaceChildren(live(el('span'), () => pick(event.title)), phaseTag(event), live(el('a', 'btn small ghost', { href: eventAddress(event), target: '_blank', rel: 'noopener' }), 'events.visit'));
    this.#draw();
  }

  dispose(): void {
    this.#reading.stop();
  }

  async #read(): Promise<void> {
    try {
      const [now, holding] = await Promise.all([fetchStage(this.event.id), fetchHolding()]);
      this.#now = now;
      this.#acts = holding.filter(({ kind, params }) => kind === 'stage' && params['event'] === this.event.id);
      this.#draw();
    } catch (error) {
      // Over meanwhile, it goes with the next list.
      if (!(error instanceof ApiError) || error.code === 'unreachable') throw error;
    }
  }

  #draw(): void {
    const { here, hands, floor } = this.#now;
    const capacity = this.event.capacity;
    live(this.#facts, () => `${this.place()}  ${span(this.event)}  ${capacity === null ? t('events.here', { count: here }) : t('events.here_of', { count: here, capacity })}`);
    live(this.#handsTitle, () => t('events.hands_now', { count: hands.length }));
    const drawn = JSON.stringify([hands, floor, this.#acts.map(({ id }) => id)]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    keepingFocus(this.#hands, () => this.#hands.replaceChildren(...hands.map((person) => this.#person(person))));
    keepingFocus(this.#floor, () => this.#floor.replaceChildren(...floor.map((person) => this.#person(person))));
    this.#speakers.replaceChildren(...this.#acts.map((act) => el('li', '', {}, el('span', '', {}, act.name),
      this.mayPlan ? acting('events.take_off', null, () => undo(act.id).then(() => this.#reading.now())) : null)));
  }

  #person(person: StagePerson): HTMLElement {
    return el('li', '', { 'data-visitor': person.visitor }, el('span', '', {}, person.name), this.mayPlan ? this.#putOnStage(person.visitor) : null);
  }

  #putOnStage(visitor: number): HTMLElement {
    const press = button({ label: 'events.put_on_stage', className: 'btn small', onPress: () => void busy(press, this.#error, async () => {
      await perform({ kind: 'stage', reason: 'programme', target: { hall: this.event.hall, visitor }, params: { event: this.event.id } });
      this.#search.value = '';
      this.#found.replaceChildren();
      await this.#reading.now();
    }) });
    return press;
  }

  async #find(): Promise<void> {
    const name = this.#search.value.trim();
    if (name === '') return this.#found.replaceChildren();
    this.#error.replaceChildren();
    try {
      const { people } = await send<{ people: Person[] }>('GET', `/api/people?name=${encodeURIComponent(name)}&hall=${encodeURIComponent(this.event.hall)}`);
      if (this.#search.value.trim() !== name) return;
      this.#found.replaceChildren(...(people.length === 0 ? [el('li', '', {}, text('events.nobody_found'))] : people.slice(0, 8).map((person) => this.#person(person))));
    } catch (error) {
      this.#error.replaceChildren(...problemParts(error));
    }
  }
}
