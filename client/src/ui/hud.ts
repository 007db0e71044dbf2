/**
 * The visitor's page over the hall: what is always there (place, people near, map, leave, chat, emotes), and what comes and goes
 * (panel, map, loading, connection). Corners only, the centre stays empty, and no control moves when a panel opens.
 *
 * {@link Hud} is what the hall tells the page; {@link HudActions} is what the page asks of the hall. Keys handled here: Enter
 * (chat), M (map), Esc (close what is open). All others are the hall's; it leaves keys alone while a field has focus.
 */
import type { Booth, HallDescriptor, Panel } from '../net/api';
import type { MessageKey, Params } from '../text/catalogue';
import type { Profile } from './profile';

export type Emote = 'wave' | 'clap' | 'talk';

/** What the visitor's next E, or tap, would do: the keys `hud.prompt.*` of the catalogue. */
export type Prompt = 'sit' | 'stand' | 'read' | 'portal' | 'checkin';

/** `lost`: trying to come back; `gone`: given up, the visitor decides. */
export type ConnectionState = 'connected' | 'reconnecting' | 'gone';

/** Why there is no hall to see: the keys `message.*` of the catalogue, shown over everything. */
export type Trouble =
  | 'no-webgl' | 'context-lost' | 'hall-full' | 'no-such-hall' | 'replaced' | 'refused' | 'gone' | 'load-failed';

export interface HudActions {
  sendChat(text: string): void;
  emote(emote: Emote): void;
  /** To another hall, or to a spawn point, booth, panel or portal of this one. */
  go(hall: string, at: string | null): void;
  /** Back to the landing page. */
  leave(): void;
  /** Does what the prompt says. */
  interact(): void;
  enterVr(): void;
  enterAr(): void;
  leaveXr(): void;
  setProfile(profile: Profile): void;
  /** Tries again what failed: the connection, or the load. */
  retry(): void;
}

export type ChatLine = { id: number; name: string; text: string; self: boolean; badge?: string };

export type MapState = {
  self: { x: number; z: number; yaw: number };
  /** x, z of each visitor in metres; only the first `count` pairs are read, and not kept. */
  dots: Float32Array;
  count: number;
};

export interface Hud {
  readonly element: HTMLElement;
  /** Whether the map is open: only then is {@link setMap} worth calling, at most twice a second. */
  readonly mapOpen: boolean;
  /** Whether a full sheet covers the canvas, so that nothing need be drawn under it. */
  readonly covered: boolean;
  setPlace(hall: HallDescriptor): void;
  setSelf(profile: Profile): void;
  setNearby(count: number): void;
  setPopulation(population: { here: number; halls: Readonly<Record<string, number>> }): void;
  setMap(state: MapState): void;
  setPrompt(prompt: Prompt | null, params?: Params): void;
  setLoading(progress: { loaded: number; total: number } | null): void;
  setConnection(state: ConnectionState): void;
  setXr(xr: { vr: boolean; ar: boolean; active: null | 'vr' | 'ar' }): void;
  /** Ids of the check-in points reached; a new one is celebrated with a toast. */
  setStamps(reached: readonly string[]): void;
  addChat(line: ChatLine): void;
  showPanel(panel: Panel | Booth): void;
  closePanel(): void;
  /** A notice of the server (docs/protocol.md) as a toast. */
  notice(code: string, params?: Params): void;
  toast(key: MessageKey, params?: Params): void;
  showMessage(trouble: Trouble, params?: Params): void;
  hideMessage(): void;
  dispose(): void;
}
