/** What differs between the booths that are shown and those that there are now. No three, no DOM. */
import type { Booth } from '../net/api';

export interface Changes {
  /** Shown, and not there any more. */
  gone: Booth[];
  /** There with another model than is shown, or not shown at all. */
  come: Booth[];
  /** The same model, placed or dressed otherwise. */
  altered: Booth[];
}

export function changesOf(shown: Iterable<Booth>, now: readonly Booth[]): Changes {
  const before = new Map([...shown].map((booth) => [booth.id, booth]));
  const after = new Set(now.map(({ id }) => id));
  const changes: Changes = { gone: [...before.values()].filter(({ id }) => !after.has(id)), come: [], altered: [] };
  for (const booth of now) {
    const former = before.get(booth.id);
    if (!former || former.url !== booth.url || former.slot !== booth.slot) changes.come.push(booth);
    else if (!same(former, booth)) changes.altered.push(booth);
  }
  return changes;
}

const same = (a: Booth, b: Booth): boolean => JSON.stringify(looks(a)) === JSON.stringify(looks(b));
const looks = ({ title, body, transform, bounds, dress }: Booth): unknown => [title, body, transform ?? null, bounds ?? null, dress ?? null];
