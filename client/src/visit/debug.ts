/**
 * `window.yuanzhan`, there only when the address says `?debug`: what the browser tests and whoever looks for a fault can ask.
 *
 * Positions are in metres in the hall; `others` is where visitors are drawn at this moment, not where they are said to be.
 */
import type { XrMode } from '../xr/sessions';
import type { Visit } from './visit';

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
  /** Everything of the visit, for the console and for benches. */
  readonly visit: Visit;
  /** The hall is there and the visitor stands in it. */
  readonly ready: boolean;
  /** Frames run. */
  readonly frames: number;
  readonly connection: string;
  me(): DebugPerson & { hall: string | null; resumed: boolean };
  others(): DebugPerson[];
  /** Where `me` was over the last two seconds, by `performance.timeOrigin + performance.now()`. */
  track(): { t_ms: number; x: number; z: number }[];
  /** Be somewhere at once, as by a teleport. */
  place(x: number, z: number, yaw: number): void;
  setProfile(name: string, look: number): void;
  /** The booths as they stand, and whether others are on their way. */
  booths(): { changing: boolean; placed: { id: string; version: number | null; x: number; z: number; shown: boolean; level: string | null }[] };
  render(): { calls: number; triangles: number; pixelRatio: number };
  xr(): { mode: XrMode | null; rigY: number; headY: number; headYaw: number; panel: boolean; exhibit: { y: number; metres: number } | null };
}

declare global {
  interface Window {
    yuanzhan?: DebugHandle;
  }
}

const TRACK_MS = 2000;

/** Also counts frames and keeps the track: call the returned `frame` at the end of each. */
export function debugHandle(visit: Visit): { handle: DebugHandle; frame(): void } {
  const track: { t_ms: number; x: number; z: number }[] = [];
  let frames = 0;
  const handle: DebugHandle = {
    visit,
    get ready() {
      return visit.inHall;
    },
    get frames() {
      return frames;
    },
    get connection() {
      return visit.presence.connectionState;
    },
    me: () => me(visit),
    others: () => others(visit),
    track: () => track,
    place: (x, z, yaw) => visit.teleport(x, z, yaw),
    setProfile: (name, look) => visit.setProfile({ name, look }),
    booths: () => ({
      changing: visit.world.changing,
      placed: (visit.world.scene?.placedBooths ?? []).map(({ booth, object, model, level }) => {
        const { x, z } = model.getWorldPosition(object.position.clone());
        return { id: booth.id, version: booth.version ?? null, x, z, shown: object.visible, level: level?.url ?? null };
      }),
    }),
    render: () => ({ ...visit.stage.renderer.info.render, pixelRatio: visit.stage.pixelRatio }),
    xr: () => xrState(visit),
  };
  return {
    handle,
    frame() {
      frames += 1;
      const t_ms = performance.timeOrigin + performance.now();
      track.push({ t_ms, x: visit.player.walker.x, z: visit.player.walker.z });
      while (track[0] && track[0].t_ms < t_ms - TRACK_MS) track.shift();
    },
  };
}

function me(visit: Visit): ReturnType<DebugHandle['me']> {
  const { player, presence, profile } = visit;
  const stance = player.stance(performance.now() / 1000, null);
  return {
    id: presence.id ?? -1, name: profile.name, look: profile.look, x: stance.x, y: stance.y, z: stance.z, yaw: player.walker.yaw,
    action: stance.action, xr: visit.headset.mode === 'vr', hall: visit.world.hall?.id ?? null, resumed: presence.resumed,
  };
}

function others({ presence: { crowd, names } }: Visit): DebugPerson[] {
  if (!crowd) return [];
  const now = performance.now() / 1000 - crowd.epoch;
  const place = new Float32Array(4);
  const slots = [...crowd.present.keys()].filter((slot) => crowd.present[slot] === 1 && slot !== crowd.selfSlot);
  return slots.map((slot) => {
    const [x = 0, y = 0, z = 0, yaw = 0] = crowd.positionAt(slot, now, place);
    const id = crowd.ids[slot] as number;
    return {
      id, name: names.byId.get(id)?.name ?? null, look: crowd.looks[slot] as number, x, y, z, yaw,
      action: crowd.actions[slot] as number, xr: crowd.xr.has(slot),
    };
  });
}

function xrState({ headset, stage }: Visit): ReturnType<DebugHandle['xr']> {
  const exhibit = stage.scene.getObjectByName('ar-exhibit');
  const { position } = stage.camera;
  return {
    mode: headset.mode,
    rigY: stage.rig.position.y,
    headY: position.y,
    headYaw: headset.body.headYaw(),
    panel: headset.panelVisible,
    exhibit: exhibit
      ? { y: exhibit.position.y, metres: Math.hypot(exhibit.position.x - position.x, exhibit.position.z - position.z) }
      : null,
  };
}
