/**
 * The operator's console: halls and reports on the left, the hall live in the middle, who is chosen and what to do on the right, the
 * record at the foot. Keyboard first: J and K go through the reports, 1 2 3 choose an act, Enter does it, / searches, Esc lets go.
 */
import { fetchHall, fetchHalls, type HallSummary } from '../net/api';
import { fetchMe, signInAddress } from '../net/account';
import { live, number, onLang, pick, setLang, t, type MessageKey } from '../text/catalogue';
import { button, el, icon, text } from '../ui/dom';
import { langSwitch } from '../ui/langSwitch';
import { logo } from '../ui/logo';
import { loadLang } from '../ui/profile';
import { reasonWord } from '../ui/sanctions';
import { glyph } from '../ui/shapes';
import { startTheme } from '../ui/theme';
import { createToasts } from '../ui/toasts';
import { whoIsHere } from '../ui/whoIsHere';
import { createActForm, type ActForm } from './actForm';
import {
  answerAppeal, fetchActs, fetchAppeals, fetchDesk, fetchPerson, fetchReport, fetchReports, fetchRules, searchPeople, stepReport, undo,
  type Act, type ActRule, type Appeal, type HallState, type Person, type Report, type SaidLine, type WholeReport,
} from './api';
import { Feed } from './feed';
import { openAnnounce, openHallForm } from './hallForm';
import { HallMap } from './hallMap';
import { actSentence, age, clockOf, whatWord } from './words';
import '../styles/work.css';
import '../styles/desk.css';

const POLL_MS = 5000;
const SEARCH_WAIT_MS = 250;
const LINES_KEPT = 60;
const KEYS_OFF = 'yuanzhan.desk.keys';

/** Whoever is chosen: by their place in a hall, and the report that led there. */
interface Chosen {
  hall: string;
  visitor: number | null;
  name: string;
  report: WholeReport | null;
}

export class Console {
  #halls: readonly HallSummary[] = [];
  #states: readonly HallState[] = [];
  #standing: readonly Act[] = [];
  #reports: readonly Report[] = [];
  #appeals: readonly Appeal[] = [];
  #hall = '';
  #chosen: Chosen | null = null;
  #last: Act | null = null;
  readonly #feed: Feed;
  readonly #map: HallMap;
  readonly #form: ActForm;
  readonly #toasts = createToasts();
  readonly #hallList = el('ul', 'desk-halls');
  readonly #reportList = el('ul', 'desk-reports');
  readonly #reportCount = el('span', 'desk-count');
  readonly #appealList = el('ul', 'desk-appeals');
  readonly #appealBlock = el('section', '', { hidden: true }, el('h2', 'desk-label', {}, text('desk.appeals')), this.#appealList);
  readonly #total = el('p', 'desk-total');
  readonly #title = el('h1', 'serif');
  readonly #state = el('span', 'tag ok');
  readonly #sign = el('span', 'desk-sign');
  readonly #who = el('div', 'desk-who');
  readonly #lines = el('ol', 'desk-lines', { 'aria-live': 'off' });
  readonly #past = el('div', 'desk-past');
  readonly #audit = el('div', 'desk-audit');
  readonly #reviews = el('section', 'desk-reviews', { hidden: true });
  readonly #toReviews = button({ label: 'desk.reviews', className: 'btn', onPress: () => this.#toggleReviews() });
  readonly #search = el('input', '', { type: 'search', id: 'desk-search', autocomplete: 'off' });
  readonly #found = el('ul', 'desk-found', { hidden: true });
  readonly #visit = live(el('a', 'btn', { target: '_blank', rel: 'noopener' }, icon('eye'), text('desk.visit')), 'desk.visit', 'title');

  constructor(root: HTMLElement, private readonly rules: readonly ActRule[], private readonly permissions: ReadonlySet<string>) {
    this.#feed = new Feed({
      dots: () => this.#map.redraw(),
      watching: () => this.#map.redraw(),
      overheard: (line) => this.#overheard({ ...line, visitor: line.id, at: [0, 0], refused: '' }),
      changed: ({ what }) => void (what === 'reports' ? this.#readReports() : this.#readDesk()),
      population: ({ halls }) => this.#counted(halls),
      people: (people) => this.#map.named(people),
      line: (state) => this.#sayLine(state),
    });
    this.#map = new HallMap(this.#feed.dots, (id) => void this.#choosePerson(this.#hall, id));
    this.#form = createActForm(rules, (act, reached) => this.#did(act, reached));
    root.replaceChildren(this.#page());
    this.#toReviews.hidden = true;
    this.#form.setTarget(null);
    this.#showWho();
    window.addEventListener('keydown', (event) => this.#key(event));
    onLang(() => this.#drawAll());
  }

  /** Where booths that wait for approval are looked at; the way there is shown once somebody puts something into it. */
  get reviews(): HTMLElement {
    this.#toReviews.hidden = !this.permissions.has('booths.review');
    this.#showFirstReviews();
    return this.#reviews;
  }

  /** Where no report waits and booths do, they are what is seen first; from then on the operator decides. */
  #showFirstReviews(): void {
    const observer = new MutationObserver(() => {
      if (!this.#reviews.querySelector('.review-row')) return;
      observer.disconnect();
      if (this.#reports.length === 0 && this.#reviews.hidden && !this.#chosen) this.#toggleReviews();
    });
    observer.observe(this.#reviews, { childList: true, subtree: true });
  }

  get halls(): readonly HallSummary[] {
    return this.#halls;
  }

  #toggleReviews(): void {
    const open = this.#reviews.hidden;
    this.#reviews.hidden = !open;
    this.#map.element.hidden = open;
    this.#toReviews.setAttribute('aria-pressed', String(open));
    if (!open) this.#map.redraw();
  }

  async start(): Promise<void> {
    this.#halls = await fetchHalls();
    await Promise.all([this.#readDesk(), this.#readReports(), this.#readActs()]);
    const first = this.#halls[0];
    if (first) this.#watch(first.id);
    setInterval(() => {
      if (!document.hidden) void this.#readDesk().catch(() => undefined);
    }, POLL_MS);
  }

  // --- the page ---------------------------------------------------------------------------------------------------

  #page(): HTMLElement {
    live(this.#search, 'desk.search', 'placeholder');
    live(this.#search, 'desk.search', 'aria-label');
    let waiting = 0;
    this.#search.addEventListener('input', () => {
      clearTimeout(waiting);
      waiting = window.setTimeout(() => void this.#searchNow(), SEARCH_WAIT_MS);
    });
    const announce = button({ label: 'desk.announce', icon: 'megaphone', onPress: () => openAnnounce(this.#hallNamed(), (act) => this.#did(act, 0)) });
    announce.hidden = !this.permissions.has('announce');
    const manage = button({ label: 'desk.hall_title', icon: 'settings', className: 'btn', onPress: () => this.#manage() });
    const zoom = (label: MessageKey, name: 'plus' | 'minus', factor: number): HTMLElement =>
      button({ label, icon: name, iconOnly: true, className: 'btn square', onPress: () => this.#map.zoom(factor) });
    return el(
      'div', 'desk', {},
      el('header', 'desk-head', {}, el('div', 'work-name', {}, logo(), el('span', 'sep'), text('operator.name')), this.#total,
        el('div', 'desk-search', { role: 'search' }, icon('search'), this.#search, el('kbd', 'kbd', { 'aria-hidden': true }, '/'), this.#found),
        announce, live(el('a', 'btn ghost wide', { href: '/operator/metrics' }), 'metrics.name'), whoIsHere(), langSwitch()),
      el('nav', 'desk-left', {}, el('h2', 'desk-label', {}, text('desk.halls')), this.#hallList,
        el('h2', 'desk-label', {}, text('desk.reports'), this.#reportCount), this.#reportList, this.#appealBlock),
      el('main', 'desk-middle', { id: 'content' },
        el('div', 'desk-place', {}, this.#sign, this.#title, this.#state, el('span', 'desk-gap'), this.#toReviews, this.#visit, manage, zoom('desk.zoom_out', 'minus', 1 / 1.5), zoom('desk.zoom_in', 'plus', 1.5)),
        this.#map.element, this.#reviews),
      el('aside', 'desk-right', {}, this.#who, this.#lines, this.#form.element, this.#past),
      el('footer', 'desk-foot', {}, icon('history'), this.#audit, keysHelp()),
      this.#toasts.element,
    );
  }

  #drawAll(): void {
    this.#drawHalls();
    this.#drawReports();
    this.#drawAudit();
    this.#showWho();
    this.#map.redraw();
  }

  #drawHalls(): void {
    const total = this.#states.reduce((sum, { visitors }) => sum + visitors, 0);
    live(this.#total, () => t('desk.total', { count: number(total) }));
    this.#hallList.replaceChildren(...this.#states.map((state) => {
      const hall = this.#halls.find(({ id }) => id === state.hall);
      const part = state.capacity > 0 ? Math.min(1, state.visitors / state.capacity) : 0;
      const load = part >= 1 ? 'full' : part > 0.85 ? 'busy' : 'fine';
      const press = el(
        'button', 'desk-hall', { type: 'button', 'aria-current': String(state.hall === this.#hall) }, glyph(hall?.shape ?? 'circle'),
        live(el('span', 'desk-hall-name'), () => (hall ? pick(hall.place) : state.hall)),
        state.door === 'open' ? null : text(`desk.door_${state.door}` as MessageKey, state.door === 'closed' ? 'tag bad' : 'tag warn'),
        live(el('span', 'desk-hall-count'), () => number(state.visitors)),
        live(el('meter', `load ${load}`, { min: 0, max: 1, value: part }), () => t('desk.of_capacity', { capacity: number(state.capacity) }), 'aria-label'),
      );
      press.addEventListener('click', () => this.#watch(state.hall));
      return el('li', '', {}, press);
    }));
    const here = this.#states.find(({ hall }) => hall === this.#hall);
    if (here) {
      this.#state.className = here.door === 'open' ? 'tag ok' : here.door === 'locked' ? 'tag warn' : 'tag bad';
      live(this.#state, () => (here.door === 'open' ? t('desk.here', { count: number(here.visitors), capacity: number(here.capacity) }) : t(`desk.door_${here.door}` as MessageKey)));
    }
  }

  #drawReports(): void {
    this.#reportCount.textContent = number(this.#reports.length);
    this.#reportList.replaceChildren(...(this.#reports.length === 0 ? [el('li', 'desk-none', {}, text('desk.no_reports'))] : this.#reports.map((report) => {
      const press = el(
        'button', 'desk-report', { type: 'button', 'aria-current': String(this.#chosen?.report?.id === report.id), 'data-report': report.id },
        live(el('strong'), () => reasonWord(report.reason)), live(el('time', 'desk-age', { datetime: report.made_at }), () => age(report.made_at)),
        live(el('span', 'desk-report-who'), () => `${report.name || whatWord(report.what)}`),
        live(el('span', report.reporters > 2 ? 'desk-report-by many' : 'desk-report-by'), () => (report.assignee ? t('desk.taken_by', { name: report.assignee.name }) : t('desk.reporters', { count: report.reporters }))),
      );
      press.addEventListener('click', () => void this.#chooseReport(report.id));
      return el('li', '', {}, press);
    })));
    this.#appealBlock.hidden = this.#appeals.length === 0;
    this.#appealList.replaceChildren(...this.#appeals.map((appeal) => el(
      'li', 'desk-appeal', {}, el('strong', '', {}, appeal.act.name), el('p', '', {}, appeal.text), appeal.contact ? el('p', 'desk-age', {}, appeal.contact) : null,
      live(el('p', 'desk-age'), () => actSentence(appeal.act)),
      el('div', 'chips', {}, ...(['grant', 'decline'] as const).map((answer) => button({ label: `desk.${answer}`, className: 'btn small', onPress: () => void answerAppeal(appeal.act.id, answer).then(() => this.#readReports(), (error: Error) => this.#toasts.show(() => error.message)) }))))));
  }

  #drawAudit(): void {
    const act = this.#last;
    if (!act) return this.#audit.replaceChildren(text('desk.no_acts'));
    const parts: Node[] = [el('time', 'no-autospace', { datetime: act.made_at }, clockOf(act.made_at)), live(el('span', 'desk-did'), () => actSentence(act))];
    if (act.holds) parts.push(button({ label: 'desk.undo', className: 'desk-undo', onPress: () => void this.#undo(act) }));
    else if (act.undone_at) parts.push(text('desk.undone', 'desk-age'));
    this.#audit.replaceChildren(...parts);
  }

  // --- news -------------------------------------------------------------------------------------------------------

  async #readDesk(): Promise<void> {
    const { halls, acts } = await fetchDesk();
    this.#states = halls;
    this.#standing = acts;
    this.#drawHalls();
    await this.#readActs();
  }

  async #readActs(): Promise<void> {
    this.#last = (await fetchActs())[0] ?? null;
    this.#drawAudit();
  }

  async #readReports(): Promise<void> {
    if (!this.permissions.has('reports.handle')) return;
    const before = new Set(this.#reports.map(({ id }) => id));
    const [reports, appeals] = await Promise.all([fetchReports(), fetchAppeals()]);
    if (before.size > 0 && reports.some(({ id }) => !before.has(id))) this.#toasts.show(() => t('desk.new_report'));
    [this.#reports, this.#appeals] = [reports, appeals];
    this.#drawReports();
  }

  #counted(halls: Readonly<Record<string, number>>): void {
    this.#states = this.#states.map((state) => ({ ...state, visitors: halls[state.hall] ?? state.visitors }));
    this.#drawHalls();
  }

  #overheard(line: SaidLine): void {
    if (this.#chosen && this.#chosen.visitor !== null && this.#chosen.visitor !== line.visitor) return;
    if (this.#chosen?.report) return;
    this.#lines.append(this.#lineItem(line, line.visitor === this.#chosen?.visitor));
    while (this.#lines.childElementCount > LINES_KEPT) this.#lines.firstElementChild?.remove();
    this.#lines.scrollTop = this.#lines.scrollHeight;
  }

  #sayLine(state: 'connected' | 'reconnecting' | 'not-allowed'): void {
    if (state === 'not-allowed') return location.assign(signInAddress());
    if (state === 'reconnecting') {
      this.#state.className = 'tag bad';
      live(this.#state, 'operator.server_unreachable');
    } else this.#drawHalls();
  }

  // --- what is chosen ---------------------------------------------------------------------------------------------

  #watch(hall: string): void {
    if (this.#hall === hall) return;
    this.#hall = hall;
    const summary = this.#halls.find(({ id }) => id === hall);
    this.#sign.replaceChildren(glyph(summary?.shape ?? 'circle'));
    live(this.#title, () => (summary ? pick(summary.place) : hall));
    this.#visit.href = `/halls/${encodeURIComponent(hall)}`;
    if (this.#chosen?.hall !== hall) this.#letGo();
    this.#feed.watch(hall);
    this.#drawHalls();
    void fetchHall(hall).then((described) => this.#map.setHall(described), () => undefined);
  }

  async #choosePerson(hall: string, visitor: number): Promise<void> {
    try {
      const person = await fetchPerson(hall, visitor);
      this.#chosen = { hall, visitor, name: person.name, report: null };
      this.#form.setTarget({ target: { hall, visitor }, name: person.name, housemates: person.housemates, reason: null });
      this.#fillPerson(person, person.lines, person.acts, person.reports);
    } catch {
      this.#toasts.show(() => t('desk.gone'));
    }
  }

  async #chooseReport(id: string): Promise<void> {
    let report: WholeReport;
    try {
      report = await fetchReport(id);
    } catch {
      return this.#toasts.show(() => t('desk.gone'));
    }
    this.#chosen = { hall: report.hall, visitor: report.visitor, name: report.name, report };
    this.#watch(report.hall);
    const here = report.visitor === null ? null : await fetchPerson(report.hall, report.visitor).catch(() => null);
    if (this.#chosen.report?.id !== id) return;
    this.#form.setTarget(report.what === 'booth' ? null : { target: { report: id }, name: report.name, housemates: here?.housemates ?? null, reason: report.reason });
    this.#fillPerson(here, report.evidence.lines ?? [], report.acts, report.reports, report.evidence.said?.line ?? null);
    this.#drawReports();
  }

  #fillPerson(person: Person | null, lines: readonly SaidLine[], acts: readonly Act[], reports: number, marked: number | null = null): void {
    const chosen = this.#chosen;
    if (!chosen) return;
    this.#showWho(person, reports);
    this.#lines.replaceChildren(...lines.map((line) => this.#lineItem(line, line.visitor === chosen.visitor, line.line === marked)));
    this.#lines.scrollTop = this.#lines.scrollHeight;
    this.#past.replaceChildren(acts.length === 0 ? text('desk.no_past', 'desk-age') : el('ul', 'standing', {}, ...acts.slice(0, 8).map((act) => el(
      'li', '', {}, live(el('span'), () => `${clockOf(act.made_at)} ${actSentence(act)}`), act.holds ? button({ label: 'desk.undo', className: 'btn small', onPress: () => void this.#undo(act) }) : null))));
    this.#map.choose(chosen.visitor === null ? null : { id: chosen.visitor, name: chosen.name }, true);
    if (chosen.visitor !== null) this.#feed.who([chosen.visitor]);
  }

  #showWho(person: Person | null = null, reports = 0): void {
    const chosen = this.#chosen;
    if (!chosen) {
      this.#who.replaceChildren(text('desk.nobody', 'desk-nobody'));
      this.#past.replaceChildren();
      return;
    }
    const tags = person ? (['muted', 'hidden', 'frozen'] as const).filter((flag) => person[flag]).map((flag) => text(`desk.is_${flag}`, 'tag warn')) : [];
    const report = chosen.report;
    this.#who.replaceChildren(
      el('h2', 'serif', {}, chosen.name || whatWord(report?.what ?? 'person')),
      el('p', 'desk-facts', {}, person?.is_here ? text('desk.is_here') : text('desk.is_away'), el('span', 'sep'), live(el('span'), () => t('desk.reported', { count: reports })), ...tags),
      report?.note ? el('blockquote', 'sanction-note', {}, report.note) : el('span'),
      report ? el('div', 'chips', {}, ...(['take', 'dismiss'] as const).map((step) => button({ label: `desk.${step}`, className: 'btn small', onPress: () => void this.#step(report.id, step) }))) : el('span'),
    );
  }

  #lineItem(line: SaidLine, own: boolean, marked = false): HTMLElement {
    return el('li', `${own ? 'own' : 'other'}${marked ? ' marked' : ''}${line.refused ? ' refused' : ''}`, { 'data-line': line.line },
      el('time', 'no-autospace', {}, clockOf(line.at_ms)), el('span', '', {}, own ? line.text : `${line.name}：${line.text}`));
  }

  #letGo(): void {
    this.#chosen = null;
    this.#form.setTarget(null);
    this.#lines.replaceChildren();
    this.#showWho();
    this.#map.choose(null);
    this.#drawReports();
  }

  // --- what is done -----------------------------------------------------------------------------------------------

  #did(act: Act, reached: number): void {
    this.#last = act;
    this.#drawAudit();
    this.#toasts.show(() => `${actSentence(act)}${reached > 1 ? ` ${t('desk.reached', { count: reached })}` : ''}`);
    void Promise.all([this.#readReports(), this.#readDesk()]).catch(() => undefined);
    const { hall, visitor } = this.#chosen ?? { hall: '', visitor: null };
    if (visitor !== null) void fetchPerson(hall, visitor).then((person) => this.#fillPerson(person, person.lines, person.acts, person.reports), () => this.#letGo());
  }

  async #undo(act: Act): Promise<void> {
    try {
      this.#did((await undo(act.id)).act, 0);
    } catch (error) {
      this.#toasts.show(() => (error instanceof Error ? error.message : t('desk.not_done')));
    }
  }

  async #step(id: string, step: string): Promise<void> {
    try {
      await stepReport(id, step);
      await this.#readReports();
      if (step === 'dismiss') this.#letGo();
    } catch (error) {
      this.#toasts.show(() => (error instanceof Error ? error.message : t('desk.not_done')));
    }
  }

  #manage(): void {
    const hall = this.#states.find((state) => state.hall === this.#hall);
    const named = this.#hallNamed();
    if (!hall || !named) return;
    const acts = this.#standing.filter((act) => act.hall === hall.hall && act.by.length === 0);
    openHallForm({ hall, title: named.title, rules: this.rules, acts, done: (act) => this.#did(act, 0) });
  }

  #hallNamed(): { id: string; title: string } | null {
    const hall = this.#halls.find(({ id }) => id === this.#hall);
    return hall ? { id: hall.id, title: pick(hall.place) } : null;
  }

  async #searchNow(): Promise<void> {
    const words = this.#search.value.trim();
    const people = words === '' ? [] : await searchPeople(words).catch(() => []);
    this.#found.hidden = words === '';
    this.#found.replaceChildren(...(people.length === 0 ? [el('li', 'desk-none', {}, text('desk.nobody_found'))] : people.map((person) => el('li', '', {}, button({
      label: () => `${person.name}  ${pick(this.#halls.find(({ id }) => id === person.hall)?.place ?? { zh: person.hall, en: person.hall })}`,
      className: 'menu-row',
      onPress: () => {
        this.#found.hidden = true;
        this.#search.value = '';
        this.#watch(person.hall);
        void this.#choosePerson(person.hall, person.visitor);
      },
    })))));
  }

  // --- keys -------------------------------------------------------------------------------------------------------

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape') {
      this.#found.hidden = true;
      (document.activeElement as HTMLElement | null)?.blur();
      return this.#letGo();
    }
    if (event.target instanceof Element && event.target.closest('input, textarea, select')) return;
    if (localStorage.getItem(KEYS_OFF)) return;
    const keys: Readonly<Record<string, () => void>> = {
      j: () => this.#nextReport(1), k: () => this.#nextReport(-1), '/': () => this.#search.focus(),
      1: () => this.#form.choose('mute'), 2: () => this.#form.choose('remove'), 3: () => this.#form.choose('ban'),
    };
    const act = event.key === 'Enter' && !(event.target instanceof Element && event.target.closest('button, a')) && this.#chosen ? () => this.#form.submit() : keys[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #nextReport(step: 1 | -1): void {
    const at = this.#reports.findIndex(({ id }) => id === this.#chosen?.report?.id);
    const next = this.#reports[at < 0 ? (step > 0 ? 0 : this.#reports.length - 1) : at + step];
    if (next) void this.#chooseReport(next.id);
  }
}

/** Single-letter keys can be turned off (WCAG 2.1.4). */
function keysHelp(): HTMLElement {
  const key = (name: string): HTMLElement => el('kbd', 'kbd', { 'aria-hidden': true }, name);
  const off = button({
    label: () => t(localStorage.getItem(KEYS_OFF) ? 'desk.keys_on' : 'desk.keys_off'), className: 'desk-undo',
    onPress: () => {
      if (localStorage.getItem(KEYS_OFF)) localStorage.removeItem(KEYS_OFF);
      else localStorage.setItem(KEYS_OFF, '1');
      const words = off.querySelector('span');
      if (words) live(words, () => t(localStorage.getItem(KEYS_OFF) ? 'desk.keys_on' : 'desk.keys_off'));
    },
  });
  return el('div', 'desk-keys', {}, key('J'), key('K'), text('desk.keys_reports'), key('1'), key('2'), key('3'), text('desk.keys_acts'), key('Esc'), text('desk.keys_esc'), off);
}

/** Whoever is not signed in is sent to do so; whoever may not watch is told. */
export async function startConsole(root: HTMLElement): Promise<Console | null> {
  setLang(loadLang());
  startTheme();
  const title = (): void => { document.title = `${t('operator.name')} ${t('site.name')}`; };
  onLang(title);
  title();
  const me = await fetchMe();
  if (!me) {
    location.assign(signInAddress());
    return null;
  }
  if (!me.permissions.includes('halls.watch')) {
    root.replaceChildren(el('main', 'desk-refused', {}, el('h1', 'serif', {}, text('desk.refused')), el('p', '', {}, text('desk.refused_text')), live(el('a', 'btn', { href: '/account' }), 'desk.to_account')));
    return null;
  }
  const { acts } = await fetchRules();
  const desk = new Console(root, acts, new Set(me.permissions));
  await desk.start();
  return desk;
}
