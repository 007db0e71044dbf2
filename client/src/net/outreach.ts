/** Messages to visitors who allow them: the HTTP side of it. Numbers of people are never exact. */
import { send } from './account';
import type { Bilingual } from './api';

/** About so many, or fewer than so many. */
export type People = { about: number } | { fewer_than: number };

export const COUNTS = ['sent', 'shown', 'led', 'arrived', 'off'] as const;
export type Count = (typeof COUNTS)[number];

export interface Audience {
  halls: readonly string[];
  booths: readonly string[];
  tags: readonly string[];
  langs: readonly ('zh-CN' | 'en')[];
}

export interface SentLetter {
  id: string;
  at: string;
  by_booth: boolean;
  hall: string;
  booth: string;
  title: Bilingual;
  leads: boolean;
  text: Bilingual;
  audience: Audience;
  meant: People;
  counts: Record<Count, People>;
}

export interface Outreach {
  interests: string[];
  letters: SentLetter[];
  per_hour: number;
  /** How many an exhibitor may send within the hour; null for operators. */
  left: number | null;
}

export interface Draft {
  text: Bilingual;
  audience: Audience;
  by: string | null;
  about: { hall: string; booth: string } | null;
  invite: boolean;
}

export const fetchOutreach = (booth: string | null): Promise<Outreach> =>
  send('GET', booth === null ? '/api/outreach' : `/api/outreach?booth=${encodeURIComponent(booth)}`);
export const askReach = (audience: Audience, by: string | null): Promise<People> => send('POST', '/api/outreach/audience', { audience, by });
export const sendLetter = (draft: Draft): Promise<SentLetter> => send('POST', '/api/outreach', draft);
