/** The whole way of a step: walker, reporter, a wire with ticks and jitter, crowd. What others see is where one just was. */
import { describe, expect, it } from 'vitest';
import { Crowd } from '../src/crowd/crowd';
import { emptyIntent } from '../src/input/intent';
import { Floor } from '../src/player/floor';
import { Reporter } from '../src/player/reporter';
import { Walker } from '../src/player/walker';
import * as wire from './frames';
import { seeded } from './random';

const CELL = 100;
const GRID = { cell_m: CELL, origin_x: -50, origin_z: -50, floor_y: 0 };
const FRAME_S = 1 / 60;
const TICK_S = 0.1;

interface Sample {
  t: number;
  x: number;
  z: number;
}

/** Walk by `intentAt` for `seconds`; returns the real and the shown track. */
function watch(seconds: number, line_s: () => number, intentAt: (t: number) => Partial<ReturnType<typeof emptyIntent>>):
  { real: Sample[]; shown: Sample[]; poses: number } {
  const walker = new Walker(Floor.flat(45, 45));
  const reporter = new Reporter();
  const crowd = new Crowd({ capacity: 4, grid: GRID, heightAt: () => 0 }, 0);
  const real: Sample[] = [];
  const shown: Sample[] = [];
  const underway: { at: number; bytes: Uint8Array }[] = [];
  let pending: Uint8Array | null = null;
  let nextTick = 0.03;
  let poses = 0;
  const place = new Float32Array(4);
  for (let t = 0; t < seconds; t += FRAME_S) {
    walker.step({ ...emptyIntent(), ...intentAt(t) }, FRAME_S);
    real.push({ t, x: walker.x, z: walker.z });
    const pose = reporter.due(
      { x: walker.x, y: 0, z: walker.z, yaw: walker.yaw, vx: walker.vx, vz: walker.vz, headYaw: 0, headPitch: 0, action: walker.action, xr: null },
      t,
    );
    if (pose) {
      poses += 1;
      pending = wire.near({ slot: 1, x: (pose.x + 50) / CELL, z: (pose.z + 50) / CELL, yaw: pose.yaw, vx: pose.vx, vz: pose.vz, action: pose.action });
    }
    if (t >= nextTick) {
      nextTick += TICK_S;
      if (pending) underway.push({ at: t + line_s(), bytes: wire.frame(1, [{ tier: 1, records: [pending] }]) });
      pending = null;
    }
    while (underway[0] && underway[0].at <= t) crowd.ingest(underway.shift()!.bytes, t);
    crowd.update(t);
    crowd.positionAt(1, t, place);
    if (crowd.present[1]) shown.push({ t, x: place[0]!, z: place[2]! });
  }
  return { real, shown, poses };
}

/** Greatest distance of a shown place from the nearest place of the last `age_s` of the real track. */
function worst(real: readonly Sample[], shown: readonly Sample[], age_s: number): number {
  return Math.max(...shown.map((sample) => Math.min(
    ...real.filter(({ t }) => t <= sample.t && t >= sample.t - age_s).map(({ x, z }) => Math.hypot(x - sample.x, z - sample.z)),
  )));
}

describe('what others see of a walk', () => {
  const quick = (): number => 0.02;

  it('is within 5 cm of where one was in the last 500 ms, on a straight walk with starts and stops', () => {
    const { real, shown } = watch(12, quick, (t) => ({ forward: t % 3 < 2 ? 1 : 0 }));
    expect(worst(real, shown, 0.5)).toBeLessThan(0.05);
  });

  it('is within 5 cm on a curve', () => {
    const { real, shown } = watch(12, quick, () => ({ forward: 1, turn: 0.9 * FRAME_S }));
    expect(worst(real, shown, 0.5)).toBeLessThan(0.05);
  });

  it('is within 5 cm at sharp corners, when one changes the key without stopping', () => {
    const { real, shown } = watch(12, quick, (t) => (t % 2 < 1 ? { right: -1 } : { forward: 1 }));
    expect(worst(real, shown, 0.5)).toBeLessThan(0.05);
  });

  it('misses a corner by no more than a short step when one runs and turns on the heel, with a jittery line', () => {
    const random = seeded(7);
    const { real, shown } = watch(20, () => 0.02 + random() * 0.05, (t) => ({
      forward: 1, run: true, turn: Math.floor(t) !== Math.floor(t - FRAME_S) ? Math.PI / 2 : 0,
    }));
    expect(worst(real, shown, 0.6)).toBeLessThan(0.2);
  });

  it('needs few poses for a straight walk and none for standing', () => {
    const { poses } = watch(10, quick, (t) => ({ forward: t < 5 ? 1 : 0 }));
    expect(poses).toBeLessThan(22);
    const standing = watch(10, quick, () => ({}));
    expect(standing.poses).toBeLessThanOrEqual(1);
  });
});
