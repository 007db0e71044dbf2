/** Avatars without a GPU: who is drawn in which tier, which frame they show, where arms reach. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Matrix4, PerspectiveCamera, Vector3, Frustum } from 'three';
import { describe, expect, it } from 'vitest';
import { Animator } from '../src/avatars/animator';
import type { ActorRow } from '../src/avatars/actors';
import { Classifier, FADE_S, roomOf, Tier } from '../src/avatars/classify';
import { MOTION_STRIDE, type CrowdView } from '../src/avatars/crowdView';
import { expressionAt } from '../src/avatars/expression';
import type { KitDescription } from '../src/avatars/kit';
import { bendArm, gazeOf } from '../src/avatars/livePoses';
import { PRESET_LOOKS, choiceOf } from '../src/avatars/look';
import { Action } from '../src/protocol/generated';
import type { XrPose } from '../src/protocol/poses';
import { FEATURES, unpackLook } from '../src/ui/look';

const KIT = resolve(import.meta.dirname, '../public/avatars');
const kit = JSON.parse(readFileSync(resolve(KIT, 'kit.json'), 'utf8')) as KitDescription;
const BUDGET = { near: 5, mid: 12, nearReach_m: 20, midReach_m: 60 };

function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

class StillCrowd implements CrowdView {
  readonly ids: Uint32Array;
  readonly looks: Uint32Array;
  readonly actions: Uint8Array;
  readonly present: Uint8Array;
  readonly headYaw: Float32Array;
  readonly headPitch: Float32Array;
  readonly motion: Float32Array;
  readonly xr = new Map<number, XrPose>();
  readonly version = 1;
  readonly looksVersion = 1;
  extent = 0;

  constructor(readonly capacity: number) {
    this.ids = new Uint32Array(capacity);
    this.looks = new Uint32Array(capacity);
    this.actions = new Uint8Array(capacity);
    this.present = new Uint8Array(capacity);
    this.headYaw = new Float32Array(capacity);
    this.headPitch = new Float32Array(capacity);
    this.motion = new Float32Array(capacity * MOTION_STRIDE);
  }

  put(x: number, z: number, to: [number, number] = [x, z], t0 = 0, t1 = 0): number {
    const slot = this.extent++;
    this.present[slot] = 1;
    this.motion.set([x, 0, z, 0, to[0], 0, to[1], 0, t0, t1, 0, 0], slot * MOTION_STRIDE);
    return slot;
  }
}

function cameraAt(x: number, y: number, z: number): { camera: PerspectiveCamera; planes: Float32Array; frustum: Frustum } {
  const camera = new PerspectiveCamera(60, 16 / 9, 0.1, 200);
  camera.position.set(x, y, z);
  camera.lookAt(x, y, z - 10);
  camera.updateMatrixWorld();
  const frustum = new Frustum().setFromProjectionMatrix(
    new Matrix4().multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse),
  );
  const planes = new Float32Array(24);
  frustum.planes.forEach(({ normal, constant }, i) => planes.set([normal.x, normal.y, normal.z, constant], i * 4));
  return { camera, planes, frustum };
}

const listed = (slots: Uint16Array, count: number): number[] => [...slots.subarray(0, count)].sort((a, b) => a - b);

describe('the classifier', () => {
  it('agrees with sorting everyone in view by distance', () => {
    const random = randomNumbers(3);
    for (const count of [0, 1, 4, 40, 400]) {
      const crowd = new StillCrowd(Math.max(count, 1));
      for (let i = 0; i < count; i += 1) crowd.put((random() - 0.5) * 80, (random() - 0.5) * 80);
      const { camera, planes, frustum } = cameraAt(0, 1.6, 0);
      const classifier = new Classifier(crowd.capacity, BUDGET);
      classifier.run(crowd, 0, planes, 0, 1.6, 0, null);

      const inView: { slot: number; distance: number }[] = [];
      for (let slot = 0; slot < crowd.extent; slot += 1) {
        const centre = new Vector3(crowd.motion[slot * 12], 0.9, crowd.motion[slot * 12 + 2]);
        const reached = frustum.planes.every((plane) => plane.distanceToPoint(centre) >= -1.1);
        if (reached) inView.push({ slot, distance: centre.distanceTo(camera.position) });
      }
      const drawn = [
        ...listed(classifier.near, classifier.nearCount), ...listed(classifier.mid, classifier.midCount),
        ...listed(classifier.far, classifier.farCount),
      ].sort((a, b) => a - b);
      expect(drawn).toEqual(inView.map(({ slot }) => slot).sort((a, b) => a - b));
      expect(classifier.nearCount).toBeLessThanOrEqual(BUDGET.near);
      expect(classifier.nearCount + classifier.midCount).toBeLessThanOrEqual(BUDGET.near + BUDGET.mid);
      for (const { slot, distance } of inView) {
        const tier = classifier.tierOf(slot);
        if (distance < classifier.nearRadius_m) expect(tier).toBe(Tier.NEAR);
        else if (distance < classifier.midRadius_m) expect(tier).toBe(Tier.MID);
        else expect(tier).toBe(Tier.FAR);
      }
    }
  });

  it('places visitors along their segment', () => {
    const crowd = new StillCrowd(4);
    const slot = crowd.put(0, -4, [2, -8], 10, 12);
    const { planes } = cameraAt(0, 1.6, 0);
    const classifier = new Classifier(4, BUDGET);
    for (const [t, x, z] of [[9, 0, -4], [11, 1, -6], [20, 2, -8]] as const) {
      classifier.run(crowd, t, planes, 0, 1.6, 0, null);
      expect(classifier.places[slot * 4]).toBeCloseTo(x);
      expect(classifier.places[slot * 4 + 2]).toBeCloseTo(z);
    }
  });

  it('leaves oneself and those who are gone out', () => {
    const crowd = new StillCrowd(4);
    const self = crowd.put(0, -3);
    const gone = crowd.put(1, -3);
    const other = crowd.put(-1, -3);
    crowd.present[gone] = 0;
    const classifier = new Classifier(4, BUDGET);
    classifier.run(crowd, 0, cameraAt(0, 1.6, 0).planes, 0, 1.6, 0, self);
    expect(listed(classifier.near, classifier.nearCount)).toEqual([other]);
  });

  it('draws everybody, even where more wear headsets than can be drawn in full', () => {
    const crowd = new StillCrowd(64);
    const still = { x: 0, y: 1.6, z: 0, qx: 0, qy: 0, qz: 0, qw: 1 };
    for (let i = 0; i < 60; i += 1) crowd.xr.set(crowd.put((i % 10) * 0.4 - 2, -4 - Math.floor(i / 10)), { head: still, left: null, right: null });
    const classifier = new Classifier(64, BUDGET);
    classifier.run(crowd, 0, cameraAt(0, 1.6, 0).planes, 0, 1.6, 0, null);
    expect(classifier.nearCount).toBe(roomOf(BUDGET.near));
    expect(classifier.midCount).toBe(roomOf(BUDGET.mid));
    expect(classifier.nearCount + classifier.midCount + classifier.farCount).toBe(60);
  });

  it('keeps a tier at its border, and fades a change with complementary shares', () => {
    const crowd = new StillCrowd(32);
    for (let i = 0; i < 6; i += 1) crowd.put(i * 0.3 - 1, -5 - i * 0.5);
    const { planes } = cameraAt(0, 1.6, 0);
    const classifier = new Classifier(32, { ...BUDGET, near: 3 });
    classifier.run(crowd, 0, planes, 0, 1.6, 0, null);
    const border = 2;
    expect(classifier.tierOf(border)).toBe(Tier.NEAR);
    // a little further than the next: stays
    crowd.motion[border * 12 + 6] = -6.6;
    classifier.run(crowd, 1, planes, 0, 1.6, 0, null);
    expect(classifier.tierOf(border)).toBe(Tier.NEAR);
    // far beyond: becomes MID, and is in both lists while it fades
    crowd.motion[border * 12 + 6] = -14;
    classifier.run(crowd, 2, planes, 0, 1.6, 0, null);
    expect(classifier.tierOf(border)).toBe(Tier.MID);
    classifier.run(crowd, 2 + FADE_S / 2, planes, 0, 1.6, 0, null);
    expect(listed(classifier.near, classifier.nearCount)).toContain(border);
    expect(listed(classifier.mid, classifier.midCount)).toContain(border);
    const into = classifier.fade(border, Tier.MID, 2 + FADE_S / 2);
    expect(into).toBeCloseTo(0.5, 2);
    expect(classifier.fade(border, Tier.NEAR, 2 + FADE_S / 2)).toBeCloseTo(-into, 6);
    classifier.run(crowd, 3, planes, 0, 1.6, 0, null);
    expect(listed(classifier.near, classifier.nearCount)).not.toContain(border);
    expect(classifier.fade(border, Tier.MID, 3)).toBe(1);
  });
});

function emptyRow(): ActorRow {
  return {
    x: 0, y: 0, z: 0, yaw: 0, row: 0, nextRow: 0, mix: 0, blend: 1, formerRow: 0, formerNextRow: 0, formerMix: 0, faceCell: 0,
    headYaw: 0, headPitch: 0, fade: 1, look: 0,
  };
}

describe('the animator', () => {
  const clip = (name: string): KitDescription['clips'][number] => kit.clips.find((c) => c.name === name)!;
  const within = (row: number, name: string): boolean => row >= clip(name).start && row < clip(name).start + clip(name).frames;

  it.each([0.5, 0.9, 1.3, 1.8])('walks at %d m/s with feet that keep to the ground', (speed) => {
    const animator = new Animator(kit, 1);
    const row = emptyRow();
    let covered = 0;
    let strides = 0;
    let previous: number | null = null;
    for (let i = 0; i < 400; i += 1) {
      const t = i / 60;
      animator.advance(0, 0, -speed * t, Action.WALK, 0, t, row);
      if (i < 60) continue;
      expect(within(row.row, 'walk')).toBe(true);
      const phase = (row.row + row.mix - clip('walk').start) / clip('walk').frames;
      if (previous !== null) {
        strides += (phase - previous + 1) % 1;
        covered += speed / 60;
      }
      previous = phase;
    }
    expect(covered / strides).toBeCloseTo(clip('walk').strideMetres, 1);
  });

  it('runs when fast, stands when still, whatever the action says', () => {
    const animator = new Animator(kit, 1);
    const row = emptyRow();
    for (let i = 0; i < 60; i += 1) animator.advance(0, 0, (-3.2 * i) / 60, Action.WALK, 0, i / 60, row);
    expect(within(row.row, 'run')).toBe(true);
    for (let i = 60; i < 160; i += 1) animator.advance(0, 0, -3.2, Action.WALK, 0, i / 60, row);
    expect(within(row.row, 'stand')).toBe(true);
  });

  it('blends from one clip into the next', () => {
    const animator = new Animator(kit, 1);
    const row = emptyRow();
    for (let i = 0; i < 10; i += 1) animator.advance(0, 0, 0, Action.STAND, 0, i / 60, row);
    expect(row.blend).toBe(1);
    animator.advance(0, 0, 0, Action.WAVE, 0, 10 / 60, row);
    expect(row.blend).toBe(0);
    expect(within(row.row, 'wave')).toBe(true);
    expect(within(row.formerRow, 'stand')).toBe(true);
    animator.advance(0, 0, 0, Action.WAVE, 0, 10 / 60 + 0.12, row);
    expect(row.blend).toBeGreaterThan(0.3);
    expect(row.blend).toBeLessThan(0.7);
  });

  it('does not take a leap for a step', () => {
    const animator = new Animator(kit, 1);
    const row = emptyRow();
    for (let i = 0; i < 10; i += 1) animator.advance(0, 0, 0, Action.STAND, 0, i / 60, row);
    animator.advance(0, 30, 30, Action.STAND, 0, 10 / 60, row);
    expect(within(row.row, 'stand')).toBe(true);
    expect(animator.speedOf(0)).toBeLessThan(0.1);
  });

  it('never points beyond the frames of a clip', () => {
    const animator = new Animator(kit, 64);
    const row = emptyRow();
    for (let slot = 0; slot < 64; slot += 1) {
      for (let i = 0; i < 40; i += 1) {
        animator.advance(slot, 0, 0, slot % 7, 0, i * 0.37, row);
        for (const frame of [row.row, row.nextRow, row.formerRow, row.formerNextRow]) {
          expect(Number.isInteger(frame) && frame >= 0 && frame < kit.frames).toBe(true);
        }
        expect(row.faceCell).toBeLessThan(kit.expressions.length * kit.faces);
      }
    }
  });
});

describe('faces', () => {
  it('blink for a moment every few seconds', () => {
    let shut = 0;
    const steps = 6000;
    for (let i = 0; i < steps; i += 1) if (expressionAt(Action.STAND, i / 100, 0.4) === 'blink') shut += 1;
    expect(shut / steps).toBeGreaterThan(0.01);
    expect(shut / steps).toBeLessThan(0.06);
  });

  it('are all in the atlas, and a talking mouth moves', () => {
    const seen = new Set<string>();
    for (const action of Object.values(Action)) {
      for (let i = 0; i < 2000; i += 1) seen.add(expressionAt(action, i / 20, (i % 10) / 10));
    }
    for (const expression of seen) expect(kit.expressions).toContain(expression);
    expect(seen).toContain('talk-ah');
    expect(seen).toContain('talk-oh');
  });
});

describe('tracked arms', () => {
  it('bend to the target with bones of their own length', () => {
    const elbow = new Vector3();
    const wrist = new Vector3();
    const start = new Vector3(0.15, 1.26, 0);
    for (const target of [new Vector3(0.2, 1.1, 0.3), new Vector3(0.1, 1.6, 0.1), new Vector3(0.45, 1.3, 0.05)]) {
      bendArm(start, target, 0.245, 0.215, new Vector3(0.5, -0.85, -0.35), elbow, wrist);
      expect(wrist.distanceTo(target)).toBeLessThan(1e-5);
      expect(elbow.distanceTo(start)).toBeCloseTo(0.245, 5);
      expect(elbow.distanceTo(wrist)).toBeCloseTo(0.215, 5);
    }
  });

  it('stretch towards what they cannot reach', () => {
    const elbow = new Vector3();
    const wrist = new Vector3();
    bendArm(new Vector3(), new Vector3(0, 0, 5), 0.245, 0.215, new Vector3(0, -1, 0), elbow, wrist);
    expect(wrist.length()).toBeCloseTo(0.457, 3);
    expect(wrist.clone().normalize().z).toBeCloseTo(1, 6);
  });

  it('belong to a head that looks left and up where its quaternion says so', () => {
    const s = Math.SQRT1_2;
    expect(gazeOf({ x: 0, y: 1.6, z: 0, qx: 0, qy: s, qz: 0, qw: s }).yaw).toBeCloseTo(Math.PI / 2);
    expect(gazeOf({ x: 0, y: 1.6, z: 0, qx: 0.3826834, qy: 0, qz: 0, qw: 0.9238795 }).pitch).toBeCloseTo(Math.PI / 4, 5);
  });
});

describe('preset looks', () => {
  it('are eight, all different, and what the portraits show', () => {
    expect(new Set(PRESET_LOOKS).size).toBe(8);
    const strip = JSON.parse(readFileSync(resolve(KIT, 'portraits.json'), 'utf8')) as { looks: number[] };
    expect(strip.looks).toEqual([...PRESET_LOOKS]);
  });

  it('are read choice by choice as they are read whole', () => {
    for (const look of [...PRESET_LOOKS, 0, 0xffffff]) {
      for (const feature of FEATURES) expect(choiceOf(look, feature)).toBe(unpackLook(look)[feature]);
    }
  });
});
