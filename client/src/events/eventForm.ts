/** The form of one event. Times are typed in the operator's own time zone; the server gets moments. */
import { ApiError, fetchHall, type HallDescriptor, type HallSummary } from '../net/api';
import { changeEvent, planEvent, type EventPlan, type StaffEvent } from '../net/events';
import { listed, live, onLang, pick, t, type MessageKey } from '../text/catalogue';
import { wordsFor } from '../ui/busy';
import { button, el } from '../ui/dom';
import { local, moment } from './localTime';

const MINUTE_MS = 60_000;
const STEP_MIN = 15;

export class EventForm {
  readonly element: HTMLFormElement;
  readonly #hall: HTMLSelectElement;
  readonly #stage = el('select', '', { id: 'event-stage' });
  readonly #titleZh = line('event-title-zh', 80, 'zh-CN');
  readonly #titleEn = line('event-title-en', 80, 'en');
  readonly #aboutZh = area('event-about-zh', 'zh-CN');
  readonly #aboutEn = area('event-about-en', 'en');
  readonly #speakers = line('event-speakers', 700);
  readonly #begins = el('input', '', { type: 'datetime-local', id: 'event-begins', step: 60 });
  readonly #ends = el('input', '', { type: 'datetime-local', id: 'event-ends', step: 60 });
  readonly #doors = el('input', '', { type: 'number', id: 'event-doors', min: 0, max: 120 });
  readonly #capacity = el('input', '', { type: 'number', id: 'event-capacity', min: 1, max: 65_535 });
  readonly #error = el('p', 'error', { role: 'alert' });
  readonly #heading = el('h2', 'whole');
  readonly #go = el('button', 'btn primary tall', { type: 'submit' });
  /** What is changed; null for a new one. */
  #event: StaffEvent | null = null;
  #hallNow: HallDescriptor | null = null;
  /** Where focus was, and goes again. */
  #opener: Element | null = null;

  constructor(halls: readonly HallSummary[], private readonly done: () => void) {
    this.#hall = el('select', '', { id: 'event-hall' }, ...halls.map(({ id, place }) => live(el('option', '', { value: id }), () => pick(place))));
    this.#hall.addEventListener('change', () => void this.#readStages(null));
    this.element = el(
      'form', 'event-planning', { novalidate: true, hidden: true }, this.#heading,
      field('events.title_zh', this.#titleZh), field('events.title_en', this.#titleEn),
      field('events.hall', this.#hall), field('events.stage', this.#stage),
      field('events.begins', this.#begins), field('events.ends', this.#ends),
      field('events.doors_min', this.#doors), field('events.capacity', this.#capacity, 'events.capacity_hint'),
      field('events.speakers', this.#speakers, 'events.speakers_hint', 'whole'),
      field('events.description_zh', this.#aboutZh), field('events.description_en', this.#aboutEn),
      el('div', 'foot', {}, this.#error, this.#go, button({ label: 'site.close', className: 'btn tall ghost', onPress: () => this.#leave() })),
    );
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send();
    });
    this.element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#leave();
    });
    this.#begins.addEventListener('change', () => this.#keepLength());
    onLang(() => this.#drawStages(this.#stage.value));
  }

  /** This one is changed, or a new one planned; one that is being written is not thrown away for another unasked. */
  open(event: StaffEvent | null): void {
    if (!this.#mayLeave()) return this.#titleZh.focus();
    this.#event = event;
    if (this.element.hidden) this.#opener = document.activeElement;
    live(this.#error, () => '');
    live(this.#heading, event ? 'events.edit' : 'events.add');
    live(this.#go, event ? 'events.save' : 'events.plan_it');
    const next = Math.ceil(Date.now() / (STEP_MIN * MINUTE_MS)) * STEP_MIN * MINUTE_MS;
    this.#titleZh.value = event?.title.zh ?? '';
    this.#titleEn.value = event?.title.en ?? '';
    this.#aboutZh.value = event?.description.zh ?? '';
    this.#aboutEn.value = event?.description.en ?? '';
    this.#speakers.value = listed(event?.speakers ?? []);
    this.#begins.value = local(event ? Date.parse(event.begins_at) : next);
    this.#ends.value = local(event ? Date.parse(event.ends_at) : next + 60 * MINUTE_MS);
    this.#length_ms = Date.parse(this.#ends.value) - Date.parse(this.#begins.value);
    this.#doors.value = String(event?.doors_min ?? 15);
    this.#capacity.value = event?.capacity ? String(event.capacity) : '';
    if (event) this.#hall.value = event.hall;
    this.#written = this.#typed();
    void this.#readStages(event?.stage ?? null);
    this.element.hidden = false;
    this.#titleZh.focus();
    this.element.scrollIntoView({ block: 'nearest' });
  }

  close(): void {
    const hadFocus = this.element.contains(document.activeElement);
    this.element.hidden = true;
    if (hadFocus && this.#opener instanceof HTMLElement) this.#opener.focus();
  }

  #length_ms = 60 * MINUTE_MS;
  #reading = 0;
  /** As it was when the form was opened. */
  #written = '';

  #typed(): string {
    const { stage: _, ...typed } = this.#plan();
    return JSON.stringify(typed);
  }

  #mayLeave(): boolean {
    return Boolean(this.element.hidden) || this.#typed() === this.#written || window.confirm(t('site.close_written'));
  }

  #leave(): void {
    if (this.#mayLeave()) this.close();
  }

  /** Another beginning moves the end along. */
  #keepLength(): void {
    const begins_ms = Date.parse(this.#begins.value);
    if (Number.isFinite(begins_ms) && this.#length_ms > 0) this.#ends.value = local(begins_ms + this.#length_ms);
  }

  async #readStages(chosen: string | null): Promise<void> {
    const id = this.#hall.value;
    const turn = ++this.#reading;
    // Whoever is faster than the answer plans for the same stage, or for none: never for one of another hall.
    this.#hallNow = null;
    this.#drawStages(chosen ?? '');
    try {
      const hall = await fetchHall(id);
      if (turn !== this.#reading) return;
      this.#hallNow = hall;
      this.#drawStages(chosen ?? hall.stage ?? '');
    } catch (error) {
      if (turn === this.#reading) live(this.#error, wordsFor(error));
    }
  }

  /** The entrance, and the places of the hall that have a name people know. */
  #drawStages(chosen: string): void {
    const hall = this.#hallNow;
    const named = (hall?.checkins ?? []).map(({ id, title }) => [id, pick(title)] as const);
    const others = [...(hall?.spawns ?? []), ...(hall?.panels ?? [])].map((place) => [place.id, 'title' in place ? pick((place as { title: { zh: string; en: string } }).title) : place.id] as const);
    const all = new Map<string, string>([['', t('events.entrance')], ...named, ...others.filter(([id]) => !named.some(([known]) => known === id))]);
    if (chosen && !all.has(chosen)) all.set(chosen, chosen);
    this.#stage.replaceChildren(...[...all].map(([id, name]) => el('option', '', { value: id }, name)));
    this.#stage.value = chosen;
  }

  #plan(): EventPlan {
    const whole = (input: HTMLInputElement): number | null => (input.value.trim() === '' ? null : Number(input.value));
    return {
      hall: this.#hall.value, stage: this.#stage.value,
      title: { zh: this.#titleZh.value, en: this.#titleEn.value },
      description: { zh: this.#aboutZh.value, en: this.#aboutEn.value },
      speakers: this.#speakers.value.split(/[、,，;；]/).map((name) => name.trim()).filter(Boolean),
      begins_at: moment(this.#begins.value, this.#event?.begins_at ?? null), ends_at: moment(this.#ends.value, this.#event?.ends_at ?? null),
      doors_min: whole(this.#doors) ?? 0, capacity: whole(this.#capacity),
    };
  }

  async #send(): Promise<void> {
    if (this.#go.getAttribute('aria-busy') === 'true') return;
    const plan = this.#plan();
    if (!plan.title.zh.trim() && !plan.title.en.trim()) {
      this.#titleZh.focus();
      return void live(this.#error, 'events.words_needed');
    }
    live(this.#error, () => '');
    this.#go.setAttribute('aria-busy', 'true');
    try {
      await (this.#event ? changeEvent(this.#event, plan) : planEvent(plan));
      this.close();
      this.done();
    } catch (error) {
      live(this.#error, wordsFor(error));
      if (error instanceof ApiError && error.code === 'event_changed') this.done();
    } finally {
      this.#go.removeAttribute('aria-busy');
    }
  }
}

const line = (id: string, most: number, lang: string | null = null): HTMLInputElement => el('input', '', { id, type: 'text', autocomplete: 'off', maxlength: most, lang });
const area = (id: string, lang: string): HTMLTextAreaElement => el('textarea', '', { id, rows: 3, maxlength: 1000, lang });

function field(label: MessageKey, control: HTMLElement, hint: MessageKey | null = null, className = ''): HTMLElement {
  if (hint) control.setAttribute('aria-describedby', `${control.id}-hint`);
  return el('div', `field ${className}`.trim(), {}, live(el('label', '', { for: control.id }), label), control, hint ? live(el('span', 'hint', { id: `${control.id}-hint` }), hint) : null);
}
