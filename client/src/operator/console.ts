/**
 * The operator's console: halls and reports on the left, the hall live in the middle, who is chosen and what to do on the right, the
 * record at the foot. Keyboard first: J and K go through the reports, 1 2 3 choose an act, Enter does it, / searches, A lists what was
 * done, Esc lets go.
 */
import { ApiError, fetchBooths, fetchHall, fetchHalls, type Booth, type HallDescriptor, type HallSummary } from '../net/api';
import { fetchMe, signInAddress } from '../net/account';
import { live, number, onLang, pick, setLang, t, type MessageKey } from '../text/catalogue';
import { wordsFor } from '../ui/busy';
import { button, el, icon, text } from '../ui/dom';
import { langSwitch } from '../ui/langSwitch';
import { logo } from '../ui/logo';
import { loadLang } from '../ui/profile';
import { Rereading } from '../ui/rereading';
import { glyph } from '../ui/shapes';
import { startTheme } from '../ui/theme';
import { createToasts } from '../ui/toasts';
import { whoIsHere } from '../ui/whoIsHere';
import { createActForm, type ActForm, type Target } from './actForm';
import { openActsList } from './actsList';
import { openAnnounce } from './announce';
import { AppealList } from './appealList';
import { boothTitle, openBoothList } from './boothList';
import { ChosenPanel, type Chosen, type ReportStep } from './chosenPanel';
import { openClearLine } from './clearLine';
import {
  fetchActs, fetchAppeals, fetchDesk, fetchHandled, fetchLines, fetchPerson, fetchReport, fetchReports, fetchRules, stepReport, undo,
  type Act, type ActRule, type HallState, type Left, type Report, type SaidLine, type WholePerson, type WholeReport,
} from './api';
import { Feed } from './feed';
import { openHallForm } from './hallForm';
import { HallLines } from './hallLines';
import { HallList } from './hallList';
import { HallMap } from './hallMap';
import { openOutreach } from './outreach';
import { keysHelp, listenToKeys } from './keys';
import { LastAct } from './lastAct';
import { PersonSearch } from './personSearch';
import { openRecordList } from './recordList';
import { ReportList } from './reportList';
import { createReviews } from './reviews';
import { followRights, lacksSecondFactor, mayWatch } from './rights';
import { actSentence, nameBooths, nameHalls, reportName } from './words';
import '../styles/work.css';
import '../styles/desk.css';

const POLL_MS = 5000;

export class Console {
  #halls: readonly HallSummary[] = [];
  #states: readonly HallState[] = [];
  /** Of the halls' hours. */
  #timeZone = 'UTC';
  #standing: readonly Act[] = [];
  /** Those that wait. */
  #reports: readonly Report[] = [];
  /** Those that are done with, once they were asked for. */
  #handled: readonly Report[] | null = null;
  /** Those that were there when the page came are no news. */
  #hasReports = false;
  /** News of reports could not be read, or the line was down on which they come: they are read with the halls. */
  #reportsDue = false;
  /** The line, or the last reading, failed: what is seen is not as it is now. */
  readonly #cutOff = { line: false, reading: false };
  /** It was there once. */
  #hasLine = false;
  /** What was asked for and is not answered yet. */
  readonly #underWay = new Set<string>();
  #hall = '';
  /** Its booths and places, once they are known. */
  #described: HallDescriptor | null = null;
  #chosen: Chosen | null = null;
  /** The report that is on its way. */
  #awaited: string | null = null;
  /** Grows with each choice: what was asked for an earlier one comes too late. */
  #turn = 0;
  /** The choice that is seen: another is on its way where it is not the last. */
  #seenTurn = 0;
  readonly #feed: Feed;
  readonly #map: HallMap;
  readonly #mapBox = el('div', 'desk-map-box');
  readonly #form: ActForm;
  readonly #toasts = createToasts();
  readonly #reading = new Rereading({ read: () => this.#readAll(), every_ms: POLL_MS, told: (stale) => this.#sayCutOff('reading', stale) });
  readonly #hallList = new HallList((hall) => this.#watch(hall));
  readonly #reportList = new ReportList((report) => void this.#chooseReport(report), () => this.#viewReports());
  readonly #appealList = new AppealList(() => this.#readReports());
  readonly #total = el('p', 'desk-total');
  readonly #title = el('h1', 'serif');
  readonly #state = el('span', 'tag ok');
  readonly #sign = el('span', 'desk-sign');
  readonly #said = new HallLines();
  readonly #panel: ChosenPanel;
  readonly #lastAct = new LastAct((act) => void this.#undo(act));
  readonly #reviews = el('section', 'desk-reviews', { hidden: true });
  readonly #toReviews = button({ label: 'desk.reviews', className: 'btn', onPress: () => this.#toggleReviews() });
  readonly #reviewCount = el('span', 'desk-badge', { hidden: true });
  /** Where no report waits and booths do, they are what is seen first; from then on the operator decides. */
  #hasReviews = false;
  readonly #search = new PersonSearch(() => this.#halls, (person) => {
    this.#watch(person.hall);
    void this.#choosePerson(person.hall, person.visitor);
  }, (left) => void this.#chooseLeft(left));
  readonly #visit = live(el('a', 'btn', { target: '_blank', rel: 'noopener' }, icon('eye'), text('desk.visit')), 'desk.visit', 'title');

  /** @param me the id of whose account it is */
  constructor(root: HTMLElement, private readonly me: string, private readonly rules: readonly ActRule[], private readonly permissions: ReadonlySet<string>) {
    this.#panel = new ChosenPanel(this.#said, me, {
      undo: (act) => void this.#undo(act), step: (report, step) => void this.#step(report, step),
      choose: (line, isOfThen) => void (isOfThen ? this.#chooseLeft({ ...line, hall: this.#chosen?.hall ?? this.#hall }) : this.#choosePerson(this.#hall, line.visitor)),
      earlier: () => this.#readEarlier(),
      clear: rules.some(({ kind, may }) => kind === 'clear' && may) ? (line) => this.#clearLine(line) : null,
    });
    this.#feed = new Feed({
      dots: () => this.#map.redraw(),
      watching: () => this.#map.redraw(),
      overheard: ({ at_ms, id, line, name, text: said }) => {
        const heard: SaidLine = { line, at_ms, visitor: id, name, text: said, at: [0, 0], refused: '' };
        this.#said.add(heard);
        this.#panel.overheard(heard);
      },
      changed: ({ what }) => {
        if (what === 'reports') this.#reportsDue = true;
        void this.#reading.now();
      },
      population: ({ halls }) => this.#counted(halls),
      people: (people) => this.#map.named(people),
      line: (state) => {
        this.#sayCutOff('line', state === 'reconnecting');
        if (state !== 'connected') return;
        void this.#readLines();
        if (!this.#hasLine) this.#readMissed();
        this.#hasLine = true;
      },
      notAllowed: () => followRights(this.permissions),
    });
    this.#map = new HallMap(this.#feed.dots, (id) => void this.#choosePerson(this.#hall, id), (booth) => this.#chooseBooth(booth));
    this.#form = createActForm(rules, (act, reached) => this.#did(act, reached));
    root.replaceChildren(this.#page());
    this.#form.setTarget(null);
    listenToKeys({
      letGo: () => {
        this.#search.close();
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
    onLang(() => this.#map.redraw());
  }

  #startReviews(): void {
    const reviews = createReviews(() => this.#halls, (count) => this.#reviewsCounted(count));
    this.#reviews.append(reviews.element);
    this.#toReviews.append(this.#reviewCount);
    reviews.start();
  }

  #reviewsCounted(count: number): void {
    this.#reviewCount.hidden = count === 0;
    live(this.#reviewCount, () => number(count));
    if (count === 0 || this.#hasReviews) return;
    this.#hasReviews = true;
    if (this.#reports.length === 0 && this.#reviews.hidden && !this.#chosen) this.#toggleReviews();
  }

  #toggleReviews(): void {
    const open = this.#reviews.hidden;
    this.#reviews.hidden = !open;
    this.#mapBox.hidden = open;
    this.#toReviews.setAttribute('aria-pressed', String(open));
    if (!open) this.#map.redraw();
  }

  #reach(): void {
    if (this.permissions.has('reach.all')) openOutreach(this.#halls, (saying) => this.#toasts.show(saying));
  }

  async start(): Promise<void> {
    this.#halls = await fetchHalls();
    nameHalls(this.#halls);
    // Those whose booths are not told are named by their ids.
    await Promise.all(this.#halls.map(async ({ id }) => nameBooths(id, (await fetchBooths(id).catch(() => null))?.booths ?? [])));
    await Promise.all([this.#readDesk(), this.#readReports()]);
    const wished = new URLSearchParams(location.search).get('hall');
    const first = this.#halls.find(({ id }) => id === wished) ?? this.#halls[0];
    if (first) this.#watch(first.id);
    if (this.permissions.has('booths.review')) this.#startReviews();
  }

  // --- the page ---------------------------------------------------------------------------------------------------

  #page(): HTMLElement {
    this.#toReviews.hidden = !this.permissions.has('booths.review');
    const announce = button({ label: 'desk.announce', icon: 'megaphone', onPress: () => this.#announce() });
    announce.hidden = !this.permissions.has('announce');
    const booths = button({ label: 'desk.booths', icon: 'cube', className: 'btn', onPress: () => this.#listBooths() });
    const manage = button({ label: 'desk.hall_title', icon: 'settings', className: 'btn', onPress: () => this.#manage() });
    const outreach = button({ label: 'outreach.name', icon: 'send', className: 'btn', onPress: () => this.#reach() });
    outreach.hidden = !this.permissions.has('reach.all');
    const record = button({ label: 'record.title', icon: 'text', className: 'btn desk-acts', onPress: openRecordList });
    record.hidden = !this.permissions.has('audit.read');
    const zoom = (label: MessageKey, name: 'plus' | 'minus', factor: number): HTMLElement =>
      button({ label, icon: name, iconOnly: true, className: 'btn square', onPress: () => this.#map.zoom(factor) });
    this.#mapBox.append(this.#map.element, el('div', 'desk-zoom', {}, zoom('desk.zoom_in', 'plus', 1.5), zoom('desk.zoom_out', 'minus', 1 / 1.5)));
    return el(
      'div', 'desk', {},
      el('header', 'desk-head', {}, el('div', 'work-name', {}, logo(), el('span', 'sep'), text('operator.name')), this.#total,
        this.#search.element, announce, live(el('a', 'btn ghost wide', { href: '/operator/events' }), 'events.name'), live(el('a', 'btn ghost wide', { href: '/operator/metrics' }), 'metrics.name'), whoIsHere(), langSwitch()),
      el('nav', 'desk-left', {}, el('h2', 'desk-label', {}, text('desk.halls')), this.#hallList.element,
        el('div', 'desk-reports-head', {}, el('h2', 'desk-label', {}, text('desk.reports'), this.#reportList.count), this.#reportList.views), this.#reportList.element, this.#appealList.element),
      el('main', 'desk-middle', { id: 'content' },
        el('div', 'desk-place', {}, this.#sign, this.#title, this.#state, el('div', 'desk-tools', {}, this.#toReviews, this.#visit, outreach, booths, manage)),
        this.#mapBox, this.#reviews),
      el('aside', 'desk-right', {}, this.#panel.who, this.#panel.said, this.#form.element, this.#panel.past),
      el('footer', 'desk-foot', {}, button({ label: 'desk.acts', icon: 'history', className: 'btn desk-acts', onPress: () => this.#listActs() }), record, this.#lastAct.element, keysHelp()),
      this.#toasts.element,
    );
  }

  #drawHalls(): void {
    const total = this.#states.reduce((sum, { visitors }) => sum + visitors, 0);
    live(this.#total, () => t('desk.total', { count: number(total) }));
    this.#hallList.draw(this.#states, this.#halls, this.#hall);
    const here = this.#states.find(({ hall }) => hall === this.#hall);
    if (this.#cutOff.line || this.#cutOff.reading) {
      this.#state.className = 'tag bad';
      live(this.#state, 'operator.server_unreachable');
    } else if (here) {
      this.#state.className = here.door === 'open' ? 'tag ok' : here.door === 'locked' ? 'tag warn' : 'tag bad';
      live(this.#state, () => (here.door === 'open' ? t('desk.here', { count: number(here.visitors), capacity: number(here.capacity) }) : t(`desk.door_${here.door}`)));
    }
  }

  #drawReports(): void {
    this.#reportList.draw(this.#shownReports(), this.#reports.length, this.#chosen?.report?.id ?? null);
  }

  #shownReports(): readonly Report[] | null {
    const { view } = this.#reportList;
    if (view === 'handled') return this.#handled;
    return view === 'mine' ? this.#reports.filter(({ assignee }) => assignee?.id === this.me) : this.#reports;
  }

  #viewReports(): void {
    this.#handled = null;
    this.#drawReports();
    if (this.#reportList.view !== 'handled') return;
    this.#reportsDue = true;
    void this.#reading.now();
  }

  // --- news -------------------------------------------------------------------------------------------------------

  async #readAll(): Promise<void> {
    await Promise.all([this.#readDesk(), this.#reportsDue ? this.#readReports() : undefined]);
    // They grow older.
    this.#drawReports();
  }

  async #readDesk(): Promise<void> {
    const [{ halls, acts, time_zone: zone }, [last]] = await Promise.all([fetchDesk(), fetchActs()]);
    const before = this.#takenDown();
    [this.#states, this.#standing, this.#timeZone] = [halls, acts, zone];
    if (this.#hall !== '' && (this.#takenDown() !== before || !this.#described)) void this.#readBooths();
    this.#drawHalls();
    this.#lastAct.draw(last ?? null);
  }

  async #readReports(): Promise<void> {
    this.#reportsDue = false;
    if (!this.permissions.has('reports.handle')) return;
    try {
      const [reports, appeals, handled] = await Promise.all([fetchReports(), fetchAppeals(), this.#reportList.view === 'handled' ? fetchHandled() : null]);
      const known = new Set(this.#reports.map(({ id }) => id));
      if (this.#hasReports && reports.some(({ id }) => !known.has(id))) this.#toasts.show(() => t('desk.new_report'));
      [this.#hasReports, this.#reports, this.#handled] = [true, reports, handled];
      this.#drawReports();
      this.#appealList.draw(appeals);
      void this.#followReport([...reports, ...handled ?? []]);
    } catch (error) {
      this.#reportsDue = true;
      throw error;
    }
  }

  #counted(halls: Readonly<Record<string, number>>): void {
    this.#states = this.#states.map((state) => ({ ...state, visitors: halls[state.hall] ?? state.visitors }));
    this.#drawHalls();
  }

  /** Nobody said what is new while there was no line, before the first one either. */
  #readMissed(): void {
    this.#reportsDue = true;
    void this.#reading.now();
  }

  #sayCutOff(what: 'line' | 'reading', isCutOff: boolean): void {
    const isBack = this.#cutOff[what] && !isCutOff;
    this.#cutOff[what] = isCutOff;
    this.#drawHalls();
    if (what === 'line' && isBack) this.#readMissed();
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
    this.#said.forget();
    this.#panel.showHall();
    void this.#readBooths();
  }

  /** From now on nobody is acted on, until it is known who is next. The answer tells whether they still are. */
  #choosing(report: string | null = null): () => boolean {
    const turn = (this.#turn += 1);
    this.#awaited = report;
    this.#form.wait();
    return () => turn === this.#turn;
  }

  /** The answer; null where it comes too late, and where there is none, which is told. */
  async #found<Answer>(asked: Promise<Answer>, isNext: () => boolean): Promise<Answer | null> {
    try {
      const answer = await asked;
      return isNext() ? answer : null;
    } catch (error) {
      if (!isNext()) return null;
      this.#letGo();
      this.#toasts.show(isGone(error) ? () => t('desk.gone') : wordsFor(error));
      return null;
    }
  }

  async #choosePerson(hall: string, visitor: number): Promise<void> {
    const isNext = this.#choosing();
    const person = await this.#found(fetchPerson(hall, visitor), isNext);
    if (!person) return;
    const chosen = this.#choose({ hall, visitor, booth: null, name: person.name, report: null });
    this.#drawReports();
    this.#form.setTarget({ target: { hall, visitor }, name: person.name, ranges: person.ranges, reason: null });
    this.#showPerson(chosen, person);
  }

  /** By what they said: their id of then may be another's by now. */
  async #chooseLeft({ at_ms: at, hall, line, name, visitor }: Left): Promise<void> {
    const isNext = this.#choosing();
    const lines = await this.#found(fetchLines(hall, at + 1), isNext);
    if (!lines) return;
    this.#watch(hall);
    const chosen = this.#choose({ hall, visitor: null, booth: null, name, report: null });
    this.#drawReports();
    this.#form.setTarget({ target: { line }, name, ranges: [], reason: null });
    this.#panel.show(chosen, { person: null, lines: lines.filter((said) => said.visitor === visitor), author: visitor, acts: null, reports: null });
    this.#point(chosen);
  }

  async #chooseReport(id: string): Promise<void> {
    const isNext = this.#choosing(id);
    const report = await this.#found(fetchReport(id), isNext);
    if (!report) return;
    const hall = await fetchHall(report.hall).catch(() => null);
    if (!isNext()) return;
    const { person } = report;
    const booth = report.what === 'booth' ? (report.booth ?? report.evidence.booth?.id ?? null) : null;
    this.#awaited = null;
    const chosen = this.#choose({ hall: report.hall, visitor: person?.hall === report.hall ? person.visitor : null, booth, name: reportName(report), report });
    this.#watch(report.hall);
    const [name, target] = [reportName(report), targetOf(report, booth)];
    this.#form.setTarget(target && { target, name, ranges: person?.ranges ?? [], reason: report.reason, on: booth === null ? 'person' : 'booth' });
    this.#panel.show(chosen, {
      person, lines: report.evidence.lines ?? [], author: report.visitor, acts: report.acts, reports: report.reports, marked: report.evidence.said?.line ?? null, hall,
    });
    this.#point(chosen);
    this.#drawReports();
  }

  #chooseBooth(booth: Booth): void {
    this.#letGo();
    const chosen = this.#choose({ hall: this.#hall, visitor: null, booth: booth.id, name: boothTitle(booth), report: null });
    this.#form.setTarget({ target: { hall: this.#hall, booth: booth.id }, name: boothTitle(booth), ranges: [], reason: null, on: 'booth' });
    this.#panel.show(chosen);
  }

  #choose(chosen: Chosen): Chosen {
    this.#seenTurn = this.#turn;
    this.#chosen = chosen;
    return chosen;
  }

  #showPerson(chosen: Chosen, person: WholePerson): void {
    this.#panel.show(chosen, { person, lines: person.lines, acts: person.acts, reports: person.reports });
    this.#point(chosen);
  }

  /** On the map. */
  #point({ name, report, visitor }: Chosen): void {
    this.#map.choose(visitor === null ? null : { id: visitor, name }, true);
    const { here, there } = report?.evidence ?? {};
    this.#map.mark([...(there ? [{ at: there, saying: 'desk.mark_there' as const }] : []), ...(here ? [{ at: here, saying: 'desk.mark_here' as const }] : [])]);
    if (visitor !== null) this.#feed.who([visitor]);
  }

  #letGo(): void {
    this.#seenTurn = this.#turn += 1;
    this.#awaited = this.#chosen = null;
    this.#form.setTarget(null);
    this.#panel.show(null);
    this.#map.choose(null);
    this.#map.mark([]);
    this.#drawReports();
  }

  // --- what is done -----------------------------------------------------------------------------------------------

  #told(act: Act, reached: number): void {
    this.#lastAct.draw(act);
    if (act.kind === 'clear') this.#cleared(act);
    this.#toasts.show(() => `${actSentence(act)}${reached > 1 ? ` ${t('desk.reached', { count: reached })}` : ''}`);
    this.#reportsDue = true;
    void this.#reading.now();
  }

  #did(act: Act, reached: number): void {
    this.#told(act, reached);
    const [chosen, turn] = [this.#chosen, this.#turn];
    // Who is chosen next is what counts.
    if (!chosen || turn !== this.#seenTurn) return;
    const { hall, report, visitor } = chosen;
    if (chosen.booth !== null) this.#letGo();
    else if (report) {
      // Where the news of it came before the answer, it is seen as it is already.
      if (act.report === report.id ? waits(report) || act.undone_at !== null : act.by.length > 0) void this.#chooseReport(report.id);
    } else if (visitor === null) this.#letGo();
    else {
      void fetchPerson(hall, visitor).catch(() => null).then((person) => {
        if (turn !== this.#turn) return;
        if (person) this.#showPerson(chosen, person);
        else this.#letGo();
      });
    }
  }

  /** Asked once, however often it is pressed meanwhile; null where it was not done, which is told. */
  async #once<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer | null> {
    if (this.#underWay.has(what)) return null;
    this.#underWay.add(what);
    try {
      return await ask();
    } catch (error) {
      this.#toasts.show(wordsFor(error));
      return null;
    } finally {
      this.#underWay.delete(what);
    }
  }

  async #undo(act: Act): Promise<Act | null> {
    const undone = await this.#once(act.id, () => undo(act.id));
    if (undone) this.#did(undone.act, 0);
    return undone?.act ?? null;
  }

  #listActs(): void {
    openActsList({ rules: this.rules, undo: (act) => this.#undo(act) });
  }

  async #step(id: string, step: ReportStep): Promise<void> {
    const report = await this.#once(id, () => stepReport(id, step));
    if (!report) return;
    this.#reportsDue = true;
    void this.#reading.now();
    if (this.#chosen?.report?.id !== id) return;
    if (step === 'dismiss') this.#letGo();
    else this.#stepped(report);
  }

  /** The chosen report, as it is now. */
  #stepped(report: Report): void {
    const chosen = this.#chosen;
    if (chosen?.report?.id !== report.id || this.#seenTurn !== this.#turn) return;
    // It is answered by an act, or it is answered no more.
    if (waits(report) !== waits(chosen.report)) return void this.#chooseReport(report.id);
    if (report.state === chosen.report.state && report.assignee?.id === chosen.report.assignee?.id) return;
    this.#choose({ ...chosen, report: { ...chosen.report, ...report } });
    this.#panel.stepped(report);
  }

  /** What a colleague did with the chosen report: of those that were read, or no longer among them. */
  async #followReport(read: readonly Report[]): Promise<void> {
    const id = this.#chosen?.report?.id;
    if (id === undefined) return;
    const report = read.find((each) => each.id === id) ?? await fetchReport(id).catch(() => null);
    if (report) this.#stepped(report);
  }

  #clearLine(line: SaidLine): void {
    const [hall, report] = [this.#chosen?.hall ?? this.#hall, this.#chosen?.report];
    const isReported = line.line === report?.evidence.said?.line || line.visitor === report?.visitor || line.visitor === this.#chosen?.visitor;
    openClearLine({ hall, line, reason: isReported ? report?.reason ?? null : null, done: (act, reached) => this.#told(act, reached) });
  }

  /** Its lines are shown as what they are now. */
  #cleared({ params }: Act): void {
    const numbers = new Set((params['lines'] ?? []) as readonly number[]);
    this.#said.clear(numbers);
    this.#panel.cleared(numbers);
  }

  /** What was said in the watched hall before somebody looked, or while the line was down. */
  async #readLines(): Promise<void> {
    const hall = this.#hall;
    const lines = await fetchLines(hall).catch(() => null);
    if (!lines || this.#hall !== hall) return;
    this.#said.take(lines);
    this.#panel.linesRead();
  }

  async #readEarlier(): Promise<void> {
    const hall = this.#hall;
    const before_ms = this.#said.lines[0]?.at_ms ?? Date.now();
    const lines = await fetchLines(hall, before_ms);
    if (this.#hall !== hall) return;
    if (lines.length === 0) this.#toasts.show(() => t('desk.said_no_earlier'));
    this.#said.takeEarlier(lines);
    this.#panel.linesRead();
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
    nameBooths(hall, described.booths);
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
    openHallForm({ hall, title: named.title, timeZone: this.#timeZone, rules: this.rules, acts, done: (act) => this.#did(act, 0) });
  }

  #announce(): void {
    openAnnounce({ hall: this.#hallNamed(), rules: this.rules, done: (act, reached) => this.#did(act, reached) });
  }

  #hallNamed(): { id: string; title: string } | null {
    const hall = this.#halls.find(({ id }) => id === this.#hall);
    return hall ? { id: hall.id, title: pick(hall.place) } : null;
  }

  #nextReport(step: 1 | -1): void {
    const last = this.#awaited ?? this.#chosen?.report?.id;
    const reports = this.#shownReports() ?? [];
    const at = reports.findIndex(({ id }) => id === last);
    const next = reports[at < 0 ? (step > 0 ? 0 : reports.length - 1) : at + step];
    if (next) void this.#chooseReport(next.id);
  }
}

/** It takes an act, or a word that there is none, as its answer. */
const waits = ({ state }: Report): boolean => state === 'open' || state === 'taken';

/**
 * Whom or what an act at a report is done to: whom it is about, as the server knows them again. One that is done with takes no answer;
 * then to whom the act that answered it was done, or to who is here now.
 */
function targetOf(report: WholeReport, booth: string | null): Target['target'] | null {
  if (waits(report)) return { report: report.id };
  if (booth !== null) return { hall: report.hall, booth };
  const answer = report.acts.find(({ by, id }) => id === report.act && by.length > 0);
  if (answer) return { act: answer.id };
  return report.person && { hall: report.person.hall, visitor: report.person.visitor };
}

/** Who or what was asked for is not there any more. */
const isGone = (error: unknown): boolean => error instanceof ApiError && error.code === 'target_gone';

/** Whoever is not signed in is sent to do so; whoever may not watch is told. */
export async function startConsole(root: HTMLElement): Promise<void> {
  setLang(loadLang());
  startTheme();
  const title = (): void => { document.title = `${t('operator.name')} ${t('site.name')}`; };
  onLang(title);
  title();
  const me = await fetchMe();
  if (!me) {
    location.assign(signInAddress());
    return;
  }
  if (!mayWatch(me)) {
    const [why, then, way] = lacksSecondFactor(me)
      ? (['desk.second_factor', 'desk.second_factor_text', 'account.second_factor_begin'] as const) : (['desk.refused', 'desk.refused_text', 'desk.to_account'] as const);
    root.replaceChildren(el('main', 'desk-refused', {}, el('h1', 'serif', {}, text(why)), el('p', '', {}, text(then)), live(el('a', 'btn', { href: '/account' }), way)));
    return;
  }
  const { acts } = await fetchRules();
  await new Console(root, me.account.id, acts, new Set(me.permissions)).start();
}
