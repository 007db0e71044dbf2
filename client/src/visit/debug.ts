/**
 * `window.yuanzhan`, there only when the address says `?debug`: what the browser tests and whoever looks for a fault can ask.
 *
 * Positions are in metres in the hall; `others` is where visitors are drawn at this moment, not where they are said to be.
 */
import type { XrMode } from '../xr/sessions';

export interface DebugPerson {
  id: number;
  name: string | null;
  look: number;
  x: number;
  y: number;
  z: number;
  yaw: number;
  action: number;
  /** In a headset: head and hands are told. */
  xr: boolean;
}

export interface DebugHandle {
  /** The hall is there and the visitor stands in it. */
  readonly ready: boolean;
  /** Frames drawn. */
  readonly frames: number;
  readonly connection: string;
  me(): DebugPerson & { hall: string | null };
  others(): DebugPerson[];
  /** Where `me` was, by `performance.timeOrigin + performance.now()`, over the last two seconds. */
  track(): { t_ms: number; x: number; z: number }[];
  place(x: number, z: number, yaw: number): void;
  render(): { calls: number; triangles: number; pixelRatio: number };
  xr(): { mode: XrMode | null; floorY: number; headY: number; rigYaw: number; panel: boolean };
}

declare global {
  interface Window {
    yuanzhan?: DebugHandle;
  }
}
