/** Act, reason, duration, note; the button repeats the sentence. A ban asks once more, and whether for the network too. */
import { live, onLang, t, type MessageKey } from '../text/catalogue';
import { wordsFor } from '../ui/busy';
import { openDialog } from '../ui/dialog';
import { button, el, text } from '../ui/dom';
import { perform, type Act, type ActRule, type AddressRange, type Order } from './api';
import { REASONS, timesFor, usualTime } from './offered';
import { chip, redrawChips, Why } from './why';
import { actWords } from './words';

export interface Target {
  /** As the order has it: a visit, a report, a booth of a hall. */
  target: Record<string, string | number>;
  name: string;
  /** The networks around them, the household first; none where nobody knows. */
  ranges: readonly AddressRange[];
  /** A reason that was given already. */
  reason: string | null;
  /** Acts on people, or those on booths. */
  on?: 'person' | 'booth';
}

const ACTS = { person: ['mute', 'remove', 'ban', 'hide', 'freeze', 'send', 'clear'], booth: ['take_down'] } as const;
const KEYS: Readonly<Record<string, string>> = { mute: '1', remove: '2', ban: '3' };

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
  let target: Target | null = null;
  let kind: string = kinds()[0] ?? 'mute';

  const sentence = (): string => actWords(kind, why.minutes);
  const acts = live(el('div', 'chips acts', { role: 'group' }), 'desk.act', 'aria-label');
  const why = new Why('act-note', () => draw());
  const theySee = text('desk.they_see', 'act-they-see');
  const error = el('p', 'error', { role: 'alert' });
  const go = button({ label: () => sentence(), className: 'btn tall primary act-go', onPress: () => submit() });
  const element = el(
    'form', 'act-form', {},
    el('div', 'act-body', {}, el('div', 'form-block', {}, text('desk.act', 'legend'), acts), why.element, theySee),
    el('div', 'act-foot', {}, error, go),
  );
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });

  const setKind = (next: string): void => {
    kind = next;
    const offered = timesFor(next);
    why.offerTimes(offered, usualTime(next, offered, rules));
  };
  const draw = (): void => {
    redrawChips(acts, kinds().map((each) => {
      const choose = (): void => {
        setKind(each);
        draw();
      };
      const node = chip(each, () => t(`act.${each}` as MessageKey), each === kind, choose, each === 'ban' ? ' danger' : '');
      const key = KEYS[each];
      if (key) node.append(el('kbd', 'kbd', { 'aria-hidden': true }, key));
      return node;
    }));
    const words = go.querySelector('span');
    if (words) live(words, sentence);
    live(theySee, on === 'booth' ? 'desk.booth_taken_down_is' : 'desk.they_see');
    why.forWhom(on === 'booth' ? 'desk.note_booth' : 'desk.note');
    go.classList.toggle('danger', kind === 'ban');
    go.classList.toggle('primary', kind !== 'ban');
    go.disabled = target === null;
    live(error, () => '');
  };

  const order = (): Order | null => {
    if (!target) return null;
    const made: Order = { kind, reason: why.reason, target: target.target, note: why.words.value };
    if (on === 'person' && why.reason === 'other' && why.words.value.trim() === '') made.comment = t('desk.no_words');
    if (timesFor(kind).length > 0) made.minutes = why.minutes;
    if (kind === 'clear') made.params = { minutes: 15 };
    return made;
  };
  const carryOut = async (made: Order): Promise<void> => {
    const asked = target;
    go.setAttribute('aria-busy', 'true');
    try {
      const { act, reached } = await perform(made);
      // Somebody else may have been chosen meanwhile, and something written to them.
      if (target === asked) why.words.value = '';
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
    if (made.reason === '') {
      live(error, 'desk.choose_reason');
      return why.focus();
    }
    if (kind !== 'ban') return void carryOut(made);
    askBan(made);
  }
  /** Themself, or the network around them too: each range says how many are here from it. */
  function askBan(made: Order): void {
    let chosen: AddressRange | null = null;
    const ranges = target?.ranges ?? [];
    const covers = el('p', 'ban-covers', { role: 'status' });
    const sayWhat = (): void => {
      const what = sentence();
      live(covers, () => {
        if (chosen === null) return t('desk.ban_text', { what });
        return chosen === ranges[0] ? t('desk.ban_text_network', { what }) : t('desk.ban_text_range', { what, prefix: chosen.prefix });
      });
    };
    const choice = (id: string, range: AddressRange | null, label: () => string): HTMLElement => {
      const input = el('input', '', { type: 'radio', name: 'ban-covers', id, checked: range === null });
      input.addEventListener('change', () => {
        chosen = range;
        sayWhat();
      });
      return el('p', 'settings-row', {}, input, live(el('label', '', { for: id }), label));
    };
    sayWhat();
    const dialog = openDialog('desk.ban_title', 'narrow ban', [
      el('p', 'sanction-what serif', {}, target?.name ?? ''),
      ...(ranges.length === 0 ? [] : [live(el('div', '', { role: 'radiogroup' },
        choice('ban-person', null, () => t('desk.ban_person')),
        ...ranges.map((range, at) => choice(at === 0 ? 'ban-network' : `ban-range-${range.prefix}`, range,
          () => (at === 0 ? t('desk.ban_network', { count: range.others }) : t('desk.ban_range', { prefix: range.prefix, count: range.others }))))), 'desk.ban_covers', 'aria-label')]),
      covers,
    ], [button({
      label: sentence, className: 'btn tall danger', onPress: () => {
        dialog.close();
        if (chosen === null) return void carryOut(made);
        void carryOut({ ...made, by: ['account', 'device', 'visitor', 'address'], ...(chosen === ranges[0] ? {} : { prefix: chosen.prefix }) });
      },
    })]);
  }

  /** Whoever is next begins with the act that can be undone, and with no reason that was another's. */
  const reset = (): void => {
    setKind(kinds()[0] ?? '');
    why.offerReasons(REASONS[on], '');
    why.words.value = '';
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
      const reasons: readonly string[] = REASONS[on];
      if (next?.reason && reasons.includes(next.reason)) why.offerReasons(reasons, next.reason);
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
