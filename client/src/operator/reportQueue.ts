/** What waits to be answered, at the left of the console: reports, and what people say who think that an act was wrong. */
import { t } from '../text/catalogue';
import { fetchAppeals, fetchHandled, fetchReports, type Report } from './api';
import { AppealList } from './appealList';
import { ReportList } from './reportList';

export interface ReportQueueParts {
  /** The id of whose account it is. */
  me: string;
  /** They may answer any. */
  may: boolean;
  choose(report: string): void;
  /** The report that is chosen, or is to be. */
  chosen(): string | null;
  /** Those that there are now. */
  read(reports: readonly Report[]): void;
  /** It is due, and wanted at once. */
  wanted(): void;
  say(saying: () => string): void;
}

export class ReportQueue {
  /** Those that wait. */
  #reports: readonly Report[] = [];
  /** Those that are done with, once they were asked for. */
  #handled: readonly Report[] | null = null;
  /** Those that were there when the page came are no news. */
  #hasReports = false;
  /** They have changed, could not be read, or the line was down on which news of them come. */
  isDue = false;
  readonly list = new ReportList((report) => this.parts.choose(report), () => this.#view());
  readonly appeals = new AppealList(() => this.readNow());

  constructor(private readonly parts: ReportQueueParts) {}

  get isEmpty(): boolean {
    return this.#reports.length === 0;
  }

  draw(): void {
    this.list.draw(this.#shown(), this.#reports.length, this.parts.chosen());
  }

  async read(): Promise<void> {
    if (this.isDue) await this.readNow();
  }

  async readNow(): Promise<void> {
    this.isDue = false;
    if (!this.parts.may) return;
    try {
      const [reports, appeals, handled] = await Promise.all([fetchReports(), fetchAppeals(), this.list.view === 'handled' ? fetchHandled() : null]);
      const known = new Set(this.#reports.map(({ id }) => id));
      if (this.#hasReports && reports.some(({ id }) => !known.has(id))) this.parts.say(() => t('desk.new_report'));
      [this.#hasReports, this.#reports, this.#handled] = [true, reports, handled];
      this.draw();
      this.appeals.draw(appeals);
      this.parts.read([...reports, ...handled ?? []]);
    } catch (error) {
      this.isDue = true;
      throw error;
    }
  }

  /** Goes on to the one after the chosen one, or before it. */
  next(step: 1 | -1): void {
    const last = this.parts.chosen();
    const reports = this.#shown() ?? [];
    const at = reports.findIndex(({ id }) => id === last);
    const next = reports[at < 0 ? (step > 0 ? 0 : reports.length - 1) : at + step];
    if (next) this.parts.choose(next.id);
  }

  #shown(): readonly Report[] | null {
    const { view } = this.list;
    if (view === 'handled') return this.#handled;
    return view === 'mine' ? this.#reports.filter(({ assignee }) => assignee?.id === this.parts.me) : this.#reports;
  }

  #view(): void {
    this.#handled = null;
    this.draw();
    if (this.list.view === 'handled') this.parts.wanted();
  }
}
