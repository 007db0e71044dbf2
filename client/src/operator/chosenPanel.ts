/** Whoever or whatever is chosen: who it is, what they said, what was done before, and the way to them. */
import { clock, live, t } from '../text/catalogue';
import { button, el, icon, text } from '../ui/dom';
import { besideVisitor, formatAddress } from '../visit/address';
import type { Act, Person, SaidLine, WholeReport } from './api';
import { actSentence, boothName, momentOf, whatWord } from './words';

const LINES_KEPT = 60;
const PAST_SHOWN = 8;

/** By their place in a hall, and the report that led there; or a booth. */
export interface Chosen {
  hall: string;
  visitor: number | null;
  booth: string | null;
  name: string;
  report: WholeReport | null;
}

export interface Known {
  person: Person | null;
  lines: readonly SaidLine[];
  acts: readonly Act[];
  reports: number;
  /** The line that was reported. */
  marked?: number | null;
}

export interface ChosenEvents {
  undo(act: Act): void;
  step(report: string, step: 'take' | 'dismiss'): void;
}

export class ChosenPanel {
  readonly who = el('div', 'desk-who');
  readonly lines = el('ol', 'desk-lines', { 'aria-live': 'off' });
  readonly past = el('div', 'desk-past');
  #chosen: Chosen | null = null;

  constructor(private readonly events: ChosenEvents) {
    this.show(null);
  }

  show(chosen: Chosen | null, known: Known = { person: null, lines: [], acts: [], reports: 0 }): void {
    this.#chosen = chosen;
    this.who.replaceChildren(...(chosen ? this.#head(chosen, known) : [text('desk.nobody', 'desk-nobody')]));
    this.lines.replaceChildren(...known.lines.map((line) => lineItem(line, line.visitor === chosen?.visitor, line.line === known.marked)));
    this.lines.scrollTop = this.lines.scrollHeight;
    this.past.replaceChildren(...(chosen && chosen.booth === null ? [this.#before(known.acts)] : []));
  }

  /** Somebody said something in the hall that is watched. */
  overheard(line: SaidLine): void {
    const chosen = this.#chosen;
    if (chosen && (chosen.report || chosen.visitor !== line.visitor)) return;
    this.lines.append(lineItem(line, line.visitor === chosen?.visitor));
    while (this.lines.childElementCount > LINES_KEPT) this.lines.firstElementChild?.remove();
    this.lines.scrollTop = this.lines.scrollHeight;
  }

  #head({ booth, name, hall, report, visitor }: Chosen, { person, reports }: Known): HTMLElement[] {
    const parts: HTMLElement[] = [live(el('h2', 'serif'), () => (booth === null ? name || whatWord(report?.what ?? 'person') : boothName(hall, booth)))];
    if (booth !== null) parts.push(el('p', 'desk-facts', {}, text('desk.what_booth')));
    else {
      const flags = person ? (['muted', 'hidden', 'frozen'] as const).filter((flag) => person[flag]) : [];
      parts.push(el('p', 'desk-facts', {}, text(person?.is_here ? 'desk.is_here' : 'desk.is_away'), el('span', 'sep'),
        live(el('span'), () => t('desk.reported', { count: reports })), ...flags.map((flag) => text(`desk.is_${flag}`, 'tag warn'))));
    }
    if (report?.note) parts.push(el('blockquote', 'sanction-note', {}, report.note));
    const ways: HTMLElement[] = [];
    if (visitor !== null && person?.is_here) ways.push(goTo(hall, besideVisitor(visitor), 'desk.join'));
    if (booth !== null) ways.push(goTo(hall, booth, 'desk.visit_booth'));
    if (report) ways.push(...(['take', 'dismiss'] as const).map((step) => button({ label: `desk.${step}`, className: 'btn small', onPress: () => this.events.step(report.id, step) })));
    if (ways.length > 0) parts.push(el('div', 'chips', {}, ...ways));
    return parts;
  }

  #before(acts: readonly Act[]): HTMLElement {
    if (acts.length === 0) return text('desk.no_past', 'desk-age');
    return el('ul', 'standing', {}, ...acts.slice(0, PAST_SHOWN).map((act) => el(
      'li', '', {}, live(el('span'), () => `${momentOf(act.made_at)} ${actSentence(act)}`),
      act.holds ? button({ label: 'desk.undo', className: 'btn small', onPress: () => this.events.undo(act) }) : null)));
  }
}

/** The hall in a page of its own, with the operator in it. */
const goTo = (hall: string, at: string, label: 'desk.join' | 'desk.visit_booth'): HTMLElement =>
  el('a', 'btn small', { href: formatAddress({ hall, at }), target: '_blank', rel: 'noopener' }, icon('eye'), text(label));

function lineItem(line: SaidLine, own: boolean, marked = false): HTMLElement {
  return el('li', `${own ? 'own' : 'other'}${marked ? ' marked' : ''}${line.refused ? ' refused' : ''}`, { 'data-line': line.line },
    live(el('time', 'no-autospace'), () => clock(new Date(line.at_ms))), live(el('span'), () => (own ? line.text : t('desk.said', { name: line.name, text: line.text }))));
}
