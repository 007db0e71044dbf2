/** Whoever or whatever is chosen: who it is, what they said, what was done before, and the way to them; of nobody, what is said in the hall. */
import type { HallDescriptor } from '../net/api';
import { clock, live, t, type MessageKey } from '../text/catalogue';
import { acting } from '../ui/acting';
import { button, el, icon, text } from '../ui/dom';
import { besideVisitor, formatAddress } from '../visit/address';
import type { Act, Person, Report, SaidLine, WholeReport } from './api';
import { KEPT_COUNT, type HallLines } from './hallLines';
import { actSentence, boothName, hallName, momentOf, reportState, whatWord } from './words';
import { distance_m, placeNear } from './whereabouts';

const LINES_KEPT = 200;
const PAST_SHOWN = 8;
/** From the end of the list: nearer, and it goes with what is said. */
const AT_END_PX = 40;

export type ReportStep = 'take' | 'release' | 'dismiss' | 'reopen';

/** What is done with a report in each of its states, but acts. */
const STEPS: Readonly<Record<Report['state'], readonly ReportStep[]>> = {
  open: ['take', 'dismiss'], taken: ['take', 'release', 'dismiss'], acted: ['reopen'], dismissed: ['reopen'],
};

/** Somebody, and the report that led there; or a booth. */
export interface Chosen {
  hall: string;
  /** Their id in that hall now; null where they are not there. */
  visitor: number | null;
  /** By which they are found again; null where they were not here. */
  visit: string | null;
  booth: string | null;
  name: string;
  report: WholeReport | null;
}

export interface Known {
  person: Person | null;
  lines: readonly SaidLine[];
  /** Who said them, by the id that the lines have; without it, that of whoever is chosen. */
  author?: number | null;
  /** The lines have ids of then, which may be others' by now. */
  isOfThen?: boolean;
  /** Null where they are not known, and so with the reports. */
  acts: readonly Act[] | null;
  reports: number | null;
  /** The line that was reported. */
  marked?: number | null;
  /** That of a report. */
  hall?: HallDescriptor | null;
}

export interface ChosenEvents {
  undo(act: Act): void;
  step(report: string, step: ReportStep): void;
  /** Whoever said something; `isOfThen` where their id may be another's by now. */
  choose(line: SaidLine, isOfThen: boolean): void;
  /** Null where they may not. */
  clear: ((line: SaidLine) => void) | null;
  /** Has more of the watched hall's lines read. */
  earlier(): Promise<void>;
}

export const STANDINGS = { visitor: 'desk.is_here', observer: 'desk.is_watching', queued: 'desk.is_waiting' } as const;
const NOTHING: Known = { person: null, lines: [], acts: [], reports: 0 };

export class ChosenPanel {
  readonly who = el('div', 'desk-who');
  readonly past = el('div', 'desk-past');
  readonly #lines = el('ol', 'desk-lines', { 'aria-live': 'off' });
  readonly #hallHead = el('div', 'desk-said-head', {}, text('desk.said_here'), acting('desk.said_earlier', null, () => this.events.earlier(), 'btn small'));
  readonly said = el('section', 'desk-said', {}, this.#hallHead, this.#lines);
  #chosen: Chosen | null = null;
  #known: Known = NOTHING;

  constructor(private readonly hallLines: HallLines, private readonly me: string, private readonly events: ChosenEvents) {
    this.show(null);
  }

  show(chosen: Chosen | null, known: Known = NOTHING): void {
    [this.#chosen, this.#known] = [chosen, known];
    this.#drawHead();
    this.#lines.replaceChildren(...known.lines.map((line) => this.#line(line, known)));
    this.#hallHead.hidden = chosen !== null;
    this.said.classList.toggle('of-hall', chosen === null);
    this.past.replaceChildren(...(chosen && chosen.booth === null && known.acts ? [this.#before(known.acts)] : []));
    if (chosen?.report) this.#sinceReport(chosen.report);
    if (!chosen) this.showHall();
    this.#lines.scrollTop = this.#lines.scrollHeight;
  }

  /** The watched hall's lines were read. */
  linesRead(): void {
    if (this.#chosen?.report) this.#sinceReport(this.#chosen.report);
    else this.showHall();
  }

  /** What is said in the hall, where nobody is chosen; what was being read stays where it is. */
  showHall(): void {
    if (this.#chosen) return;
    const fromEnd_px = this.#lines.scrollHeight - this.#lines.scrollTop;
    this.#lines.replaceChildren(...this.hallLines.lines.map((line) => this.#line(line)));
    this.#lines.scrollTop = this.#lines.scrollHeight - fromEnd_px;
  }

  /** Somebody said something in the hall that is watched. */
  overheard(line: SaidLine): void {
    const chosen = this.#chosen;
    if (chosen && chosen.visitor !== line.visitor) return;
    const isAtEnd = this.#isAtEnd();
    if (chosen?.report) this.#later();
    this.#lines.append(this.#line(line));
    const fromEnd_px = this.#lines.scrollHeight - this.#lines.scrollTop;
    const most = isAtEnd ? LINES_KEPT : KEPT_COUNT;
    while (!chosen?.report && this.#lines.childElementCount > most) this.#lines.firstElementChild?.remove();
    // Who reads what was said before is not pulled away.
    this.#lines.scrollTop = isAtEnd ? this.#lines.scrollHeight : this.#lines.scrollHeight - fromEnd_px;
  }

  /** These lines were taken back. */
  cleared(numbers: ReadonlySet<number>): void {
    for (const row of this.#lines.querySelectorAll<HTMLElement>('[data-line]')) {
      if (!numbers.has(Number(row.dataset['line']))) continue;
      row.classList.add('cleared');
      row.querySelector('.line-clear')?.replaceWith(text('desk.cleared', 'desk-age'));
    }
  }

  /** A colleague, or whoever is here, has it or is done with it. */
  stepped(report: Report): void {
    if (this.#chosen?.report?.id !== report.id) return;
    this.#chosen = { ...this.#chosen, report: { ...this.#chosen.report, ...report } };
    const hasFocus = this.who.contains(document.activeElement);
    this.#drawHead();
    if (hasFocus) this.who.querySelector('button')?.focus();
  }

  #drawHead(): void {
    const chosen = this.#chosen;
    this.who.replaceChildren(...(chosen ? this.#head(chosen, this.#known) : [text('desk.nobody', 'desk-nobody')]));
  }

  #head({ booth, name, hall, report }: Chosen, { person, reports, hall: described }: Known): HTMLElement[] {
    const parts: HTMLElement[] = [live(el('h2', 'serif'), () => (booth === null ? name || whatWord(report?.what ?? 'person') : boothName(hall, booth)))];
    if (booth !== null) parts.push(el('p', 'desk-facts', {}, text('desk.what_booth')));
    else {
      const flags = person ? (['muted', 'hidden', 'frozen'] as const).filter((flag) => person[flag]) : [];
      parts.push(el('p', 'desk-facts', {}, text(person ? presence(person) : 'desk.is_away'),
        ...(reports === null ? [] : [el('span', 'sep'), text(() => t('desk.reported', { count: reports }))]), ...flags.map((flag) => text(`desk.is_${flag}`, 'tag warn'))));
    }
    if (report) parts.push(...reportFacts(report, described ?? null));
    const ways: HTMLElement[] = [];
    if (booth === null && person?.is_here && person.standing === 'visitor') ways.push(goTo(person.hall, besideVisitor(person.visitor), 'desk.join'));
    if (booth !== null) ways.push(goTo(hall, booth, 'desk.visit_booth'));
    if (report) {
      const steps = STEPS[report.state].filter((step) => step !== 'take' || report.assignee?.id !== this.me);
      ways.push(...steps.map((step) => button({ label: `desk.${step}`, className: 'btn small', onPress: () => this.events.step(report.id, step) })));
    }
    if (ways.length > 0) parts.push(el('div', 'chips', {}, ...ways));
    return parts;
  }

  #before(acts: readonly Act[]): HTMLElement {
    if (acts.length === 0) return text('desk.no_past', 'desk-age');
    return el('ul', 'standing', {}, ...acts.slice(0, PAST_SHOWN).map((act) => el(
      'li', '', {}, live(el('span'), () => `${momentOf(act.made_at)} ${actSentence(act)}`),
      act.holds ? button({ label: 'desk.undo', className: 'btn small', onPress: () => this.events.undo(act) }) : null)));
  }

  /** What whoever was reported said since then, below what they said before. */
  #sinceReport({ made_at: made }: WholeReport): void {
    const visitor = this.#chosen?.visitor ?? null;
    const shown = new Set(this.#known.lines.map(({ line }) => line));
    const since = this.hallLines.lines.filter((line) => line.visitor === visitor && !shown.has(line.line) && line.at_ms > Date.parse(made));
    if (visitor === null || since.length === 0) return;
    const isAtEnd = this.#isAtEnd();
    for (const row of [...this.#lines.children].slice(this.#known.lines.length)) row.remove();
    this.#later();
    this.#lines.append(...since.map((line) => this.#line(line)));
    if (isAtEnd) this.#lines.scrollTop = this.#lines.scrollHeight;
  }

  #isAtEnd(): boolean {
    return this.#lines.scrollHeight - this.#lines.scrollTop - this.#lines.clientHeight < AT_END_PX;
  }

  #later(): void {
    if (!this.#lines.querySelector('.later')) this.#lines.append(el('li', 'later', {}, text('desk.said_since')));
  }

  /** @param known where it was read with whoever is chosen */
  #line(line: SaidLine, known: Known | null = null): HTMLElement {
    const isOwn = isOf(line, this.#chosen, known);
    const isMarked = line.line === known?.marked;
    const whose = isOwn ? 'own' : this.#chosen ? 'other' : '';
    const row = el('li', [whose, isMarked ? 'marked' : '', line.refused ? 'refused' : '', line.cleared ? 'cleared' : ''].filter(Boolean).join(' '), { 'data-line': line.line });
    const said = el('span', 'line-said');
    if (isOwn) said.append(line.text);
    else {
      said.append(button({ label: () => line.name, className: 'line-name', onPress: () => this.events.choose(line, known?.isOfThen ?? false) }),
        text(() => t('desk.said', { name: '', text: line.text })));
    }
    const { hall } = line;
    if (hall !== undefined && isElsewhere(line, this.#chosen)) said.append(' ', text(() => hallName(hall), 'line-hall desk-age'));
    row.append(live(el('time', 'no-autospace'), () => clock(new Date(line.at_ms))), said);
    const { clear } = this.events;
    if (line.cleared) row.append(text('desk.cleared', 'desk-age'));
    else if (clear) row.append(button({ label: 'desk.clear_line', icon: 'bin', iconOnly: true, className: 'line-clear', onPress: () => clear(line) }));
    return row;
  }
}

/** Whether whoever is chosen said it; who watches or waits has an id with their lines alone. */
export const isOf = (line: SaidLine, chosen: Pick<Chosen, 'visitor'> | null, known: Pick<Known, 'author'> | null): boolean =>
  line.visitor === (known?.author === undefined ? chosen?.visitor : known.author);

/** What somebody said goes with them from hall to hall. */
export const isElsewhere = ({ hall }: SaidLine, chosen: Pick<Chosen, 'hall'> | null): boolean => chosen !== null && hall !== undefined && hall !== chosen.hall;

/** Whether they are here, and how. */
const presence = ({ is_here: isHere, standing }: Person): MessageKey => (isHere ? STANDINGS[standing] : 'desk.is_away');

/** Where it is, what was written beside it, and what it keeps of that moment. */
function reportFacts(report: WholeReport, hall: HallDescriptor | null): HTMLElement[] {
  const { booth, here, there } = report.evidence;
  const facts: (() => string)[] = [() => reportState(report)];
  const near = there && hall ? placeNear(hall, there) : null;
  if (near !== null) facts.push(() => t('desk.was_near', { place: near }));
  if (here && there) facts.push(() => t('desk.reporter_away', { metres: Math.round(distance_m(here, there)) }));
  const version = booth?.version ?? null;
  if (version !== null) facts.push(() => t('desk.booth_version', { number: version }));
  return [
    el('p', 'desk-facts', {}, ...facts.flatMap((fact, at) => [at > 0 ? el('span', 'sep') : null, text(fact)]).filter((node) => node !== null)),
    ...(report.note ? [el('blockquote', 'sanction-note', {}, report.note)] : []),
  ];
}

/** The hall in a page of its own, with the operator in it. */
const goTo = (hall: string, at: string, label: 'desk.join' | 'desk.visit_booth'): HTMLElement =>
  el('a', 'btn small', { href: formatAddress({ hall, at }), target: '_blank', rel: 'noopener' }, icon('eye'), text(label));
