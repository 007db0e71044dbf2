/**
 * What takes place here: a plate under the head with the event's name, how long, how many; the hand that one raises, and for those who
 * lead the hands in their order.
 */
import type { Hands, Part, Person, Stage } from '../../protocol/generated';
import { live, number, onLang, pick, t } from '../../text/catalogue';
import { button, el, icon, text } from '../dom';
import { keepingFocus } from '../focus';

export interface StageActions {
  /** False while there is no line. */
  hand(up: boolean): boolean;
  floor(id: number, give: boolean): void;
}

export interface StagePlate {
  readonly element: HTMLElement;
  setStage(stage: Stage): void;
  setPart(part: Part): void;
  setHands(hands: Hands): void;
  setPeople(count: number): void;
  /** An observer is no audience to hear. */
  setObserver(is: boolean): void;
  /** One's own id: who leads may take the floor. */
  setSelf(id: number | null): void;
  /** By key: raises the hand, or lowers it. */
  toggleHand(): void;
  dispose(): void;
}

const NO_PART: Part = { t: 'part', speaks: false, leads: false, hand: 0 };
const MINUTE_MS = 60_000;

export function createStagePlate({ hand, floor }: StageActions): StagePlate {
  let stage: Stage = { t: 'stage', state: 'none' };
  let until_ms = 0;
  let part = NO_PART;
  let people = 0;
  let observer = false;
  let self: number | null = null;
  let last: Pick<Hands, 'hands' | 'floor'> = { hands: [], floor: [] };

  const title = el('strong', 'stage-title serif');
  const facts = el('span', 'stage-facts');
  const raise = button({ label: 'stage.hand_up', icon: 'wave', className: 'hud-button small stage-hand', onPress: () => toggle() });
  const own = text('stage.speaking', 'stage-own');
  const queue = button({ label: () => t('stage.hands', { count: 0 }), className: 'hud-button small', onPress: () => { list.hidden = !list.hidden; draw(); } });
  const list = el('div', 'stage-hands', { hidden: true });
  const element = el(
    'section', 'plate stage-plate', { hidden: true }, el('div', 'stage-line', {}, icon('megaphone'), el('div', 'stage-words', {}, title, facts), own, raise, queue), list,
  );
  live(element, 'events.name', 'aria-label');

  const isAudience = (): boolean => stage.state === 'running' && !observer && !part.speaks && !part.leads;
  const toggle = (): void => {
    if (isAudience()) hand(part.hand === 0);
  };
  const sayFacts = (): string => {
    const minutes = Math.ceil((until_ms - Date.now()) / MINUTE_MS);
    const when = stage.state === 'running' ? t('stage.ends_in', { count: Math.max(1, minutes) }) : minutes > 0 ? t('stage.begins_in', { count: minutes }) : t('stage.begins_now');
    const capacity = stage.capacity ?? null;
    return `${when}  ${capacity === null ? t('stage.people', { count: people }) : t('stage.people_of', { count: people, capacity })}`;
  };
  const draw = (): void => {
    element.hidden = stage.state === 'none';
    live(title, () => pick({ zh: stage.zh ?? '', en: stage.en ?? '' }));
    live(facts, sayFacts);
    raise.hidden = !isAudience();
    raise.classList.toggle('on', part.hand > 0);
    raise.setAttribute('aria-pressed', String(part.hand > 0));
    const words = raise.querySelector('span');
    if (words) live(words, () => (part.hand > 0 ? t('stage.hand_place', { place: part.hand }) : t('stage.hand_up')));
    live(raise, () => t(part.hand > 0 ? 'stage.hand_down' : 'stage.hand_up'), 'title');
    own.hidden = !part.speaks;
    queue.hidden = !part.leads;
    queue.setAttribute('aria-expanded', String(!list.hidden));
    queue.classList.toggle('on', !list.hidden);
    if (!part.leads) list.hidden = true;
  };
  const drawHands = ({ hands, floor: held }: Pick<Hands, 'hands' | 'floor'>): void => {
    const words = queue.querySelector('span');
    if (words) live(words, () => t('stage.hands', { count: hands.length }));
    const rows: Node[] = [
      ...held.map((person) => row(person, 'on-floor', text('stage.on_floor', 'stage-own'), press('stage.take', () => floor(person.id, false)))),
      ...hands.map((person, place) => row(person, '', el('span', 'stage-place', {}, number(place + 1)),
        press('stage.give', () => floor(person.id, true)), press('stage.lower', () => floor(person.id, false)))),
    ];
    const mine = self !== null && !part.speaks && !held.some(({ id }) => id === self) ? press('stage.take_floor', () => { if (self !== null) floor(self, true); }) : null;
    keepingFocus(list, () => list.replaceChildren(
      el('header', '', {}, el('h2', '', {}, text('stage.hands_title')), mine),
      rows.length === 0 ? el('p', 'stage-none', {}, text('stage.no_hands')) : el('ol', '', {}, ...rows),
    ), queue);
  };
  const timer = setInterval(() => { if (stage.state !== 'none') live(facts, sayFacts); }, 15_000);
  const stop = onLang(draw);
  drawHands(last);
  draw();

  return {
    element,
    setStage(next) {
      const isOther = next.event !== stage.event;
      stage = next;
      until_ms = Date.now() + (next.left_s ?? 0) * 1000;
      if (isOther) {
        part = NO_PART;
        last = { hands: [], floor: [] };
        drawHands(last);
      }
      draw();
    },
    setPart(next) {
      part = next;
      drawHands(last);
      draw();
    },
    setHands(next) {
      last = next;
      drawHands(next);
    },
    setPeople(count) {
      people = count;
      live(facts, sayFacts);
    },
    setObserver(is) {
      observer = is;
      draw();
    },
    setSelf(id) {
      self = id;
    },
    toggleHand: toggle,
    dispose() {
      clearInterval(timer);
      stop();
    },
  };
}

const press = (label: 'stage.give' | 'stage.lower' | 'stage.take' | 'stage.take_floor', onPress: () => void): HTMLButtonElement =>
  button({ label, className: 'hud-button small', onPress });

function row({ id, name }: Person, className: string, mark: HTMLElement, ...acts: HTMLElement[]): HTMLElement {
  return el('li', className, { 'data-visitor': id }, mark, el('span', 'stage-name', {}, name), ...acts);
}
