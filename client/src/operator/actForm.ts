/** Act, reason, duration, note; the button repeats the sentence. A ban asks once more, and whether for the network too. */
import { live, onLang, t, type MessageKey } from '../text/catalogue';
import { wordsFor } from '../ui/busy';
import { openDialog } from '../ui/dialog';
import { button, el, text } from '../ui/dom';
import { keepingFocus } from '../ui/focus';
import { reasonWord, span } from '../ui/sanctions';
import { perform, type Act, type ActRule, type Order } from './api';
import { actWords } from './words';

export interface Target {
  /** As the order has it: hall and visitor, or a report. */
  target: Record<string, string | number>;
  name: string;
  /** Others from the same network; null where nobody knows. */
  housemates: number | null;
  /** A reason that was given already. */
  reason: string | null;
  /** Acts on people, or those on booths. */
  on?: 'person' | 'booth';
}

const ACTS = { person: ['mute', 'remove', 'ban', 'hide', 'freeze', 'send', 'clear'], booth: ['take_down'] } as const;
const KEYS: Readonly<Record<string, string>> = { mute: '1', remove: '2', ban: '3' };
const REASONS = {
  person: ['harassment', 'advertising', 'abuse', 'impersonation', 'fraud', 'sexual', 'noise', 'other'],
  booth: ['rights', 'unlawful', 'fraud', 'sexual', 'advertising', 'safety', 'noise', 'other'],
} as const;
/** Minutes; null is until it is undone. */
const TIMES: Readonly<Record<string, readonly (number | null)[]>> = {
  mute: [5, 30, 240, 1440], hide: [5, 30, 240], freeze: [5, 15, 60], remove: [10, 60, 1440], ban: [1440, 10_080, 43_200, null],
};

export interface ActForm {
  readonly element: HTMLElement;
  setTarget(target: Target | null): void;
  /** Nobody is acted on before the next `setTarget`, and nothing is left of what was chosen for whom was acted on last: who was chosen is no more, and who is next is not known yet. */
  wait(): void;
  /** By key: choose this act. */
  choose(kind: string): void;
  /** Enter: does it, where a slip can be undone; a ban asks first. */
  submit(): void;
}

export function createActForm(rules: readonly ActRule[], done: (act: Act, reached: number) => void): ActForm {
  const may = new Set(rules.filter((rule) => rule.may).map(({ kind }) => kind));
  let on: 'person' | 'booth' = 'person';
  const kinds = (): readonly string[] => ACTS[on].filter((each) => may.has(each));
  const reasonsHere = (): readonly string[] => REASONS[on];
  let target: Target | null = null;
  let kind: string = kinds()[0] ?? 'mute';
  let reason: string = REASONS.person[0];
  let minutes: number | null = 30;

  const sentence = (): string => actWords(kind, TIMES[kind] ? minutes : null);
  const acts = live(el('div', 'chips acts', { role: 'group' }), 'desk.act', 'aria-label');
  const reasons = live(el('div', 'chips', { role: 'group' }), 'desk.reason', 'aria-label');
  const times = live(el('div', 'chips', { role: 'group' }), 'desk.duration', 'aria-label');
  const timesBlock = el('div', 'form-block', {}, text('desk.duration', 'legend'), times);
  const note = el('input', 'act-note', { type: 'text', maxlength: 300, id: 'act-note' });
  live(note, 'desk.note', 'placeholder');
  live(note, 'desk.note', 'aria-label');
  const theySee = text('desk.they_see', 'act-they-see');
  const error = el('p', 'error', { role: 'alert' });
  const go = button({ label: () => sentence(), className: 'btn tall primary act-go', onPress: () => submit() });
  const element = el(
    'form', 'act-form', {},
    el(
      'div', 'act-body', {},
      el('div', 'form-block', {}, text('desk.act', 'legend'), acts),
      el('div', 'form-block', {}, text('desk.reason', 'legend'), reasons),
      timesBlock, el('div', 'form-block', {}, note), theySee,
    ),
    el('div', 'act-foot', {}, error, go),
  );
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });

  const chip = (value: string, label: () => string, on: boolean, press: () => void, extra = ''): HTMLButtonElement => {
    const node = button({ label, className: `btn chip${extra}`, onPress: () => { press(); draw(); } });
    node.dataset['value'] = value;
    node.setAttribute('aria-pressed', String(on));
    return node;
  };
  /** Whoever goes through them by keyboard stays where they are. */
  const chips = (group: HTMLElement, all: readonly HTMLElement[]): void => keepingFocus(group, () => group.replaceChildren(...all), undefined, 'value');
  const setKind = (next: string): void => {
    kind = next;
    const usual = rules.find((rule) => rule.kind === next)?.minutes ?? null;
    const offered = TIMES[next];
    minutes = offered ? (offered.includes(usual) ? usual : offered[0] ?? null) : null;
  };
  const draw = (): void => {
    chips(acts, kinds().map((each) => {
      const node = chip(each, () => t(`act.${each}` as MessageKey), each === kind, () => setKind(each), each === 'ban' ? ' danger' : '');
      const key = KEYS[each];
      if (key) node.append(el('kbd', 'kbd', { 'aria-hidden': true }, key));
      return node;
    }));
    chips(reasons, reasonsHere().map((each) => chip(each, () => reasonWord(each), each === reason, () => { reason = each; })));
    const offered = TIMES[kind] ?? [];
    timesBlock.hidden = offered.length === 0;
    chips(times, offered.map((each) => chip(String(each), () => (each === null ? t('desk.until_undone') : span(each * 60)), each === minutes, () => { minutes = each; })));
    const words = go.querySelector('span');
    if (words) live(words, sentence);
    live(theySee, on === 'booth' ? 'desk.booth_taken_down_is' : 'desk.they_see');
    if (note.parentElement) note.parentElement.hidden = on === 'booth';
    go.classList.toggle('danger', kind === 'ban');
    go.classList.toggle('primary', kind !== 'ban');
    go.disabled = target === null;
    live(error, () => '');
  };

  const order = (): Order | null => {
    if (!target) return null;
    const made: Order = { kind, reason, target: target.target };
    if (on === 'person') made.note = note.value;
    if (on === 'person' && reason === 'other' && note.value.trim() === '') made.comment = t('desk.no_words');
    if (TIMES[kind]) made.minutes = minutes;
    if (kind === 'clear') made.params = { minutes: 15 };
    return made;
  };
  const carryOut = async (made: Order): Promise<void> => {
    const asked = target;
    go.setAttribute('aria-busy', 'true');
    try {
      const { act, reached } = await perform(made);
      // Somebody else may have been chosen meanwhile, and something written to them.
      if (target === asked) note.value = '';
      done(act, reached);
    } catch (problem) {
      const words = wordsFor(problem);
      live(error, () => (target === asked ? words() : `${asked?.name ?? ''} ${words()}`.trim()));
    } finally {
      go.removeAttribute('aria-busy');
    }
  };
  function submit(): void {
    const made = order();
    if (!made || go.getAttribute('aria-busy')) return;
    if (kind !== 'ban') return void carryOut(made);
    askBan(made);
  }
  function askBan(made: Order): void {
    const network = el('input', '', { type: 'checkbox', id: 'ban-network' });
    const others = target?.housemates ?? null;
    const covers = el('p', 'ban-covers', { role: 'status' });
    const sayWhat = (): void => { live(covers, () => t(network.checked ? 'desk.ban_text_network' : 'desk.ban_text', { what: sentence() })); };
    sayWhat();
    network.addEventListener('change', sayWhat);
    const dialog = openDialog('desk.ban_title', 'narrow ban', [
      el('p', 'sanction-what serif', {}, target?.name ?? ''),
      covers,
      ...(others === null ? [] : [el('p', 'settings-row', {}, network, live(el('label', '', { for: 'ban-network' }), () => t('desk.ban_network', { count: others })))]),
    ], [button({
      label: sentence, className: 'btn tall danger', onPress: () => {
        dialog.close();
        void carryOut(network.checked ? { ...made, by: ['account', 'device', 'visitor', 'address'] } : made);
      },
    })]);
  }

  /** Whoever is next begins with the act that can be undone, and with no reason that was another's. */
  const reset = (): void => {
    setKind(kinds()[0] ?? '');
    reason = reasonsHere()[0] ?? 'other';
    note.value = '';
  };

  reset();
  draw();
  onLang(draw);
  return {
    element,
    wait() {
      target = null;
      reset();
      draw();
    },
    setTarget(next) {
      const isOtherKind = next !== null && (next.on ?? 'person') !== on;
      if (next) on = next.on ?? 'person';
      // What was chosen since `wait` is for this one, and so it is where the same person is found another way.
      if (!next || isOtherKind) reset();
      target = next;
      if (next?.reason && reasonsHere().includes(next.reason)) reason = next.reason;
      element.hidden = next === null || kinds().length === 0;
      draw();
    },
    choose(next) {
      if (!kinds().includes(next)) return;
      setKind(next);
      draw();
    },
    submit,
  };
}
