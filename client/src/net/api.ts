/** The HTTP side: which halls there are and what one holds. Shapes are those of the server's `/api` routes. */

export interface Bilingual {
  zh: string;
  en: string;
}

export type Vec3 = [number, number, number];

export interface HallSummary {
  id: string;
  order: number;
  shape: string;
  title: Bilingual;
  place: Bilingual;
  summary: Bilingual;
  poster: string | null;
  visitors: number;
  capacity: number;
  /** Those who watch while it is full, how many may, and those who wait for that. */
  observers: number;
  observer_places: number;
  queue: number;
  bytes: number;
  programme: { at: string; title: Bilingual }[];
}

export interface Spawn {
  id: string;
  position: Vec3;
  yaw: number;
}

export interface Seat {
  id: string;
  position: Vec3;
  yaw: number;
}

export interface Portal {
  id: string;
  hall: string;
  position: Vec3;
  yaw: number;
  radius_m: number;
}

export interface Checkin {
  id: string;
  position: Vec3;
  radius_m: number;
  title: Bilingual;
}

export interface Panel {
  id: string;
  position: Vec3;
  yaw: number;
  size_m: [number, number];
  title: Bilingual;
  body: Bilingual;
  source: Bilingual;
}

export interface Slot {
  id: string;
  position: Vec3;
  yaw: number;
  size_m: Vec3;
}

export interface Booth {
  id: string;
  slot: string;
  url: string;
  title: Bilingual;
  body: Bilingual;
  bytes: number;
}

export interface Sun {
  colour: Vec3;
  intensity: number;
  elevation_deg: number;
  azimuth_deg: number;
  shadow_m: [number, number];
}

export interface Sky {
  zenith: Vec3;
  horizon: Vec3;
  ground: Vec3;
  glow: Vec3;
  [parameter: string]: unknown;
}

export interface Look {
  exposure: number;
  tone: 'aces' | 'agx' | 'neutral';
  environment: number;
  fog: [number, number, number, number] | null;
}

export interface Viewpoint {
  id: string;
  eye: Vec3;
  look_at: Vec3;
}

export interface HallDescriptor extends HallSummary {
  glb: string;
  lightmap: { url: string; scale: number } | null;
  floor: string;
  sun: Sun | null;
  sky: Sky | null;
  look: Look | null;
  viewpoints: Viewpoint[];
  spawns: Spawn[];
  seats: Seat[];
  portals: Portal[];
  checkins: Checkin[];
  panels: Panel[];
  slots: Slot[];
  booths: Booth[];
  screens: string[];
  bounds: { min: Vec3; max: Vec3 };
}

/** Whether an address may name this place of the hall: what the server knows by name (PublishedHall.places). */
export function hasPlace(hall: HallDescriptor, id: string): boolean {
  const { spawns, seats, portals, slots, checkins, panels, booths } = hall;
  return [spawns, seats, portals, slots, checkins, panels, booths].some((places) => places.some((place) => place.id === id));
}

/** An answer that was not 200: the server's code, or `unreachable` when there was none. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(readonly code: string, message: string) {
    super(message);
  }
}

export interface HallList {
  halls: HallSummary[];
  /** The filing (ICP) number that the pages show; empty where there is none. */
  filing: string;
}

export async function fetchHallList(): Promise<HallList> {
  const list = await fetchJson<HallList>('/api/halls');
  return { ...list, halls: [...list.halls].sort((a, b) => a.order - b.order) };
}

export async function fetchHalls(): Promise<HallSummary[]> {
  return (await fetchHallList()).halls;
}

export function fetchHall(id: string): Promise<HallDescriptor> {
  return fetchJson<HallDescriptor>(`/api/halls/${encodeURIComponent(id)}`);
}

export async function fetchBytes(url: string): Promise<ArrayBuffer> {
  return (await request(url)).arrayBuffer();
}

async function fetchJson<Body>(url: string): Promise<Body> {
  return (await (await request(url)).json()) as Body;
}

/** A request that says nothing for this long has failed. */
const TIMEOUT_MS = 30_000;

async function request(url: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new ApiError('unreachable', String(error));
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function refusal(response: Response): Promise<ApiError> {
  try {
    const body = (await response.json()) as { error?: { code?: string; message?: string } };
    return new ApiError(body.error?.code ?? `http_${response.status}`, body.error?.message ?? response.statusText);
  } catch {
    return new ApiError(`http_${response.status}`, response.statusText);
  }
}
