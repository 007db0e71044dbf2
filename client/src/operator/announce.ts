/** What everybody is told: both languages, one hall or all, why and how long it stands. */
import { live, t } from '../text/catalogue';
import { busy } from '../ui/busy';
import { openDialog } from '../ui/dialog';
import { button, el, text } from '../ui/dom';
import { perform, type Act, type ActRule } from './api';
import { REASONS, timesFor, usualTime } from './offered';
import { Why } from './why';

export interface AnnounceParts {
  /** The one that is watched. */
  hall: { id: string; title: string } | null;
  rules: readonly ActRule[];
  done(act: Act, reached: number): void;
}

export function openAnnounce({ hall, rules, done }: AnnounceParts): void {
  const zh = el('textarea', '', { rows: 3, maxlength: 200, id: 'announce-zh', lang: 'zh-CN' });
  const en = el('textarea', '', { rows: 3, maxlength: 200, id: 'announce-en', lang: 'en' });
  const here = el('input', '', { type: 'checkbox', id: 'announce-here' });
  const why = new Why('announce-why');
  const offered = timesFor('announce');
  why.forWhom('desk.comment');
  why.offerReasons(REASONS.announcement, REASONS.announcement[0]);
  why.offerTimes(offered, usualTime('announce', offered, rules));
  const problem = el('div', '', { role: 'alert' });
  const go = button({ label: 'desk.announce_now', className: 'btn tall primary', onPress: () => {
    if (zh.value.trim() === '' || en.value.trim() === '') return problem.replaceChildren(text('desk.announce_both', 'error'));
    void busy(go, problem, say);
  } });
  const say = async (): Promise<void> => {
    const target: Record<string, string> = here.checked && hall ? { hall: hall.id } : {};
    const { act, reached } = await perform({
      kind: 'announce', reason: why.reason, comment: why.words.value, minutes: why.minutes, target, params: { text: { zh: zh.value, en: en.value } },
    });
    dialog.close();
    done(act, reached);
  };
  const dialog = openDialog('desk.announce', 'narrow announce', [
    live(el('label', 'legend', { for: 'announce-zh' }), 'desk.announce_zh'), zh,
    live(el('label', 'legend', { for: 'announce-en' }), 'desk.announce_en'), en,
    hall ? el('p', 'settings-row', {}, here, live(el('label', '', { for: 'announce-here' }), () => t('desk.announce_here', { hall: hall.title }))) : el('span'),
    why.element, problem,
  ], [go], { isWritten: () => zh.value.trim() !== '' || en.value.trim() !== '' || why.isWritten });
}
