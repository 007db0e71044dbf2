/** The reports that wait, the oldest first. Drawn anew only when they are others: what was chosen and how old they are changes in place. */
import { live, number, t } from '../text/catalogue';
import { el, text } from '../ui/dom';
import { keepingFocus } from '../ui/focus';
import { reasonWord } from '../ui/sanctions';
import type { Report } from './api';
import { age, reportName } from './words';

export class ReportList {
  readonly element = el('ul', 'desk-reports');
  readonly count = el('span', 'desk-count');
  #drawn = '';

  constructor(private readonly choose: (report: string) => void) {}

  draw(reports: readonly Report[], chosen: string | null): void {
    live(this.count, () => number(reports.length));
    const drawn = JSON.stringify(reports);
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      const rows = reports.length === 0 ? [el('li', 'desk-none', {}, text('desk.no_reports'))] : reports.map((report) => el('li', '', {}, this.#row(report)));
      keepingFocus(this.element, () => this.element.replaceChildren(...rows), undefined, 'report');
    }
    for (const row of this.element.querySelectorAll<HTMLElement>('[data-report]')) {
      row.setAttribute('aria-current', String(row.dataset['report'] === chosen));
      const time = row.querySelector('time');
      if (time) live(time, () => age(time.dateTime));
    }
  }

  #row(report: Report): HTMLElement {
    const press = el(
      'button', 'desk-report', { type: 'button', 'data-report': report.id },
      live(el('strong'), () => reasonWord(report.reason)), el('time', 'desk-age', { datetime: report.made_at }),
      live(el('span', 'desk-report-who'), () => reportName(report)),
      live(el('span', report.reporters > 2 ? 'desk-report-by many' : 'desk-report-by'), () => (report.assignee ? t('desk.taken_by', { name: report.assignee.name }) : t('desk.reporters', { count: report.reporters }))),
    );
    press.addEventListener('click', () => this.choose(report.id));
    return press;
  }
}
