/** One line is taken back for everybody in its hall: why, and what the record says of it. */
import { t } from '../text/catalogue';
import { busy, Told } from '../ui/busy';
import { openDialog } from '../ui/dialog';
import { button, el, text } from '../ui/dom';
import { perform, type Act, type SaidLine } from './api';
import { REASONS } from './offered';
import { Why } from './why';

export interface ClearLineParts {
  hall: string;
  line: SaidLine;
  /** That of a report about it. */
  reason: string | null;
  done(act: Act, reached: number): void;
}

export function openClearLine({ hall, line, reason, done }: ClearLineParts): void {
  const why = new Why('clear-words');
  why.forWhom('desk.comment');
  why.offerReasons(REASONS.person, reason ?? '');
  const problem = el('div', '', { role: 'alert' });
  const go = button({ label: 'desk.clear_line', className: 'btn tall primary', onPress: () => void busy(go, problem, clear) });
  const clear = async (): Promise<void> => {
    if (why.reason === '') {
      problem.replaceChildren(text('desk.choose_reason', 'error'));
      why.focus();
      throw new Told();
    }
    const { act, reached } = await perform({ kind: 'clear', reason: why.reason, comment: why.words.value, target: { hall }, params: { lines: [line.line] } });
    dialog.close();
    done(act, reached);
  };
  const dialog = openDialog('desk.clear_title', 'narrow clear-line', [
    el('blockquote', 'sanction-note', {}, t('desk.said', { name: line.name, text: line.text })), text('desk.clear_text', 'act-they-see'), why.element, problem,
  ], [go], { isWritten: () => why.isWritten });
}
