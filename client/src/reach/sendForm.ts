/**
 * Writing a message to visitors who allow it: to whom, in both languages, where it leads; about how many it would reach is said
 * before it is sent. One form for operators and for exhibitors, who speak for a booth of their own.
 */
import { ApiError, type Booth, type HallSummary } from '../net/api';
import { askReach, sendLetter, type Audience, type SentLetter } from '../net/outreach';
import { LANG_NAME, LANG_TAG, live, pick, t, type Lang, type MessageKey } from '../text/catalogue';
import { busy } from '../ui/busy';
import { button, el, text } from '../ui/dom';
import { interestKey, interests } from './interests';
import { reachWords } from './people';
import '../styles/outreach.css';

const TEXT_MAX = 140;
const ASK_AFTER_MS = 250;
const ASK_AGAIN_MS = 2500;

export interface SendFormParts {
  halls: readonly HallSummary[];
  /** The booths that stand in each hall, for operators to invite to. */
  booths: ReadonlyMap<string, readonly Booth[]>;
  /** The own booth that an exhibitor speaks for. */
  by: string | null;
  sent(letter: SentLetter): void;
}

export interface SendForm {
  readonly element: HTMLElement;
  /** Whether something was written or chosen that was not sent. */
  readonly isWritten: boolean;
}

export function createSendForm({ halls, booths, by, sent }: SendFormParts): SendForm {
  const chosen = { halls: new Set<string>(), langs: new Set<string>(), tags: new Set<string>(), booths: new Set<string>() };
  const audience = (): Audience => ({
    halls: [...chosen.halls], booths: [...chosen.booths], tags: [...chosen.tags], langs: [...chosen.langs] as Audience['langs'],
  });
  const reach = el('p', 'outreach-reach', { role: 'status' });
  const error = el('div', '', { role: 'alert' });
  let asked = 0;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const ask = (): void => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const turn = ++asked;
      askReach(audience(), by).then(
        (people) => { if (turn === asked) live(reach, () => reachWords(people)); },
        (problem: unknown) => {
          if (turn !== asked) return;
          live(reach, 'outreach.not_counted');
          // Asked faster than it is answered: the last question is asked again by itself.
          if (problem instanceof ApiError && problem.code === 'too_many_tries' && reach.isConnected) waiting = setTimeout(ask, ASK_AGAIN_MS);
        });
    }, ASK_AFTER_MS);
  };

  const group = (label: MessageKey, of: keyof typeof chosen, choices: readonly (readonly [string, () => string])[]): HTMLElement | null => {
    if (choices.length === 0) return null;
    const chips = choices.map(([value, words]) => {
      const chip = button({ label: words, className: 'btn chip', onPress: () => {
        if (!chosen[of].delete(value)) chosen[of].add(value);
        chip.setAttribute('aria-pressed', String(chosen[of].has(value)));
        ask();
      } });
      chip.setAttribute('aria-pressed', 'false');
      chip.dataset['value'] = value;
      return chip;
    });
    return el('div', 'form-block', { 'data-group': of }, text(label, 'legend'), live(el('div', 'chips', { role: 'group' }, ...chips), label, 'aria-label'));
  };

  const words: Record<Lang, HTMLTextAreaElement> = { zh: field('zh'), en: field('en') };
  const invite = by === null ? inviteSelect(halls, booths) : null;
  const leads = el('input', '', { type: 'checkbox', id: 'outreach-leads', checked: true });
  const stopped = el('input', '', { type: 'checkbox', id: 'outreach-stopped' });
  stopped.addEventListener('change', () => {
    if (by !== null) chosen.booths = new Set(stopped.checked ? [by] : []);
    ask();
  });

  const press = button({ label: 'outreach.send', className: 'btn tall primary', icon: 'send', onPress: () => {
    if (words.zh.value.trim() === '' || words.en.value.trim() === '') return error.replaceChildren(text('outreach.both', 'error'));
    void busy(press, error, send);
  } });
  let sentTo = JSON.stringify(audience());
  const send = async (): Promise<void> => {
    const letter = await sendLetter({
      text: { zh: words.zh.value, en: words.en.value }, audience: audience(), by,
      about: invite?.chosen() ?? null, invite: by === null || leads.checked,
    });
    words.zh.value = words.en.value = '';
    sentTo = JSON.stringify(audience());
    sent(letter);
    ask();
  };
  ask();

  const published = [...booths.values()].flat().filter(({ dress }) => dress);
  const element = el(
    'div', 'outreach-form', {},
    el('div', 'outreach-texts', {}, ...(['zh', 'en'] as const).map((lang) => el('div', '', {},
      live(el('label', 'legend', { for: `outreach-${lang}` }), `outreach.${lang}`), words[lang]))),
    invite ? invite.element : el('p', 'outreach-check', {}, leads, live(el('label', '', { for: 'outreach-leads' }), 'outreach.invite_own')),
    el('h3', '', {}, text('outreach.whom')),
    group('outreach.halls', 'halls', halls.map((hall) => [hall.id, () => pick(hall.place)] as const)),
    group('outreach.langs', 'langs', Object.entries(LANG_NAME).map(([tag, name]) => [tag, () => name] as const)),
    group('outreach.tags', 'tags', interests().map((tag) => [tag, () => t(interestKey(tag))] as const)),
    by === null ? group('outreach.booths', 'booths', published.map((booth) => [booth.id, () => pick(booth.title) || booth.id] as const))
      : el('p', 'outreach-check', {}, stopped, live(el('label', '', { for: 'outreach-stopped' }), 'outreach.booths_own')),
    error,
    el('div', 'outreach-foot', {}, reach, press),
    text('outreach.rounded', 'outreach-note'),
  );
  return {
    element,
    get isWritten() {
      return words.zh.value.trim() !== '' || words.en.value.trim() !== '' || JSON.stringify(audience()) !== sentTo;
    },
  };
}

function field(lang: Lang): HTMLTextAreaElement {
  return el('textarea', '', { rows: 3, maxlength: TEXT_MAX, id: `outreach-${lang}`, lang: LANG_TAG[lang] });
}

/** Booths by hall; none is a message alone. */
function inviteSelect(halls: readonly HallSummary[], booths: ReadonlyMap<string, readonly Booth[]>): { element: HTMLElement; chosen(): { hall: string; booth: string } | null } {
  const places: { hall: string; booth: string }[] = [];
  const groups = halls.map((hall) => {
    const options = (booths.get(hall.id) ?? []).map((booth) => {
      places.push({ hall: hall.id, booth: booth.id });
      return live(el('option', '', { value: String(places.length - 1) }), () => pick(booth.title) || booth.id);
    });
    return options.length === 0 ? null : live(el('optgroup', '', {}, ...options), () => pick(hall.place), 'label');
  });
  const select = el('select', '', { id: 'outreach-invite' }, live(el('option', '', { value: '' }), 'outreach.invite_none'), ...groups);
  return {
    element: el('div', 'form-block', {}, live(el('label', 'legend', { for: 'outreach-invite' }), 'outreach.invite'), select),
    chosen: () => (select.value === '' ? null : (places[Number(select.value)] ?? null)),
  };
}
