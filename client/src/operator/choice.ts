/** Who or what is chosen at the console: a person, a report or a booth; who is asked for next counts, and answers that come too late do not. */
import { ApiError, fetchHall, type Booth } from '../net/api';
import { t } from '../text/catalogue';
import { wordsFor } from '../ui/busy';
import type { ActForm, Target } from './actForm';
import { fetchLines, fetchPerson, fetchReport, fetchVisit, type Act, type Left, type Person, type Report, type WholePerson, type WholeReport } from './api';
import { boothTitle } from './boothList';
import type { Chosen, ChosenPanel } from './chosenPanel';
import type { Feed } from './feed';
import type { HallMap } from './hallMap';
import { reportName } from './words';

export interface ChoiceParts {
  form: ActForm;
  panel: ChosenPanel;
  map: HallMap;
  feed: Feed;
  /** The hall that is watched from now on. */
  watch(hall: string): void;
  /** Another one is chosen, or nobody. */
  changed(): void;
  say(saying: () => string): void;
}

export class Choice {
  #chosen: Chosen | null = null;
  /** The report that is on its way. */
  #awaited: string | null = null;
  /** Grows with each choice: what was asked for an earlier one comes too late. */
  #turn = 0;
  /** The choice that is seen: another is on its way where it is not the last. */
  #seenTurn = 0;
  /** The id of who is chosen is not known: it was from before the line broke. */
  #isLost = false;

  constructor(private readonly parts: ChoiceParts) {}

  get chosen(): Chosen | null {
    return this.#chosen;
  }

  /** The report that is chosen, or is to be. */
  get report(): string | null {
    return this.#awaited ?? this.#chosen?.report?.id ?? null;
  }

  /** By their id in a hall, as the map and lines have it. */
  person(hall: string, visitor: number): Promise<void> {
    return this.#person(fetchPerson(hall, visitor));
  }

  /** Wherever they are by now. */
  visit(visit: string): Promise<void> {
    return this.#person(fetchVisit(visit));
  }

  /** By what they said: their id of then may be another's by now. */
  async left({ at_ms: at, hall, line, name, visitor }: Left): Promise<void> {
    const isNext = this.#choosing();
    const lines = await this.#found(fetchLines(hall, at + 1), isNext);
    if (!lines) return;
    this.parts.watch(hall);
    const chosen = this.#choose({ hall, visitor: null, visit: null, booth: null, name, report: null });
    this.parts.changed();
    this.parts.form.setTarget({ target: { line }, name, ranges: [], reason: null });
    this.parts.panel.show(chosen, { person: null, lines: lines.filter((said) => said.visitor === visitor), author: visitor, isOfThen: true, acts: null, reports: null });
    this.#point(chosen);
  }

  async reported(id: string): Promise<void> {
    const isNext = this.#choosing(id);
    const report = await this.#found(fetchReport(id), isNext);
    if (!report) return;
    const hall = await fetchHall(report.hall).catch(() => null);
    if (!isNext()) return;
    const { person } = report;
    const booth = report.what === 'booth' ? (report.booth ?? report.evidence.booth?.id ?? null) : null;
    this.#awaited = null;
    const chosen = this.#choose({ hall: report.hall, visitor: person?.hall === report.hall ? idOf(person) : null, visit: person?.visit ?? null, booth, name: reportName(report), report });
    this.parts.watch(report.hall);
    const [name, target] = [reportName(report), targetOf(report, booth)];
    this.parts.form.setTarget(target && { target, name, ranges: person?.ranges ?? [], reason: report.reason, on: booth === null ? 'person' : 'booth' });
    this.parts.panel.show(chosen, {
      person, lines: report.evidence.lines ?? [], author: report.visitor, isOfThen: true, acts: report.acts, reports: report.reports, marked: report.evidence.said?.line ?? null, hall,
    });
    this.#point(chosen);
    this.parts.changed();
  }

  booth(hall: string, booth: Booth): void {
    this.letGo();
    const chosen = this.#choose({ hall, visitor: null, visit: null, booth: booth.id, name: boothTitle(booth), report: null });
    this.parts.form.setTarget({ target: { hall, booth: booth.id }, name: boothTitle(booth), ranges: [], reason: null, on: 'booth' });
    this.parts.panel.show(chosen);
  }

  letGo(): void {
    this.#seenTurn = this.#turn += 1;
    this.#awaited = this.#chosen = null;
    this.#isLost = false;
    this.parts.form.setTarget(null);
    this.parts.panel.show(null);
    this.parts.map.choose(null);
    this.parts.map.mark([]);
    this.parts.changed();
  }

  /** An act was done: what is seen of whom it was done to follows. Who is chosen next is what counts. */
  acted(act: Act): void {
    const [chosen, turn] = [this.#chosen, this.#turn];
    if (!chosen || turn !== this.#seenTurn) return;
    const { report, visit } = chosen;
    if (chosen.booth !== null) this.letGo();
    else if (report) {
      // Where the news of it came before the answer, it is seen as it is already.
      if (act.report === report.id ? waits(report) || act.undone_at !== null : act.by.length > 0) void this.reported(report.id);
    } else if (visit === null) this.letGo();
    else {
      void fetchVisit(visit).catch(() => null).then((person) => {
        if (turn !== this.#turn) return;
        if (person) this.#showPerson(person);
        else this.letGo();
      });
    }
  }

  /** The line was down: the server may have been started anew, and who is chosen have another id, which is looked for. */
  lineBack(): void {
    if (this.#chosen?.visit == null) return;
    this.#isLost = true;
    this.parts.map.choose(null);
    this.look();
  }

  /** Whoever was lost sight of may be back. What is done meanwhile is done to them or to nobody: acts go by their visit. */
  look(): void {
    const [chosen, turn] = [this.#chosen, this.#turn];
    if (!this.#isLost || chosen?.visit == null || turn !== this.#seenTurn) return;
    void fetchVisit(chosen.visit).catch(() => null).then((person) => {
      if (!person || turn !== this.#turn || this.#chosen !== chosen) return;
      this.#isLost = false;
      if (!chosen.report) return this.#showPerson(person);
      this.#point(this.#choose({ ...chosen, visitor: person.hall === chosen.hall ? idOf(person) : null }));
    });
  }

  async #person(asked: Promise<WholePerson>): Promise<void> {
    const isNext = this.#choosing();
    const person = await this.#found(asked, isNext);
    if (!person) return;
    this.#showPerson(person);
    this.parts.changed();
    this.parts.form.setTarget({ target: { visit: person.visit }, name: person.name, ranges: person.ranges, reason: null });
  }

  /** The chosen report, as it is now. */
  stepped(report: Report): void {
    const chosen = this.#chosen;
    if (chosen?.report?.id !== report.id || this.#seenTurn !== this.#turn) return;
    // It is answered by an act, or it is answered no more.
    if (waits(report) !== waits(chosen.report)) return void this.reported(report.id);
    if (report.state === chosen.report.state && report.assignee?.id === chosen.report.assignee?.id) return;
    this.#choose({ ...chosen, report: { ...chosen.report, ...report } });
    this.parts.panel.stepped(report);
  }

  /** What a colleague did with the chosen report: of those that were read, or no longer among them. */
  async follow(read: readonly Report[]): Promise<void> {
    const id = this.#chosen?.report?.id;
    if (id === undefined) return;
    const report = read.find((each) => each.id === id) ?? await fetchReport(id).catch(() => null);
    if (report) this.stepped(report);
  }

  /** From now on nobody is acted on, until it is known who is next. The answer tells whether they still are. */
  #choosing(report: string | null = null): () => boolean {
    const turn = (this.#turn += 1);
    this.#awaited = report;
    this.parts.form.wait();
    return () => turn === this.#turn;
  }

  /** The answer; null where it comes too late, and where there is none, which is told. */
  async #found<Answer>(asked: Promise<Answer>, isNext: () => boolean): Promise<Answer | null> {
    try {
      const answer = await asked;
      return isNext() ? answer : null;
    } catch (error) {
      if (!isNext()) return null;
      this.letGo();
      this.parts.say(isGone(error) ? () => t('desk.gone') : wordsFor(error));
      return null;
    }
  }

  #choose(chosen: Chosen): Chosen {
    this.#isLost = false;
    this.#seenTurn = this.#turn;
    this.#chosen = chosen;
    return chosen;
  }

  /** In the hall where they are: whoever went to another one is followed. */
  #showPerson(person: WholePerson): void {
    const chosen = this.#choose(chosenOf(person));
    this.parts.watch(person.hall);
    this.parts.panel.show(chosen, { person, lines: person.lines, author: person.visitor, acts: person.acts, reports: person.reports });
    this.#point(chosen);
  }

  /** On the map. */
  #point({ name, report, visitor }: Chosen): void {
    this.parts.map.choose(visitor === null ? null : { id: visitor, name }, true);
    const { here, there } = report?.evidence ?? {};
    this.parts.map.mark([...(there ? [{ at: there, saying: 'desk.mark_there' as const }] : []), ...(here ? [{ at: here, saying: 'desk.mark_here' as const }] : [])]);
    if (visitor !== null) this.parts.feed.who([visitor]);
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
  return report.person && { visit: report.person.visit };
}

/** Theirs in the hall; null where they have none. */
const idOf = ({ standing, visitor }: Person): number | null => (standing === 'visitor' ? visitor : null);

const chosenOf = (person: Person): Chosen => ({ hall: person.hall, visitor: idOf(person), visit: person.visit, booth: null, name: person.name, report: null });

/** Who or what was asked for is not there any more. */
const isGone = (error: unknown): boolean => error instanceof ApiError && error.code === 'target_gone';
