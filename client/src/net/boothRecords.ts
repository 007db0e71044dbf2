/** The exhibitors' side of the HTTP API: booths, their versions, what became of them. Shapes are those of the server's routes. */
import { send } from './account';
import type { Bilingual, Bounds, ContactCard, DressPanel as ShownPanel, Link, Product, Transform } from './api';

export type VersionState = 'received' | 'checking' | 'rejected' | 'ready' | 'submitted' | 'approved' | 'published' | 'withdrawn';

export interface Issue {
  code: string;
  severity: 'error' | 'warning' | 'information' | 'hint';
  message: Bilingual;
  pointer: string;
}

export interface Report {
  accepted: boolean;
  issues: Issue[];
  measured: Measured | null;
}

export interface Measured {
  /** Of the model as it is, metres; null where nothing has a shape. */
  bounds_m?: Bounds | null;
  [figure: string]: unknown;
}

export interface Cost {
  bytes: number;
  triangles: number;
  draws: number;
  texture_bytes: number;
  materials: number;
}

/** One of the heaviest parts, with what its author can do about it. Names are empty where there are none; `share` is of the budget. */
export interface Heavy {
  kind: string;
  share: number;
  node: string;
  mesh: string;
  material: string;
  texture: string;
  bytes: number;
  triangles: number;
  code: string;
  message: Bilingual;
}

/** What the optimiser did, what it could not do, and what is over the budget nevertheless. */
export interface Optimised {
  did?: Issue[];
  issues?: Issue[];
  over_budget?: OverBudget[];
  /** The side of the model that is meant to be seen. */
  front?: '+z' | '-z';
}

/** A figure that is still too large: what was done about it, and what else could be. */
export interface OverBudget {
  what: string;
  value: number;
  budget: number;
  code: string;
  did: Bilingual | null;
  could: Bilingual;
}

export interface Version {
  number: number;
  state: VersionState;
  file: string;
  bytes: number;
  sha256: string;
  received_at: string;
  submitted_at: string | null;
  /** What the check does now, while it runs. */
  step?: string | null;
  report: Report | null;
  before: Cost | null;
  after: Cost | null;
  heaviest: Heavy[];
  optimised: Optimised | null;
  /** What halls show, and the canonical form of what was uploaded. */
  model: string | null;
  original: string | null;
  thumbnail: string | null;
  /** Why it was returned. */
  reason?: string | null;
  /** As it was submitted: what visitors see of it. */
  dress?: Dress | null;
}

export type PanelKind = ShownPanel['kind'];

/** As it is saved: its picture, video or sound by the name of its file. */
export interface DressPanel extends ShownPanel {
  object?: string | null;
}

/** Where the booth stands, and what is on it. */
export interface Dress extends Transform {
  hall: string | null;
  slot: string | null;
  panels: DressPanel[];
  products: Product[];
  links: Link[];
  card: ContactCard | null;
}

export interface BoothRecord {
  id: string;
  title: Bilingual;
  /** Its id. */
  organisation: string;
  hall: string | null;
  slot: string | null;
  dress: Dress | null;
  /** When its place ends to be kept for it; null while something of it waits or is shown there. */
  kept_until: string | null;
  /** Another booth has its place since. */
  slot_lost: boolean;
  /** What the staff did to it, while that holds. */
  taken_down?: TakenDown | null;
  /** The version that visitors see. */
  published: number | null;
  versions: Version[];
}

/** `act` is by what it is appealed against; `until` null: until it is undone. */
export interface TakenDown {
  act: string;
  reason: string;
  note: string;
  at: string;
  until: string | null;
}

export const EMPTY_DRESS: Dress = {
  hall: null, slot: null, offset_m: [0, 0], yaw_deg: 0, scale: 1, panels: [], products: [], links: [], card: null,
};

const at = (id: string): string => `/api/booths/${encodeURIComponent(id)}`;

export const fetchBooths = (): Promise<BoothRecord[]> => send('GET', '/api/booths');
export const fetchBooth = (id: string): Promise<BoothRecord> => send('GET', at(id));
export const createBooth = (title: Bilingual): Promise<BoothRecord> => send('POST', '/api/booths', { title });
export const renameBooth = (id: string, title: Bilingual): Promise<BoothRecord> => send('PUT', at(id), { title });
export const deleteBooth = (id: string): Promise<void> => send('DELETE', at(id));
export const deleteVersion = (id: string, version: number): Promise<BoothRecord> => send('DELETE', `${at(id)}/versions/${version}`);
/** Without `yaw_deg`, the server turns the model's front to the visitors. */
export const saveDress = (id: string, dress: Omit<Dress, 'yaw_deg'> & Partial<Transform>): Promise<BoothRecord> => send('PUT', `${at(id)}/dress`, dress);

/** A place of a hall: `booth` has it, where that is one of one's own organisation. */
export interface HeldSlot {
  slot: string;
  is_taken: boolean;
  booth: string | null;
  /** From then on it may be taken nevertheless. */
  kept_until: string | null;
}

export const fetchSlots = (hall: string): Promise<HeldSlot[]> => send('GET', `/api/halls/${encodeURIComponent(hall)}/slots`);

export type Act = 'submit' | 'withdraw' | 'publish';

export const actOn = (id: string, version: number, act: Act): Promise<BoothRecord> => send('POST', `${at(id)}/versions/${version}/${act}`);
/** As it was looked at: the server refuses one that was changed and submitted again since. */
export const approve = (id: string, { number, submitted_at }: Version): Promise<BoothRecord> =>
  send('POST', `${at(id)}/versions/${number}/approve`, { submitted_at });
export const returnVersion = (id: string, version: number, reason: string): Promise<BoothRecord> =>
  send('POST', `${at(id)}/versions/${version}/return`, { reason });

/** The booth as it will be with this version: its dress is the one that was submitted. */
export interface Review {
  /** The organisation's name. */
  exhibitor: string;
  booth: BoothRecord;
  version: Version;
}

export const fetchReviews = (): Promise<Review[]> => send('GET', '/api/reviews');

/** What came of a booth in the last thirty days: counts, not tracks of people. */
export interface Visits {
  visits: number;
  /** Different people, about: counted without keeping who. */
  visitors: number;
  mean_dwell_s: number | null;
  opened: { item: string; count: number }[];
  cards: number;
  /** Hours with somebody, in order. */
  hours: { at: string; visits: number; dwell_s: number }[];
  /** Seconds that visitors stood in each cell, by rows, the first at the slot's front; `around_m` is the margin about the slot. */
  heat: { cell_m: number; around_m: number; rows: number; columns: number; seconds: number[][] } | null;
}

/** A card that a visitor chose to leave. */
export interface Lead {
  id: string;
  left_at: string;
  name: string;
  contact: string;
  note: string;
  hall: string;
}

export const fetchVisits = (id: string): Promise<Visits> => send('GET', `${at(id)}/visits`);
export const fetchLeads = (id: string): Promise<Lead[]> => send('GET', `${at(id)}/leads`);
export const forgetLead = (id: string, lead: string): Promise<void> => send('DELETE', `${at(id)}/leads/${encodeURIComponent(lead)}`);
export const leadsFile = (id: string): string => `${at(id)}/leads.csv`;
