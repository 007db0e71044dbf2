/** Earlier messages and what came of them, as it is now while the page is seen. */
import type { HallSummary } from '../net/api';
import { fetchOutreach, type Outreach } from '../net/outreach';
import { el, text } from '../ui/dom';
import { Rereading } from '../ui/rereading';
import { sentList } from './sentList';

const READ_MS = 5000;

export class SentBoard {
  readonly #list = el('div', '', {}, text('landing.loading'));
  /** The numbers below are not those of now. */
  readonly #stale = el('p', 'error', { role: 'status', hidden: true }, text('site.unreachable'));
  readonly element = el('div', '', {}, this.#stale, this.#list);
  readonly #reading: Rereading;

  /** @param booth an exhibitor's own; null: those of operators @param told hears of each reading */
  constructor(booth: string | null, halls: readonly HallSummary[], told: (outreach: Outreach) => void = () => undefined) {
    this.#reading = new Rereading({
      every_ms: READ_MS,
      read: async () => {
        const outreach = await fetchOutreach(booth);
        this.#list.replaceChildren(sentList(outreach.letters, halls));
        told(outreach);
      },
      told: (stale) => { this.#stale.hidden = !stale; },
    });
    this.now();
  }

  now(): void {
    void this.#reading.now();
  }

  stop(): void {
    this.#reading.stop();
  }
}
