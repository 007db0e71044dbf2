/** What the console asks of the server. Shapes are those of /api/desk, /api/acts, /api/reports, /api/people. */
import { send } from '../net/account';

export interface HallState {
  hall: string;
  visitors: number;
  observers: number;
  queue: number;
  capacity: number;
  capacity_most: number;
  door: 'open' | 'locked' | 'closed';
  rules: { door: string; hours: Opening[]; capacity: number | null; slow_s: number; speakers_only: boolean };
}

export interface Opening {
  days: number[];
  from: string;
  to: string;
}

export interface Act {
  id: string;
  kind: string;
  reason: string;
  hall: string | null;
  name: string;
  note: string;
  comment: string;
  by: string[];
  params: Record<string, unknown>;
  actor: { id: string; name: string };
  report: string | null;
  made_at: string;
  ends_at: string | null;
  undone_at: string | null;
  lasting: boolean;
  holds: boolean;
}

export interface ActRule {
  kind: string;
  on: string;
  lasting: boolean;
  minutes: number | null;
  longest_minutes: number | null;
  may: boolean;
}

export interface SaidLine {
  line: number;
  at_ms: number;
  /** Where it was said, which need not be where who said it is now; evidence of before does not say. */
  hall?: string;
  visitor: number;
  name: string;
  text: string;
  at: [number, number];
  refused: string;
  /** It was taken back; evidence of before does not say. */
  cleared?: boolean;
}

export interface Report {
  id: string;
  state: 'open' | 'taken' | 'acted' | 'dismissed';
  what: 'person' | 'message' | 'booth';
  reason: string;
  hall: string;
  name: string;
  note: string;
  made_at: string;
  visitor: number | null;
  line: number | null;
  booth: string | null;
  assignee: { id: string; name: string } | null;
  act: string | null;
  reports: number;
  reporters: number;
}

export interface WholeReport extends Report {
  evidence: { lines?: SaidLine[]; said?: SaidLine; here?: [number, number]; there?: [number, number]; booth?: { id: string; version: number | null } };
  acts: Act[];
  /** Who it is about, where they are here: under the id of now, which may be another's than that of the report. */
  person: Person | null;
}

/** A network around somebody's address, and how many others are here from it. */
export interface AddressRange {
  prefix: number;
  others: number;
}

export interface Person {
  hall: string;
  /** Their id in that hall now: nobody's where they are not in it, and another's when the server was started anew. */
  visitor: number;
  /** By which they are found again, whatever happened to the server meanwhile. */
  visit: string;
  /** Where a hall is full, some watch it, and some wait at its door. */
  standing: 'visitor' | 'observer' | 'queued';
  name: string;
  badge: string;
  lang: string;
  known_by: string[];
  housemates: number;
  /** Networks that a ban can cover, the household first; of who is found in a search, none. */
  ranges: readonly AddressRange[];
  is_here: boolean;
  at: [number, number];
  muted: boolean;
  voice_off: boolean;
  hidden: boolean;
  frozen: boolean;
}

/** Who said something today and has left; acts find them by the line. */
export interface Left {
  hall: string;
  visitor: number;
  name: string;
  line: number;
  at_ms: number;
}

export interface WholePerson extends Person {
  reports: number;
  reporters: number;
  acts: Act[];
  lines: SaidLine[];
}

export interface Appeal {
  act: Act;
  text: string;
  contact: string;
  at_ms: number;
}

/** A row of the record. */
export interface Recorded {
  sequence: number;
  at: string;
  actor: { id: string; name: string; role: string };
  act: string;
  target: string;
  reason: string;
  before: unknown;
  after: unknown;
  /** What is wrong with the row: somebody changed the record. */
  damage: string | null;
}

/** Which rows: what is left out is any. */
export interface RecordWanted {
  area?: string;
  target?: string;
  /** An account's id. */
  actor?: string;
}

export interface Order {
  kind: string;
  reason: string;
  target: Record<string, string | number>;
  minutes?: number | null;
  note?: string;
  comment?: string;
  by?: string[];
  prefix?: number;
  params?: Record<string, unknown>;
}

const part = encodeURIComponent;

export const fetchDesk = (): Promise<{ halls: HallState[]; acts: Act[]; time_zone: string }> => send('GET', '/api/desk');
export const fetchRules = (): Promise<{ acts: ActRule[]; reasons: string[] }> => send('GET', '/api/desk/acts');
export const fetchActs = async (): Promise<Act[]> => (await send<{ acts: Act[] }>('GET', '/api/acts')).acts;
/** The newest of those that hold now, on people too. */
export const fetchHolding = async (): Promise<Act[]> => (await send<{ acts: Act[] }>('GET', '/api/acts?holding')).acts;
/** Those after `before`, the `next` of another page; the newest without it. */
export const fetchActsPage = (holding: boolean, before: string | null): Promise<{ acts: Act[]; next: string | null }> => {
  const query = new URLSearchParams({ ...(holding ? { holding: '' } : {}), ...(before === null ? {} : { before }) }).toString();
  return send('GET', query === '' ? '/api/acts' : `/api/acts?${query}`);
};
export const fetchReports = async (): Promise<Report[]> => (await send<{ reports: Report[] }>('GET', '/api/reports')).reports;
/** Those that are done with, the newest first. */
export const fetchHandled = async (): Promise<Report[]> => (await send<{ reports: Report[] }>('GET', '/api/reports?handled')).reports;
export const fetchReport = (id: string): Promise<WholeReport> => send('GET', `/api/reports/${part(id)}`);
export const stepReport = (id: string, step: string): Promise<Report> => send('POST', `/api/reports/${part(id)}/${step}`);
export const fetchPerson = (hall: string, visitor: number): Promise<WholePerson> => send('GET', `/api/people/${part(hall)}/${visitor}`);
export const fetchVisit = (visit: string): Promise<WholePerson> => send('GET', `/api/visitors/${part(visit)}`);
export const searchPeople = (name: string): Promise<{ people: Person[]; left: Left[] }> => send('GET', `/api/people?name=${part(name)}`);
/** What was said in a hall lately, or before a moment, the oldest first. */
export const fetchLines = async (hall: string, before_ms: number | null = null): Promise<SaidLine[]> =>
  (await send<{ lines: SaidLine[] }>('GET', `/api/halls/${part(hall)}/lines${before_ms === null ? '' : `?before=${before_ms}`}`)).lines;
export const fetchRecord = (wanted: RecordWanted & { before?: number; count: number }): Promise<Recorded[]> =>
  send('GET', `/api/audit?${new URLSearchParams(Object.entries(wanted).map(([key, value]): [string, string] => [key, String(value)])).toString()}`);
export const fetchAppeals = async (): Promise<Appeal[]> => (await send<{ appeals: Appeal[] }>('GET', '/api/appeals')).appeals;
export const answerAppeal = (act: string, answer: 'grant' | 'decline'): Promise<void> => send('POST', `/api/appeals/${part(act)}/${answer}`);
export const perform = (order: Order): Promise<{ act: Act; reached: number }> => send('POST', '/api/acts', order);
export const undo = (act: string): Promise<{ act: Act }> => send('POST', `/api/acts/${part(act)}/undo`);
