/**
 * The operator's console: halls and reports on the left, the hall live in the middle, who is chosen and what to do on the right, the
 * record at the foot. Keyboard first: J and K go through the reports, 1 2 3 choose an act, Enter does it, / searches, A lists what was
 * done, Esc lets go.
 */
import { fetchBooths, fetchHalls, type HallSummary } from '../net/api';
import { live, number, onLang, pick, t, type MessageKey } from '../text/catalogue';
import { wordsFor } from '../ui/busy';
import { button, el, icon, text } from '../ui/dom';
import { langSwitch } from '../ui/langSwitch';
import { logo } from '../ui/logo';
import { Rereading } from '../ui/rereading';
import { glyph } from '../ui/shapes';
import { createToasts } from '../ui/toasts';
import { whoIsHere } from '../ui/whoIsHere';
import { createActForm, type ActForm } from './actForm';
import { openActsList } from './actsList';
import { openAnnounce } from './announce';
import { fetchActs, fetchDesk, stepReport, undo, type Act, type ActRule, type HallState, type SaidLine } from './api';
import { openBoothList } from './boothList';
import { ChosenPanel, type ReportStep } from './chosenPanel';
import { Choice } from './choice';
import { openClearLine } from './clearLine';
import { Feed } from './feed';
import { openHallForm } from './hallForm';
import { HallLines } from './hallLines';
import { HallList } from './hallList';
import { HallMap } from './hallMap';
import { keysHelp, listenToKeys } from './keys';
import { LastAct } from './lastAct';
import { openOutreach } from './outreach';
import { PersonSearch } from './personSearch';
import { openRecordList } from './recordList';
import { ReportQueue } from './reportQueue';
import { ReviewsSwitch } from './reviewsSwitch';
import { followRights } from './rights';
import { mayUndo } from './undoQuestion';
import { WatchedHall } from './watchedHall';
import { actSentence, nameBooths, nameHalls } from './words';
import '../styles/work.css';
import '../styles/desk.css';

const POLL_MS = 5000;

export class Console {
  #halls: readonly HallSummary[] = [];
  #states: readonly HallState[] = [];
  /** Of the halls' hours. */
  #timeZone = 'UTC';
  #standing: readonly Act[] = [];
  /** The line, or the last reading, failed: what is seen is not as it is now. */
  readonly #cutOff = { line: false, reading: false };
  /** It was there once. */
  #hasLine = false;
  /** What was asked for and is not answered yet. */
  readonly #underWay = new Set<string>();
  readonly #feed: Feed;
  readonly #map: HallMap;
  readonly #mapBox = el('div', 'desk-map-box');
  readonly #form: ActForm;
  readonly #toasts = createToasts();
  readonly #reading = new Rereading({ read: () => this.#readAll(), every_ms: POLL_MS, told: (stale) => this.#sayCutOff('reading', stale) });
  readonly #hallList = new HallList((hall) => this.#watch(hall));
  readonly #total = el('p', 'desk-total');
  readonly #title = el('h1', 'serif');
  readonly #state = el('span', 'tag ok');
  readonly #sign = el('span', 'desk-sign');
  readonly #said = new HallLines();
  readonly #panel: ChosenPanel;
  readonly #watched: WatchedHall;
  readonly #choice: Choice;
  readonly #reports: ReportQueue;
  readonly #lastAct = new LastAct((act) => void this.#undo(act));
  readonly #reviews = new ReviewsSwitch(this.#mapBox, () => this.#map.redraw(), () => this.#reports.isEmpty && !this.#choice.chosen);
  readonly #search = new PersonSearch(() => this.#halls, (person) => {
    this.#watch(person.hall);
    void this.#choice.visit(person.visit);
  }, (left) => void this.#choice.left(left));
  readonly #visit = live(el('a', 'btn', { target: '_blank', rel: 'noopener' }, icon('eye'), text('desk.visit')), 'desk.visit', 'title');

  /** @param me the id of whose account it is */
  constructor(root: HTMLElement, me: string, private readonly rules: readonly ActRule[], private readonly permissions: ReadonlySet<string>) {
    this.#panel = new ChosenPanel(this.#said, me, {
      undo: (act) => void this.#undo(act), step: (report, step) => void this.#step(report, step),
      choose: (line, isOfThen) => void (isOfThen ? this.#choice.left({ ...line, hall: this.#hallOf(line) }) : this.#choice.person(this.#hallOf(line), line.visitor)),
      earlier: () => this.#watched.readEarlier(),
      clear: rules.some(({ kind, may }) => kind === 'clear' && may) ? (line) => this.#clearLine(line) : null,
    });
    this.#feed = new Feed({
      dots: () => this.#map.redraw(),
      watching: () => this.#map.redraw(),
      overheard: ({ at_ms, id, line, name, text: said }) => {
        const heard: SaidLine = { line, at_ms, hall: this.#watched.id, visitor: id, name, text: said, at: [0, 0], refused: '' };
        this.#said.add(heard);
        this.#panel.overheard(heard);
      },
      changed: ({ what }) => {
        if (what === 'reports') this.#reports.isDue = true;
        void this.#reading.now();
      },
      population: ({ halls }) => this.#counted(halls),
      people: (people) => this.#map.named(people),
      line: (state) => {
        this.#sayCutOff('line', state === 'reconnecting');
        if (state !== 'connected') return;
        void this.#watched.readLines();
        if (this.#hasLine) this.#choice.lineBack();
        else this.#readAnew();
        this.#hasLine = true;
      },
      notAllowed: () => followRights(this.permissions),
    });
    this.#map = new HallMap(this.#feed.dots, (id) => void this.#choice.person(this.#watched.id, id), (booth) => this.#choice.booth(this.#watched.id, booth));
    const say = (saying: () => string): void => this.#toasts.show(saying);
    this.#watched = new WatchedHall({ map: this.#map, panel: this.#panel, said: this.#said, standing: () => this.#standing, say });
    this.#form = createActForm(rules, (act, reached) => this.#did(act, reached));
    this.#choice = new Choice({ form: this.#form, panel: this.#panel, map: this.#map, feed: this.#feed, watch: (hall) => this.#watch(hall), changed: () => this.#reports.draw(), say });
    this.#reports = new ReportQueue({
      me, may: permissions.has('reports.handle'), choose: (report) => void this.#choice.reported(report), chosen: () => this.#choice.report,
      read: (reports) => void this.#choice.follow(reports), wanted: () => this.#readAnew(), say,
    });
    root.replaceChildren(this.#page());
    this.#form.setTarget(null);
    listenToKeys({
      letGo: () => {
        this.#search.close();
        this.#choice.letGo();
      },
      submit: () => {
        if (this.#choice.chosen) this.#form.submit();
      },
      letters: {
        j: () => this.#reports.next(1), k: () => this.#reports.next(-1), '/': () => this.#search.focus(), m: () => this.#reach(), a: () => this.#listActs(),
        1: () => this.#form.choose('mute'), 2: () => this.#form.choose('remove'), 3: () => this.#form.choose('ban'),
      },
    });
    onLang(() => this.#map.redraw());
  }

  #reach(): void {
    if (this.permissions.has('reach.all')) openOutreach(this.#halls, (saying) => this.#toasts.show(saying));
  }

  async start(): Promise<void> {
    this.#halls = await fetchHalls();
    nameHalls(this.#halls);
    // Those whose booths are not told are named by their ids.
    await Promise.all(this.#halls.map(async ({ id }) => nameBooths(id, (await fetchBooths(id).catch(() => null))?.booths ?? [])));
    await Promise.all([this.#readDesk(), this.#reports.readNow()]);
    const wished = new URLSearchParams(location.search).get('hall');
    const first = this.#halls.find(({ id }) => id === wished) ?? this.#halls[0];
    if (first) this.#watch(first.id);
    if (this.permissions.has('booths.review')) this.#reviews.start(() => this.#halls);
  }

  // --- the page ---------------------------------------------------------------------------------------------------

  #page(): HTMLElement {
    this.#reviews.button.hidden = !this.permissions.has('booths.review');
    const announce = button({ label: 'desk.announce', icon: 'megaphone', onPress: () => this.#announce() });
    announce.hidden = !this.permissions.has('announce');
    const booths = button({ label: 'desk.booths', icon: 'cube', className: 'btn', onPress: () => void this.#once('booths', () => this.#listBooths()) });
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
        el('div', 'desk-reports-head', {}, el('h2', 'desk-label', {}, text('desk.reports'), this.#reports.list.count), this.#reports.list.views), this.#reports.list.element, this.#reports.appeals.element),
      el('main', 'desk-middle', { id: 'content' },
        el('div', 'desk-place', {}, this.#sign, this.#title, this.#state, el('div', 'desk-tools', {}, this.#reviews.button, this.#visit, outreach, booths, manage)),
        this.#mapBox, this.#reviews.element),
      el('aside', 'desk-right', {}, this.#panel.who, this.#panel.said, this.#form.element, this.#panel.past),
      el('footer', 'desk-foot', {}, button({ label: 'desk.acts', icon: 'history', className: 'btn desk-acts', onPress: () => this.#listActs() }), record, this.#lastAct.element, keysHelp()),
      this.#toasts.element,
    );
  }

  #drawHalls(): void {
    const total = this.#states.reduce((sum, { visitors }) => sum + visitors, 0);
    live(this.#total, () => t('desk.total', { count: number(total) }));
    this.#hallList.draw(this.#states, this.#halls, this.#watched.id);
    const here = this.#states.find(({ hall }) => hall === this.#watched.id);
    if (this.#cutOff.line || this.#cutOff.reading) {
      this.#state.className = 'tag bad';
      live(this.#state, 'operator.server_unreachable');
    } else if (here) {
      this.#state.className = here.door === 'open' ? 'tag ok' : here.door === 'locked' ? 'tag warn' : 'tag bad';
      live(this.#state, () => (here.door === 'open' ? t('desk.here', { count: number(here.visitors), capacity: number(here.capacity) }) : t(`desk.door_${here.door}`)));
    }
  }

  // --- news -------------------------------------------------------------------------------------------------------

  async #readAll(): Promise<void> {
    await Promise.all([this.#readDesk(), this.#reports.read()]);
    this.#choice.look();
    // They grow older.
    this.#reports.draw();
  }

  async #readDesk(): Promise<void> {
    const [{ halls, acts, time_zone: zone }, [last]] = await Promise.all([fetchDesk(), fetchActs()]);
    [this.#states, this.#standing, this.#timeZone] = [halls, acts, zone];
    this.#drawHalls();
    this.#lastAct.draw(last ?? null);
    await this.#watched.standingRead();
  }

  #counted(halls: Readonly<Record<string, number>>): void {
    this.#states = this.#states.map((state) => ({ ...state, visitors: halls[state.hall] ?? state.visitors }));
    this.#drawHalls();
  }

  /** Reports too: they are others now, or nobody said what is new while there was no line, before the first one either. */
  #readAnew(): void {
    this.#reports.isDue = true;
    void this.#reading.now();
  }

  #sayCutOff(what: 'line' | 'reading', isCutOff: boolean): void {
    const isBack = this.#cutOff[what] && !isCutOff;
    this.#cutOff[what] = isCutOff;
    this.#drawHalls();
    if (what === 'line' && isBack) this.#readAnew();
  }

  #watch(hall: string): void {
    if (this.#watched.id === hall) return;
    const summary = this.#halls.find(({ id }) => id === hall);
    this.#sign.replaceChildren(glyph(summary?.shape ?? 'circle'));
    live(this.#title, () => (summary ? pick(summary.place) : hall));
    this.#visit.href = `/halls/${encodeURIComponent(hall)}`;
    if (this.#choice.chosen?.hall !== hall) this.#choice.letGo();
    this.#watched.watch(hall);
    this.#feed.watch(hall);
    // A reload, or a link for a colleague, opens the same hall.
    history.replaceState(null, '', `?hall=${encodeURIComponent(hall)}`);
    this.#drawHalls();
  }

  // --- what is done -----------------------------------------------------------------------------------------------

  #told(act: Act, reached: number): void {
    this.#lastAct.draw(act);
    if (act.kind === 'clear') this.#cleared(act);
    this.#toasts.show(() => `${actSentence(act)}${reached > 1 ? ` ${t('desk.reached', { count: reached })}` : ''}`);
    this.#readAnew();
  }

  #did(act: Act, reached: number): void {
    this.#told(act, reached);
    this.#choice.acted(act);
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
    if (!await this.#once(`undo ${act.id}`, () => mayUndo(act))) return null;
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
    this.#readAnew();
    if (this.#choice.chosen?.report?.id !== id) return;
    if (step === 'dismiss') this.#choice.letGo();
    else this.#choice.stepped(report);
  }

  /** Where it was said. */
  #hallOf({ hall }: SaidLine): string {
    return hall ?? this.#choice.chosen?.hall ?? this.#watched.id;
  }

  #clearLine(line: SaidLine): void {
    const { chosen } = this.#choice;
    const report = chosen?.report;
    const isReported = line.line === report?.evidence.said?.line || line.visitor === report?.visitor || line.visitor === chosen?.visitor;
    openClearLine({ hall: this.#hallOf(line), line, reason: isReported ? report?.reason ?? null : null, done: (act, reached) => this.#told(act, reached) });
  }

  /** Its lines are shown as what they are now. */
  #cleared({ params }: Act): void {
    const numbers = new Set((params['lines'] ?? []) as readonly number[]);
    this.#said.clear(numbers);
    this.#panel.cleared(numbers);
  }

  async #listBooths(): Promise<void> {
    // What was taken down a moment ago, by whomever, is in it.
    await this.#reading.now();
    openBoothList({
      booths: this.#watched.booths, takenDown: this.#watched.takenDown,
      choose: (booth) => this.#choice.booth(this.#watched.id, booth), undo: (act) => void this.#undo(act),
    });
  }

  #manage(): void {
    const hall = this.#states.find((state) => state.hall === this.#watched.id);
    const named = this.#hallNamed();
    if (!hall || !named) return;
    const acts = this.#standing.filter((act) => act.hall === hall.hall && act.by.length === 0);
    openHallForm({ hall, title: named.title, timeZone: this.#timeZone, rules: this.rules, acts, done: (act) => this.#did(act, 0) });
  }

  #announce(): void {
    openAnnounce({ hall: this.#hallNamed(), rules: this.rules, done: (act, reached) => this.#did(act, reached) });
  }

  #hallNamed(): { id: string; title: string } | null {
    const hall = this.#halls.find(({ id }) => id === this.#watched.id);
    return hall ? { id: hall.id, title: pick(hall.place) } : null;
  }
}
