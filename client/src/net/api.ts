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
  /** Those who watch while it is full, and how many may. */
  observers: number;
  observer_places: number;
  /** Those who wait for that, and how many may. */
  queue: number;
  queue_places: number;
  door: 'open' | 'locked' | 'closed';
  /** When one that its hours close opens next. */
  opens_at: string | null;
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

/** A booth of the hall's own, or a published one: those have all of the rest. */
export interface Booth {
  id: string;
  slot: string;
  url: string;
  title: Bilingual;
  body: Bilingual;
  bytes: number;
  version?: number;
  transform?: Transform;
  bounds?: Bounds;
  blocks?: Block[];
  decks?: Deck[];
  dress?: Dress;
  /** Lighter versions of its model, finest first. */
  lods?: Level[];
  /** The model with textures that stay compressed on the graphics card. */
  ktx2?: string | null;
}

/** A lighter version of a model: no surface is further than `error_m` from where it is in the model, before scaling. */
export interface Level {
  url: string;
  bytes: number;
  error_m: number;
}

/** How a published booth stands in its slot: moved along the slot's x and z, turned, and scaled. */
export interface Transform {
  offset_m: [number, number];
  yaw_deg: number;
  scale: number;
}

export interface Bounds {
  min: Vec3;
  max: Vec3;
}

/** A rectangle of the hall's floor where nobody can stand: x, z, yaw, width along its x, depth along its z. */
export type Block = [number, number, number, number, number];

/** The same, and the height in the hall that one steps up to there. */
export type Deck = [...Block, number];

export interface Dress {
  panels: DressPanel[];
  products: Product[];
  links: Link[];
  card: ContactCard | null;
}

export interface DressPanel {
  id: string;
  kind: 'text' | 'picture' | 'video' | 'audio';
  /** Of its middle, in the booth's frame. */
  at: Vec3;
  title: Bilingual;
  body: Bilingual;
  /** Its picture, video or sound, on this server. */
  url?: string | null;
}

export interface Product {
  id: string;
  /** The node of the model that it is; empty: all of it. */
  node: string;
  name: Bilingual;
  price?: string | null;
  /** Its looks (KHR_materials_variants) may be chosen. */
  variants: boolean;
  body: Bilingual;
}

export interface Link {
  label: Bilingual;
  url: string;
}

export interface ContactCard {
  name: string;
  organisation: string;
  contact: string;
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
  /** Lighter versions of what hall and booths are made of, for headsets (docs/authoring.md). */
  levels: string | null;
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
  booths_revision: number;
  screens: string[];
  /** The place of its stage, where hall.toml names one. */
  stage?: string | null;
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
  /** What visitors are asked before they enter; 0 where nothing is asked. */
  minimum_age: number;
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

/** The booths of a hall as they are now. */
export function fetchBooths(hall: string): Promise<Pick<HallDescriptor, 'booths' | 'booths_revision'>> {
  return fetchJson(`/api/halls/${encodeURIComponent(hall)}/booths`);
}

export async function fetchBytes(url: string): Promise<ArrayBuffer> {
  return (await fetchAnswer(url)).arrayBuffer();
}

export async function fetchJson<Body>(url: string): Promise<Body> {
  return (await (await fetchAnswer(url)).json()) as Body;
}

/** A request that says nothing for this long has failed. */
const TIMEOUT_MS = 30_000;

/** Throws ApiError for whatever is not a good answer. */
export async function fetchAnswer(url: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
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
