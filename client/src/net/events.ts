/** The programme: shapes are those of /api/events. */
import { fetchJson, type Bilingual } from './api';
import { send } from './account';

export type Phase = 'coming' | 'doors' | 'running' | 'over' | 'cancelled';

export interface HallEvent {
  id: string;
  hall: string;
  /** The id of a place of the hall; empty for its entrance. */
  stage: string;
  title: Bilingual;
  description: Bilingual;
  speakers: string[];
  begins_at: string;
  ends_at: string;
  doors_min: number;
  capacity: number | null;
  phase: Phase;
  /** Grows with each change. */
  sequence: number;
}

/** What an operator sees of an event: texts as they were written, and how many came. */
export interface StaffEvent extends HallEvent {
  attendance: { peak: number; visitors: number; minutes: number };
}

export type EventPlan = Pick<HallEvent, 'hall' | 'stage' | 'title' | 'description' | 'speakers' | 'begins_at' | 'ends_at' | 'doors_min' | 'capacity'>;

export interface StagePerson {
  visitor: number;
  name: string;
}

export interface StageNow {
  phase: Phase;
  here: number;
  hands: StagePerson[];
  floor: StagePerson[];
  speakers: StagePerson[];
}

const part = encodeURIComponent;

export const fetchEvents = async (): Promise<HallEvent[]> => (await fetchJson<{ events: HallEvent[] }>('/api/events')).events;
export const fetchStaffEvents = async (): Promise<StaffEvent[]> => (await send<{ events: StaffEvent[] }>('GET', '/api/desk/events')).events;
export const planEvent = (plan: EventPlan): Promise<HallEvent> => send('POST', '/api/events', plan);
/** What was changed since `sequence` is not written over. */
export const changeEvent = ({ id, sequence }: HallEvent, plan: EventPlan): Promise<HallEvent> => send('PUT', `/api/events/${part(id)}`, { ...plan, sequence });
export const cancelEvent = (id: string): Promise<HallEvent> => send('POST', `/api/events/${part(id)}/cancel`);
export const fetchStage = (id: string): Promise<StageNow> => send('GET', `/api/events/${part(id)}/stage`);

/** Where an event takes place, as a page's address. */
export const eventAddress = ({ hall, stage }: Pick<HallEvent, 'hall' | 'stage'>): string => `/halls/${part(hall)}${stage ? `/${part(stage)}` : ''}`;
/** One event for a calendar, in the page's language. */
export const calendarAddress = (id: string, language: string): string => `/events/${part(id)}.ics?lang=${language}`;
export const feedAddress = (language: string): string => `/events.ics?lang=${language}`;
