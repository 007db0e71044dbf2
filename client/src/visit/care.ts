/**
 * What keeps a visit bearable: what operators decided about this visitor, and what the visitor decided for themself.
 *
 * Who is hidden is hidden in this page alone: not drawn, not named, not heard. It is kept as long as the visit, for ids mean
 * others in another hall.
 */
import type { ReportReason, Restricted, Sanction } from '../protocol/generated';
import { BUBBLE_M } from '../crowd/seen';
import type { Subject } from '../ui/personSheet';

const BUBBLE_KEY = 'yuanzhan.bubble';

export interface CareEvents {
  /** The visitor is told of this one now, once. */
  sanctioned(sanction: Sanction): void;
  /** What was forbidden may be done again. */
  lifted(): void;
  /** Chat is closed to this visitor, and why; null when it is open. */
  muted(muted: boolean): void;
}

export class Care {
  readonly hidden = new Set<number>();
  /** Metres, 0 for none. */
  bubble_m = loadBubble() ? BUBBLE_M : 0;
  frozen = false;
  /** The last act that keeps this visitor out, for the cover. */
  last: Sanction | null = null;
  #told = new Set<string>();
  #holding = 0;

  constructor(private readonly events: CareEvents) {}

  restricted({ acts, chat, frozen }: Restricted): void {
    this.frozen = frozen;
    this.events.muted(chat);
    const atTheDoor = acts.find(({ kind }) => kind === 'ban' || kind === 'remove');
    if (atTheDoor) {
      // The socket closes next, and the cover says it.
      this.last = atTheDoor;
      return;
    }
    for (const sanction of acts) {
      if (this.#told.has(sanction.act)) continue;
      this.#told.add(sanction.act);
      this.events.sanctioned(sanction);
    }
    const holding = acts.filter(({ kind }) => kind !== 'send').length;
    if (holding < this.#holding) this.events.lifted();
    this.#holding = holding;
  }

  /** Another hall: ids mean others there. */
  arrived(): void {
    this.hidden.clear();
  }

  setBubble(on: boolean): void {
    this.bubble_m = on ? BUBBLE_M : 0;
    saveBubble(on);
  }

  /** What goes over the wire for a report. */
  static report(subject: Subject, reason: ReportReason): { t: 'report'; what: Subject['what']; reason: ReportReason; id: number | null; line: number | null; booth: string | null } {
    const { what, id, line, booth } = subject;
    return { t: 'report', what, reason, id: what === 'person' ? id : null, line: what === 'message' ? line : null, booth: what === 'booth' ? booth : null };
  }
}

export function loadBubble(): boolean {
  try {
    return localStorage.getItem(BUBBLE_KEY) === '1';
  } catch {
    return false;
  }
}

function saveBubble(on: boolean): void {
  try {
    if (on) localStorage.setItem(BUBBLE_KEY, '1');
    else localStorage.removeItem(BUBBLE_KEY);
  } catch {
    // The page still holds it.
  }
}
