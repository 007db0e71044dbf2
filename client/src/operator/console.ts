/**
 * The operator's console: halls and reports on the left, the hall live in the middle, who is chosen and what to do on the right, the
 * record at the foot. Keyboard first: J and K go through the reports, 1 2 3 choose an act, Enter does it, / searches, A lists what was
 * done, Esc lets go.
 */
import { fetchHall, fetchHalls, type Booth, type HallDescriptor, type HallSummary } from '../net/api';
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
import { openActsList } from './actsList';
import { boothTitle, openBoothList } from './boothList';
import { ChosenPanel, type Chosen } from './chosenPanel';
import {
  answerAppeal, fetchActs, fetchAppeals, fetchDesk, fetchPerson, fetchReport, fetchReports, fetchRules, searchPeople, stepReport, undo,
  type Act, type ActRule, type Appeal, type HallState, type Report, type WholePerson,
} from './api';
import { Feed } from './feed';
import { openAnnounce, openHallForm } from './hallForm';
import { HallMap } from './hallMap';
import { openOutreach } from './outreach';
import { keysHelp, listenToKeys } from './keys';
import { followRights, mayWatch } from './rights';
import { actSentence, age, clockOf, nameHalls, whatWord } from './words';
import '../styles/work.css';
import '../styles/desk.css';

const POLL_MS = 5000;
const SEARCH_WAIT_MS = 250;

export class Console {
  #halls: readonly HallSummary[] = [];
  #states: readonly HallState[] = [];
  #standing: readonly Act[] = [];
  #reports: readonly Report[] = [];
  /** Those that were there when the page came are no news. */
  #hasReports = false;
  #appeals: readonly Appeal[] = [];
  #hall = '';
  /** Its booths and places, once they are known. */
  #described: HallDescriptor | null = null;
  #chosen: Chosen | null = null;
  /** The report that is on its way. */
  #awaited: string | null = null;
  /** Grows with each choice: what was asked for an earlier one comes too late. */
  #turn = 0;
  #last: Act | null = null;
  readonly #feed: Feed;
  readonly #map: HallMap;
  readonly #mapBox = el('div', 'desk-map-box');
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
  readonly #panel = new ChosenPanel({ undo: (act) => void this.#undo(act), step: (report, step) => void this.#step(report, step) });
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
      overheard: (line) => this.#panel.overheard({ ...line, visitor: line.id, at: [0, 0], refused: '' }),
      changed: ({ what }) => void (what === 'reports' ? this.#readReports() : this.#readDesk()),
      population: ({ halls }) => this.#counted(halls),
      people: (people) => this.#map.named(people),
      line: (state) => this.#sayLine(state),
      notAllowed: () => followRights(this.permissions),
    });
    this.#map = new HallMap(this.#feed.dots, (id) => void this.#choosePerson(this.#hall, id), (booth) => this.#chooseBooth(booth));
    this.#form = createActForm(rules, (act, reached) => this.#did(act, reached));
    root.replaceChildren(this.#page());
    this.#toReviews.hidden = true;
    this.#form.setTarget(null);
    listenToKeys({
      letGo: () => {
        this.#found.hidden = true;
        this.#letGo();
      },
      submit: () => {
        if (this.#chosen) this.#form.submit();
      },
      letters: {
        j: () => this.#nextReport(1), k: () => this.#nextReport(-1), '/': () => this.#search.focus(), m: () => this.#reach(), a: () => this.#listActs(),
        1: () => this.#form.choose('mute'), 2: () => this.#form.choose('remove'), 3: () => this.#form.choose('ban'),
      },
    });
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
    this.#mapBox.hidden = open;
    this.#toReviews.setAttribute('aria-pressed', String(open));
    if (!open) this.#map.redraw();
  }

  #reach(): void {
    if (this.permissions.has('reach.all')) void openOutreach(this.#halls, (saying) => this.#toasts.show(saying));
  }

  async start(): Promise<void> {
    this.#halls = await fetchHalls();
    nameHalls(this.#halls);
    await Promise.all([this.#readDesk(), this.#readReports(), this.#readActs()]);
    const wished = new URLSearchParams(location.search).get('hall');
    const first = this.#halls.find(({ id }) => id === wished) ?? this.#halls[0];
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
    const booths = button({ label: 'desk.booths', icon: 'cube', className: 'btn', onPress: () => this.#listBooths() });
    const manage = button({ label: 'desk.hall_title', icon: 'settings', className: 'btn', onPress: () => this.#manage() });
    const outreach = button({ label: 'outreach.name', icon: 'send', className: 'btn', onPress: () => this.#reach() });
    outreach.hidden = !this.permissions.has('reach.all');
    const zoom = (label: MessageKey, name: 'plus' | 'minus', factor: number): HTMLElement =>
      button({ label, icon: name, iconOnly: true, className: 'btn square', onPress: () => this.#map.zoom(factor) });
    this.#mapBox.append(this.#map.element, el('div', 'desk-zoom', {}, zoom('desk.zoom_in', 'plus', 1.5), zoom('desk.zoom_out', 'minus', 1 / 1.5)));
    return el(
      'div', 'desk', {},
      el('header', 'desk-head', {}, el('div', 'work-name', {}, logo(), el('span', 'sep'), text('operator.name')), this.#total,
        el('div', 'desk-search', { role: 'search' }, icon('search'), this.#search, el('kbd', 'kbd', { 'aria-hidden': true }, '/'), this.#found),
        announce, live(el('a', 'btn ghost wide', { href: '/operator/events' }), 'events.name'), live(el('a', 'btn ghost wide', { href: '/operator/metrics' }), 'metrics.name'), whoIsHere(), langSwitch()),
      el('nav', 'desk-left', {}, el('h2', 'desk-label', {}, text('desk.halls')), this.#hallList,
        el('h2', 'desk-label', {}, text('desk.reports'), this.#reportCount), this.#reportList, this.#appealBlock),
      el('main', 'desk-middle', { id: 'content' },
        el('div', 'desk-place', {}, this.#sign, this.#title, this.#state, el('div', 'desk-tools', {}, this.#toReviews, this.#visit, outreach, booths, manage)),
        this.#mapBox, this.#reviews),
      el('aside', 'desk-right', {}, this.#panel.who, this.#panel.lines, this.#form.element, this.#panel.past),
      el('footer', 'desk-foot', {}, button({ label: 'desk.acts', icon: 'history', className: 'btn desk-acts', onPress: () => this.#listActs() }), this.#audit, keysHelp()),
      this.#toasts.element,
    );
  }

  #drawAll(): void {
    this.#drawHalls();
    this.#drawReports();
    this.#drawAudit();
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
    const before = this.#takenDown();
    [this.#states, this.#standing] = [halls, acts];
    if (this.#takenDown() !== before) void this.#readBooths();
    this.#drawHalls();
    await this.#readActs();
  }

  async #readActs(): Promise<void> {
    this.#last = (await fetchActs())[0] ?? null;
    this.#drawAudit();
  }

  async #readReports(): Promise<void> {
    if (!this.permissions.has('reports.handle')) return;
    const [reports, appeals] = await Promise.all([fetchReports(), fetchAppeals()]);
    const known = new Set(this.#reports.map(({ id }) => id));
    if (this.#hasReports && reports.some(({ id }) => !known.has(id))) this.#toasts.show(() => t('desk.new_report'));
    [this.#hasReports, this.#reports, this.#appeals] = [true, reports, appeals];
    this.#drawReports();
  }

  #counted(halls: Readonly<Record<string, number>>): void {
    this.#states = this.#states.map((state) => ({ ...state, visitors: halls[state.hall] ?? state.visitors }));
    this.#drawHalls();
  }

  #sayLine(state: 'connected' | 'reconnecting'): void {
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
    // A reload, or a link for a colleague, opens the same hall.
    history.replaceState(null, '', `?hall=${encodeURIComponent(hall)}`);
    this.#drawHalls();
    this.#described = null;
    void this.#readBooths();
  }

  /** From now on nobody is acted on, until it is known who is next. The answer tells whether they still are. */
  #choosing(report: string | null = null): () => boolean {
    const turn = (this.#turn += 1);
    this.#awaited = report;
    this.#form.wait();
    return () => turn === this.#turn;
  }

  #gone(): void {
    this.#letGo();
    this.#toasts.show(() => t('desk.gone'));
  }

  async #choosePerson(hall: string, visitor: number): Promise<void> {
    const isNext = this.#choosing();
    const person = await fetchPerson(hall, visitor).catch(() => null);
    if (!isNext()) return;
    if (!person) return this.#gone();
    this.#chosen = { hall, visitor, booth: null, name: person.name, report: null };
    this.#form.setTarget({ target: { hall, visitor }, name: person.name, housemates: person.housemates, reason: null });
    this.#showPerson(this.#chosen, person);
  }

  async #chooseReport(id: string): Promise<void> {
    const isNext = this.#choosing(id);
    const report = await fetchReport(id).catch(() => null);
    if (!isNext()) return;
    if (!report) return this.#gone();
    const here = report.visitor === null ? null : await fetchPerson(report.hall, report.visitor).catch(() => null);
    if (!isNext()) return;
    const booth = report.what === 'booth' ? (report.booth ?? report.evidence.booth?.id ?? null) : null;
    this.#awaited = null;
    this.#chosen = { hall: report.hall, visitor: report.visitor, booth, name: report.name, report };
    this.#watch(report.hall);
    this.#form.setTarget({ target: { report: id }, name: report.name, housemates: here?.housemates ?? null, reason: report.reason, on: booth === null ? 'person' : 'booth' });
    this.#panel.show(this.#chosen, { person: here, lines: report.evidence.lines ?? [], acts: report.acts, reports: report.reports, marked: report.evidence.said?.line ?? null });
    this.#point(this.#chosen);
    this.#drawReports();
  }

  #chooseBooth(booth: Booth): void {
    this.#letGo();
    this.#chosen = { hall: this.#hall, visitor: null, booth: booth.id, name: boothTitle(booth), report: null };
    this.#form.setTarget({ target: { hall: this.#hall, booth: booth.id }, name: boothTitle(booth), housemates: null, reason: null, on: 'booth' });
    this.#panel.show(this.#chosen);
  }

  #showPerson(chosen: Chosen, person: WholePerson): void {
    this.#panel.show(chosen, { person, lines: person.lines, acts: person.acts, reports: person.reports });
    this.#point(chosen);
  }

  /** On the map. */
  #point({ name, visitor }: Chosen): void {
    this.#map.choose(visitor === null ? null : { id: visitor, name }, true);
    if (visitor !== null) this.#feed.who([visitor]);
  }

  #letGo(): void {
    this.#turn += 1;
    this.#awaited = this.#chosen = null;
    this.#form.setTarget(null);
    this.#panel.show(null);
    this.#map.choose(null);
    this.#drawReports();
  }

  // --- what is done -----------------------------------------------------------------------------------------------

  #did(act: Act, reached: number): void {
    this.#last = act;
    this.#drawAudit();
    this.#toasts.show(() => `${actSentence(act)}${reached > 1 ? ` ${t('desk.reached', { count: reached })}` : ''}`);
    void Promise.all([this.#readReports(), this.#readDesk()]).catch(() => undefined);
    const [chosen, turn] = [this.#chosen, this.#turn];
    if (!chosen) return;
    if (chosen.visitor !== null) {
      void fetchPerson(chosen.hall, chosen.visitor).catch(() => null).then((person) => {
        if (turn !== this.#turn) return;
        if (person) this.#showPerson(chosen, person);
        else this.#letGo();
      });
    }
    if (chosen.booth !== null) this.#letGo();
  }

  async #undo(act: Act): Promise<Act | null> {
    try {
      const undone = (await undo(act.id)).act;
      this.#did(undone, 0);
      return undone;
    } catch (error) {
      this.#toasts.show(() => (error instanceof Error ? error.message : t('desk.not_done')));
      return null;
    }
  }

  #listActs(): void {
    openActsList({ rules: this.rules, undo: (act) => this.#undo(act) });
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

  /** Of the watched hall, as one word that changes with it. */
  #takenDown(): string {
    return this.#takenDownActs().map(({ id }) => id).join();
  }

  #takenDownActs(): readonly Act[] {
    return this.#standing.filter(({ kind, hall }) => kind === 'take_down' && hall === this.#hall);
  }

  /** Which booths stand in the watched hall; the map shows them. */
  async #readBooths(): Promise<void> {
    const hall = this.#hall;
    const described = await fetchHall(hall).catch(() => null);
    if (!described || this.#hall !== hall) return;
    if (this.#described) this.#map.setBooths(described);
    else void this.#map.setHall(described);
    this.#described = described;
  }

  #listBooths(): void {
    openBoothList({
      booths: this.#described?.booths ?? [], takenDown: this.#takenDownActs(),
      choose: (booth) => this.#chooseBooth(booth), undo: (act) => void this.#undo(act),
    });
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

  #nextReport(step: 1 | -1): void {
    const last = this.#awaited ?? this.#chosen?.report?.id;
    const at = this.#reports.findIndex(({ id }) => id === last);
    const next = this.#reports[at < 0 ? (step > 0 ? 0 : this.#reports.length - 1) : at + step];
    if (next) void this.#chooseReport(next.id);
  }
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
  if (!mayWatch(me)) {
    root.replaceChildren(el('main', 'desk-refused', {}, el('h1', 'serif', {}, text('desk.refused')), el('p', '', {}, text('desk.refused_text')), live(el('a', 'btn', { href: '/account' }), 'desk.to_account')));
    return null;
  }
  const { acts } = await fetchRules();
  const desk = new Console(root, acts, new Set(me.permissions));
  await desk.start();
  return desk;
}
