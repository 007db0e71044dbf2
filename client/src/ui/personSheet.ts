/** Somebody else, or what they said, or a booth: hide them, or report in one more click. */
import type { ReportReason, ReportWhat } from '../protocol/generated';
import { live, t, type MessageKey } from '../text/catalogue';
import { openDialog } from './dialog';
import { button, el, text } from './dom';

export interface Subject {
  what: ReportWhat;
  /** Of a person, and of who said a line. */
  id: number | null;
  line: number | null;
  booth: string | null;
  name: string;
  /** What was said. */
  said?: string;
}

export interface PersonSheetActions {
  report(subject: Subject, reason: ReportReason): void;
  isHidden(id: number): boolean;
  hide(id: number, hidden: boolean): void;
}

const REASONS: Readonly<Record<ReportWhat, readonly ReportReason[]>> = {
  person: ['harassment', 'abuse', 'advertising', 'fraud', 'impersonation', 'sexual', 'unlawful', 'noise', 'other'],
  message: ['harassment', 'abuse', 'advertising', 'fraud', 'sexual', 'unlawful', 'other'],
  booth: ['fraud', 'advertising', 'impersonation', 'sexual', 'unlawful', 'noise', 'other'],
};

export function openPersonSheet(subject: Subject, actions: PersonSheetActions): void {
  const reasons = REASONS[subject.what].map((reason) => button({
    label: `reason.${reason}` as MessageKey,
    className: 'btn chip',
    onPress: () => {
      actions.report(subject, reason);
      dialog.close();
    },
  }));
  const dialog = openDialog(`person.title_${subject.what}` as MessageKey, 'narrow person-sheet', [
    el('p', 'person-name serif', {}, subject.name),
    subject.said ? el('blockquote', 'person-said', {}, subject.said) : el('span'),
    ...(subject.id !== null ? [hideRow(subject.id, actions)] : []),
    text(() => t(`person.report_${subject.what}` as MessageKey), 'legend'),
    el('div', 'chips', {}, ...reasons),
    text('person.report_text', 'person-note'),
  ]);
}

/** Not seen and not heard by oneself alone; the other is not told. */
function hideRow(id: number, actions: PersonSheetActions): HTMLElement {
  const press = (): void => {
    actions.hide(id, !actions.isHidden(id));
    say();
  };
  const toggle = button({ label: 'person.hide', className: 'btn', onPress: press });
  const say = (): void => {
    const words = toggle.querySelector('span');
    if (words) live(words, actions.isHidden(id) ? 'person.show' : 'person.hide');
  };
  say();
  return el('div', 'person-hide', {}, toggle, text('person.hide_text', 'person-note'));
}
