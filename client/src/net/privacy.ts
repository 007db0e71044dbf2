/** What the server keeps of people, a copy of one's own, and its end: `/api/privacy` and its neighbours. */
import { send } from './account';
import type { Bilingual } from './api';

export type Ground = 'service' | 'law' | 'consent' | 'nobody';

export interface KeptKind {
  id: string;
  ground: Ground;
  what: Bilingual;
  why: Bilingual;
  keep: Bilingual;
}

export interface Notice {
  operator: string;
  contact: string;
  minimum_age: number;
  lines_erasable: boolean;
  /** The code of the browser that asks; empty while it has not been in a hall. */
  device: string;
  kinds: KeptKind[];
}

export interface Erased {
  erased: { lines: number; cards: number; reports: number; appeals: number; account: number };
  kept: string[];
}

export const fetchNotice = (): Promise<Notice> => send<Notice>('GET', '/api/privacy');

/** Whom staff does it for: one of the two. */
export type Asked = { login: string } | { device: string };

/** Hands a copy of personal data to the browser as a file. */
export function saveCopy(copy: unknown): void {
  const link = document.createElement('a');
  const url = URL.createObjectURL(new Blob([JSON.stringify(copy, null, 2)], { type: 'application/json' }));
  link.href = url;
  link.download = 'yuanzhan-data.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
