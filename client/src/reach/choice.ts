/**
 * What the visitor allows to be sent to them: kept in this browser, told to the server with each visit, and kept nowhere else.
 *
 * Off until they turn it on. The page remembers when the last message came, for the server knows nothing of who left.
 */
import { interests } from './interests';
import type { ReachRate } from '../protocol/generated';

const KEY = 'yuanzhan.reach';

export interface Choice {
  rate: ReachRate;
  tags: readonly string[];
  /** Also by the booths that they stop at. */
  booths: boolean;
  /** It was offered once, or looked for: it is not offered again. */
  asked: boolean;
  /** When the last message came, Unix milliseconds; 0: never. */
  last_ms: number;
}

export const NOTHING: Choice = { rate: 'none', tags: [], booths: false, asked: false, last_ms: 0 };

const EVERY_S: Readonly<Record<ReachRate, number>> = { none: Infinity, hour: 3600, ten_minutes: 600 };

export function loadChoice(storage: () => Storage = () => window.localStorage): Choice {
  try {
    return readChoice(JSON.parse(storage().getItem(KEY) ?? 'null'));
  } catch {
    return NOTHING;
  }
}

/** Of whatever stands in the browser, what is a choice. */
export function readChoice(value: unknown): Choice {
  if (typeof value !== 'object' || value === null) return NOTHING;
  const { rate, tags, booths, asked, last_ms } = value as Record<string, unknown>;
  const known = new Set(interests());
  return {
    rate: rate === 'hour' || rate === 'ten_minutes' ? rate : 'none',
    tags: Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === 'string' && known.has(tag)) : [],
    booths: booths === true,
    asked: asked === true,
    last_ms: typeof last_ms === 'number' && Number.isFinite(last_ms) ? last_ms : 0,
  };
}

export function saveChoice(choice: Choice, storage: () => Storage = () => window.localStorage): void {
  try {
    storage().setItem(KEY, JSON.stringify(choice));
  } catch {
    // Without storage it lives as long as the page.
  }
}

/** Calls `changed` when another tab of this browser has kept something else; returns the way to stop. */
export function onChoiceElsewhere(changed: (choice: Choice) => void): () => void {
  const stored = ({ key }: StorageEvent): void => {
    if (key === KEY || key === null) changed(loadChoice());
  };
  window.addEventListener('storage', stored);
  return () => window.removeEventListener('storage', stored);
}

/** As if it had never been asked. */
export function forgetChoice(storage: () => Storage = () => window.localStorage): void {
  try {
    storage().removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}

/** Seconds until the next message keeps to the rate, whole and at most an hour. */
export function quietFor(choice: Choice, now_ms: number): number {
  if (choice.rate === 'none' || choice.last_ms > now_ms) return 0;
  return Math.min(3600, Math.max(0, Math.ceil(EVERY_S[choice.rate] - (now_ms - choice.last_ms) / 1000)));
}
