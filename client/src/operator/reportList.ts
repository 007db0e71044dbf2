/**
 * Reports: those that wait, the oldest first, one's own of them, or those that are done with. Drawn anew only when they are others: what
 * was chosen and how old they are changes in place.
 */
import { live, number, t } from '../text/catalogue';
import { button, el, text } from '../ui/dom';
import { keepingFocus } from '../ui/focus';
import { reasonWord } from '../ui/sanctions';
import type { Report } from './api';
import { age, reportName, reportState } from './words';

export const REPORT_VIEWS = ['queue', 'mine', 'handled'] as const;
export type ReportView = (typeof REPORT_VIEWS)[number];

export class ReportList {
  readonly element = el('ul', 'desk-reports');
  readonly count = el('span', 'desk-count');
  readonly views = live(el('div', 'segments desk-views', { role: 'group' }), 'desk.reports_which', 'aria-label');
  #view: ReportView = 'queue';
  #drawn = '';

  /** @param viewed others are to be shown */
  constructor(private readonly choose: (report: string) => void, private readonly viewed: () => void) {
    this.views.append(...REPORT_VIEWS.map((view) => {
      const press = button({ label: `desk.reports_${view}`, className: '', onPress: () => this.#show(view) });
      press.dataset['view'] = view;
      press.setAttribute('aria-pressed', String(view === this.#view));
      return press;
    }));
  }

  get view(): ReportView {
    return this.#view;
  }

  #show(view: ReportView): void {
    this.#view = view;
    for (const press of this.views.querySelectorAll<HTMLElement>('[data-view]')) press.setAttribute('aria-pressed', String(press.dataset['view'] === view));
    this.viewed();
  }

  /**
   * @param reports those of the view; null while they are not known
   * @param waiting how many wait
   */
  draw(reports: readonly Report[] | null, waiting: number, chosen: string | null): void {
    live(this.count, () => number(waiting));
    const drawn = JSON.stringify([this.#view, reports]);
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      const none = el('li', 'desk-none', {}, text(reports === null ? 'landing.loading' : this.#view === 'handled' ? 'desk.no_handled' : 'desk.no_reports'));
      const rows = reports === null || reports.length === 0 ? [none] : reports.map((report) => el('li', '', {}, this.#row(report)));
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
      live(el('span', report.reporters > 2 ? 'desk-report-by many' : 'desk-report-by'), () => (report.state === 'open' ? t('desk.reporters', { count: report.reporters }) : reportState(report))),
    );
    press.addEventListener('click', () => this.choose(report.id));
    return press;
  }
}
