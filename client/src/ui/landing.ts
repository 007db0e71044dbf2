/**
 * The landing page: a garden wall with a window for each hall, and the threshold below it: name, avatar, one button.
 *
 * Head-counts are asked for every few seconds while the page is seen. Light on purpose: nothing here loads three.js.
 */
import { fetchHall, fetchHallList, hasPlace, type HallSummary } from '../net/api';
import { fetchEvents } from '../net/events';
import { headCount, lang, live, megabytes, onLang, pick, t, type MessageKey } from '../text/catalogue';
import { plain } from '../text/plain';
import { createAvatarPicker } from './avatarPicker';
import { el, icon, text } from './dom';
import { shutSaid, wayInto } from './hallLoad';
import { langSwitch } from './langSwitch';
import { logo } from './logo';
import { createNameField } from './nameField';
import { startReminders } from './reminderPlates';
import { saveProfile, type Profile } from './profile';
import { createProgramme } from './programme';
import { siteFooter } from './siteFooter';
import { startTheme } from './theme';
import { bambooShadow, roofTiles } from './wall';
import { openWardrobe } from './wardrobe';
import { createWindows } from './windows';
import { isBesideVisitor, type Address } from '../visit/address';
import '../styles/landing.css';

const POLL_MS = 5000;
/** The programme changes by the hour, not by the second. */
const EVENTS_POLL_MS = 30_000;
const ADDRESS_PART_MAX = 40;

export interface LandingOptions {
  /** What is known already; the page asks for itself when it is null, and goes on asking either way. */
  halls: readonly HallSummary[] | null;
  profile: Profile;
  /** Where the address leads: its hall's window is lit at first, and what is not there is said. Null for the page itself. */
  wanted: Address | null;
  /** The address leads nowhere at all. */
  lost?: boolean;
  onEnter(address: Address, profile: Profile): void;
}

export interface Landing {
  /** Something to know before going on, above the windows. */
  say(saying: MessageKey | (() => string)): void;
  /** Shows that the button's wish is being fulfilled. */
  setBusy(busy: boolean): void;
  dispose(): void;
}

export function createLanding(root: HTMLElement, options: LandingOptions): Landing {
  startTheme();
  const profile = { ...options.profile };
  let { wanted } = options;
  let halls: readonly HallSummary[] = [];
  let eventsDue_ms = 0;

  const windows = createWindows(() => sayGoal());
  const programme = createProgramme();
  const nameField = createVisitorName(profile.name);
  const avatars = createAvatarPicker(profile.look, (look) => { profile.look = look; }, () => {
    void openWardrobe(profile.look).then((look) => { if (look !== null) avatars.setLook(look); });
  });

  const goal = el('span');
  const enter = el('button', 'btn primary big enter', { type: 'submit', disabled: true }, goal, icon('enter'));
  const size = el('p', 'enter-note');
  const wait = live(el('p', 'wall-wait', { role: 'status' }), 'landing.loading');
  const textLink = live(el('a', '', { href: '/?text' }), 'landing.text_version');

  const chosenHall = (): HallSummary | undefined => halls.find((hall) => hall.id === windows.chosen);
  function sayGoal(): void {
    const hall = chosenHall();
    if (!hall) return;
    const way = wayInto(hall);
    const isShut = way === 'locked' || way === 'closed';
    enter.disabled = way === 'full' || isShut || enter.getAttribute('aria-busy') === 'true';
    live(goal, () => t(`landing.${way}`, { place: pick(hall.place) }));
    live(size, () => (isShut ? shutSaid(hall) : way === 'full' ? t('landing.full_note') : t('landing.first_load', { size: megabytes(hall.bytes) })));
    textLink.setAttribute('href', `/halls/${encodeURIComponent(hall.id)}?text`);
  }

  const form = el(
    'form', 'threshold-form', { novalidate: true },
    el('div', 'who', {}, nameField.element, avatars.element),
    el('div', 'enter-row', {}, enter, size),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const hall = chosenHall();
    if (!hall) return;
    const name = nameField.value();
    if (name === null) return;
    profile.name = name;
    saveProfile(profile);
    options.onEnter(wanted?.hall === hall.id ? wanted : { hall: hall.id, at: null }, { ...profile });
  });

  const here = el('p', 'here');
  const news = el('p', 'wall-news', { role: 'status', hidden: true });
  const say = (saying: MessageKey | (() => string)): void => {
    news.hidden = false;
    live(news, saying);
  };
  if (options.lost) say('landing.no_such_page');
  const footer = siteFooter();
  const page = el(
    'div', 'landing', {},
    live(el('a', 'skip', { href: '#threshold' }), 'site.skip'),
    el('header', 'site-header', {}, logo(true), el('nav', 'site-nav', {},
      live(el('a', 'wide', { href: '#programme' }), 'landing.programme'),
      textLink,
      live(el('a', 'wide', { href: '/exhibitor' }), 'landing.exhibit'), langSwitch())),
    el('main', '', {},
      el('section', 'wall', {}, roofTiles(), bambooShadow(),
        el('div', 'wall-inner', {}, news, el('div', 'motto', {}, motto(() => halls.length || 4), here), windows.element, wait)),
      el('section', 'threshold', { id: 'threshold' }, el('div', 'threshold-inner', {}, form, programme.element))),
    footer.element,
  );
  root.replaceChildren(page);

  const showHalls = (next: readonly HallSummary[]): void => {
    const first = halls.length === 0;
    halls = next;
    wait.hidden = true;
    windows.setHalls(next);
    sayGoal();
    if (first && wanted) follow(wanted);
    programme.update(next, new Date());
    const visitors = next.reduce((sum, hall) => sum + hall.visitors, 0);
    live(here, () => t(visitors > 0 ? 'landing.here' : 'landing.here_nobody', { count: headCount(visitors), n: visitors }));
  };

  const follow = (address: Address): void => {
    const hall = halls.find((each) => each.id === address.hall);
    if (!hall) return say(() => t('landing.no_such_hall', { hall: shortened(address.hall) }));
    windows.choose(hall.id);
    const { at } = address;
    if (at === null) return;
    void fetchHall(hall.id).then((descriptor) => {
      if (disposed || hasPlace(descriptor, at) || isBesideVisitor(at)) return;
      wanted = { hall: hall.id, at: null };
      say(() => t('landing.no_such_place', { place: pick(hall.place), at: shortened(at) }));
    }).catch(() => {
      // The server says it again in the hall.
    });
  };

  /** Without them the page is what it is. */
  const readEvents = async (): Promise<void> => {
    if (Date.now() < eventsDue_ms) return;
    eventsDue_ms = Date.now() + EVENTS_POLL_MS;
    try {
      programme.setEvents(await fetchEvents());
    } catch {
      eventsDue_ms = 0;
    }
  };

  const poll = async (): Promise<void> => {
    if (document.hidden) return;
    try {
      const [next] = await Promise.all([fetchHallList(), readEvents()]);
      if (disposed) return;
      footer.setFiling(next.filing);
      showHalls(next.halls);
    } catch {
      if (!disposed && halls.length === 0) {
        wait.hidden = false;
        live(wait, 'landing.unreachable');
      }
    }
  };

  let disposed = false;
  const stopReminders = startReminders(null);
  live(here, () => t('landing.what'));
  if (options.halls) showHalls(options.halls);
  void poll();
  const timer = setInterval(() => void poll(), POLL_MS);
  const title = (): void => { document.title = t('site.title'); };
  const stopLang = onLang(title);
  title();
  document.documentElement.dataset['page'] = 'landing';

  return {
    say,
    setBusy(busy) {
      enter.setAttribute('aria-busy', String(busy));
      sayGoal();
    },
    dispose() {
      disposed = true;
      clearInterval(timer);
      stopReminders();
      stopLang();
      page.remove();
    },
  };
}

/** What stood in the address, as long as it can be read in a sentence. */
function shortened(part: string): string {
  return part.length > ADDRESS_PART_MAX ? `${part.slice(0, ADDRESS_PART_MAX)}…` : part;
}

/** The motto in three lines, on a phone in one: "一道门 / 四座展厅 / 万人同游". */
function motto(hallCount: () => number): HTMLHeadingElement {
  const comma = (): HTMLElement => live(el('i'), () => (lang() === 'zh' ? '，' : ' '));
  return el(
    'h1', '', {},
    el('span', 'line', {}, text('landing.motto_1'), comma()),
    el('span', 'line', {}, text(() => t('landing.motto_2', { count: countInWords(hallCount()) })), comma()),
    el('span', 'line', {}, text('landing.motto_3')),
  );
}

const WORDS = {
  zh: ['〇', '一', '两', '三', '四', '五', '六', '七', '八', '九', '十'],
  en: ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'],
} as const;

const countInWords = (count: number): string => WORDS[lang()][count] ?? String(count);

/** The name, with one made up for whoever has none yet: it follows the language until it is changed. */
function createVisitorName(name: string): { element: HTMLElement; value(): string | null } {
  const number = 1000 + Math.floor(Math.random() * 9000);
  const madeUp = (): string => t('landing.visitor_n', { n: String(number) });
  let own = name !== '';
  const field = createNameField('visitor-name', own ? name : madeUp());
  const { input } = field;
  input.addEventListener('input', () => { own = true; });
  input.addEventListener('change', () => {
    input.value = plain(input.value) || madeUp();
  });
  const [label, ...rest] = field.parts;
  if (label) live(label, () => {
    if (!own) input.value = madeUp();
    return t('landing.name');
  });
  return {
    element: el('div', 'field name-field', {}, label, ...rest),
    value() {
      const typed = field.value();
      return typed === '' ? madeUp() : typed;
    },
  };
}
