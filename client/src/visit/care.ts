/**
 * What keeps a visit bearable: what operators decided about this visitor, and what the visitor decided for themself.
 *
 * Who is hidden is hidden in this page alone: not drawn, not named, not heard. It is kept as long as the visit, for ids mean
 * others in another hall.
 */
import { STANDING_MAX_COUNT, type ReportReason, type Restricted, type Sanction } from '../protocol/generated';
import { BUBBLE_M } from '../crowd/seen';
import type { Subject } from '../ui/personSheet';
import { endOf } from '../ui/sanctions';

const BUBBLE_KEY = 'yuanzhan.bubble';

/** The act by which nothing can be said, null where it is not among those that were told, and when it ends; null where only its being undone ends it. */
export interface Mute {
  readonly act: Sanction | null;
  readonly end: Date | null;
}

export interface CareEvents {
  /** The visitor is told of this one now, once. */
  sanctioned(sanction: Sanction): void;
  /** What these acts forbade may be done again. */
  lifted(acts: readonly string[]): void;
  /** Chat is closed to this visitor, by which act; null when it is open. */
  muted(by: Mute | null): void;
}

export class Care {
  readonly hidden = new Set<number>();
  /** Metres, 0 for none. */
  bubble_m = loadBubble() ? BUBBLE_M : 0;
  frozen = false;
  /** The last act that keeps this visitor out, for the cover. */
  last: Sanction | null = null;
  #told = new Set<string>();
  #holding: readonly string[] = [];
  #mute: Mute | null = null;

  constructor(private readonly events: CareEvents, private readonly now_ms: () => number = Date.now) {}

  restricted({ acts, chat, frozen }: Restricted): void {
    this.frozen = frozen;
    this.#mute = chat ? this.#muteOf(acts) : null;
    this.events.muted(this.#mute);
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
    const listed = acts.filter(({ kind }) => kind !== 'send').map(({ act }) => act);
    const missing = this.#holding.filter((act) => !listed.includes(act));
    // Of a full list it is not known whether they are over, or were cut off.
    const over = acts.length < STANDING_MAX_COUNT ? missing : [];
    this.#holding = [...missing.filter((act) => !over.includes(act)), ...listed];
    if (over.length > 0) this.events.lifted(over);
  }

  /** The one that holds the longest. */
  #muteOf(acts: readonly Sanction[]): Mute {
    const left = ({ left_s: seconds }: Sanction): number => seconds ?? Infinity;
    const act = acts.filter(({ kind }) => kind === 'mute').reduce<Sanction | null>((longest, each) => (longest && left(longest) >= left(each) ? longest : each), null);
    return { act, end: act && endOf(act, this.now_ms()) };
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
