/**
 * Visitors in a headset: their arms follow their hands and their head looks where they look. Everything else of the body keeps the
 * clip it is in. Their matrices are made here, each frame, into spare rows of the pose texture.
 */
import { DataUtils, Matrix3, Quaternion, Vector3 } from 'three';
import type { TrackedPose, XrPose } from '../protocol/poses';
import type { ActorRow } from './actors';
import { LIVE_POSE_COUNT, type AvatarKit } from './kit';

const FLOATS_PER_BONE = 12;
/** The avatar's arm to a grown-up's: gestures keep their shape. */
const REACH_SCALE = 0.86;
/** Between the eyes, from the head's pivot, in the avatar: where a headset says that the head is. */
const EYES_FROM_PIVOT = new Vector3(0, 0.115, 0.09);
/** A hand's own origin is in the palm; the wrist is this far back along the forearm. */
const PALM_M = 0.06;
/** Elbows hang: outwards, down and back. */
const ELBOW_TOWARDS = new Vector3(0.5, -0.85, -0.35);

interface Arm {
  shoulder: number;
  upper: number;
  lower: number;
  hand: number;
  side: number;
  upperLength: number;
  lowerLength: number;
  /** Along the arm as modelled. */
  along: Vector3;
}

/** Two bones from `start` towards `target`: where the elbow and the wrist come to be. */
export function bendArm(
  start: Vector3, target: Vector3, upper: number, lower: number, towards: Vector3, elbow: Vector3, wrist: Vector3,
): void {
  wrist.copy(target).sub(start);
  const reach = Math.min(Math.max(wrist.length(), Math.abs(upper - lower) + 0.02), upper + lower - 0.003);
  wrist.normalize();
  const along = (upper * upper - lower * lower + reach * reach) / (2 * reach);
  const aside = Math.sqrt(Math.max(upper * upper - along * along, 1e-6));
  elbow.copy(towards).addScaledVector(wrist, -towards.dot(wrist));
  if (elbow.lengthSq() < 1e-6) elbow.set(0, -1, 0).addScaledVector(wrist, wrist.y);
  elbow.setLength(aside).addScaledVector(wrist, along).add(start);
  wrist.multiplyScalar(reach).add(start);
}

/** Yaw to the left and pitch up of a head whose rest looks along -Z. */
export function gazeOf(head: TrackedPose): { yaw: number; pitch: number } {
  const forward = new Vector3(0, 0, -1).applyQuaternion(new Quaternion(head.qx, head.qy, head.qz, head.qw));
  return { yaw: Math.atan2(-forward.x, -forward.z), pitch: Math.asin(Math.min(Math.max(forward.y, -1), 1)) };
}

export class LivePoses {
  readonly #arms: { left: Arm; right: Arm };
  readonly #bind: Vector3[];
  readonly #headPivot: Vector3;
  readonly #neck: number;
  readonly #rowFloats: number;
  readonly #baked: Float32Array;
  readonly #row: Float32Array;
  #used = 0;

  constructor(private readonly kit: AvatarKit) {
    const { bones, bind, headPivot, frames } = kit.description;
    this.#bind = bind.map(([x, y, z]) => new Vector3(x, y, z));
    this.#headPivot = new Vector3(...headPivot);
    this.#neck = bones.indexOf('neck');
    this.#rowFloats = bones.length * FLOATS_PER_BONE;
    this.#row = new Float32Array(this.#rowFloats);
    const halves = kit.poses.image.data as Uint16Array;
    this.#baked = Float32Array.from(halves.subarray(0, frames * this.#rowFloats), (half) => DataUtils.fromHalfFloat(half));
    this.#arms = { left: this.#arm('left', 1), right: this.#arm('right', -1) };
  }

  begin(): void {
    this.#used = 0;
  }

  /** Changes `actor` to show `xr` on top of the frame it is at; leaves it as it is when there are more than can be posed. */
  pose(actor: ActorRow, xr: XrPose): void {
    const gaze = gazeOf(xr.head);
    actor.headYaw = Math.min(Math.max(gaze.yaw, -1.3), 1.3);
    actor.headPitch = Math.min(Math.max(gaze.pitch, -0.9), 0.9);
    if ((!xr.left && !xr.right) || this.#used >= LIVE_POSE_COUNT) return;
    this.#blend(actor);
    const eyes = this.#transform(this.#neck, this.#headPivot).add(EYES_FROM_PIVOT);
    if (xr.left) this.#reach(this.#arms.left, xr.head, xr.left, eyes);
    if (xr.right) this.#reach(this.#arms.right, xr.head, xr.right, eyes);
    const row = this.kit.description.frames + this.#used;
    this.#used += 1;
    this.#store(row);
    actor.row = actor.nextRow = row;
    actor.mix = 0;
    actor.blend = 1;
  }

  #arm(side: 'left' | 'right', sign: number): Arm {
    const { bones } = this.kit.description;
    const bone = (name: string): number => bones.indexOf(side + name);
    const [upper, lower, hand] = [bone('UpperArm'), bone('LowerArm'), bone('Hand')];
    const along = this.#joint(lower).clone().sub(this.#joint(upper));
    return {
      shoulder: bone('Shoulder'), upper, lower, hand, side: sign,
      upperLength: along.length(),
      lowerLength: this.#joint(hand).distanceTo(this.#joint(lower)),
      along: along.normalize(),
    };
  }

  #joint(bone: number): Vector3 {
    return this.#bind[bone] as Vector3;
  }

  /** The clip's frame as the shader would interpolate it. */
  #blend(actor: ActorRow): void {
    const from = actor.row * this.#rowFloats;
    const to = actor.nextRow * this.#rowFloats;
    for (let i = 0; i < this.#rowFloats; i += 1) {
      const a = this.#baked[from + i] as number;
      this.#row[i] = a + ((this.#baked[to + i] as number) - a) * actor.mix;
    }
  }

  #transform(bone: number, point: Vector3): Vector3 {
    const at = bone * FLOATS_PER_BONE;
    const m = this.#row;
    const axis = (i: number): number =>
      m[at + i]! * point.x + m[at + i + 1]! * point.y + m[at + i + 2]! * point.z + m[at + i + 3]!;
    return new Vector3(axis(0), axis(4), axis(8));
  }

  #reach(arm: Arm, head: TrackedPose, hand: TrackedPose, eyes: Vector3): void {
    // the visitor's own frame looks along -Z, the avatar's along +Z
    const target = new Vector3(-(hand.x - head.x), hand.y - head.y, -(hand.z - head.z)).multiplyScalar(REACH_SCALE).add(eyes);
    const start = this.#transform(arm.shoulder, this.#joint(arm.upper));
    const towards = ELBOW_TOWARDS.clone();
    towards.x *= arm.side;
    const elbow = new Vector3();
    const wrist = new Vector3();
    target.addScaledVector(target.clone().sub(start).normalize(), -PALM_M);
    bendArm(start, target, arm.upperLength, arm.lowerLength, towards, elbow, wrist);
    const upper = elbow.clone().sub(start).normalize();
    const lower = wrist.clone().sub(elbow).normalize();
    const bend = lower.clone().addScaledVector(upper, -lower.dot(upper));
    if (bend.lengthSq() < 1e-8) bend.set(0, 0, 1).addScaledVector(upper, -upper.z);
    bend.normalize();
    const lowerBend = bend.clone().multiplyScalar(lower.dot(upper)).addScaledVector(upper, -lower.dot(bend)).normalize();
    this.#turn(arm, arm.upper, upper, bend, start);
    this.#turn(arm, arm.lower, lower, lowerBend, elbow);
    this.#turn(arm, arm.hand, lower, lowerBend, wrist);
  }

  /** The bone's matrix: its modelled direction becomes `along`, its front (+Z) becomes `front`, its joint comes to `place`. */
  #turn(arm: Arm, bone: number, along: Vector3, front: Vector3, place: Vector3): void {
    const side = along.clone().cross(front);
    const modelFront = new Vector3(0, 0, 1);
    const modelSide = arm.along.clone().cross(modelFront);
    const to = new Matrix3().set(along.x, front.x, side.x, along.y, front.y, side.y, along.z, front.z, side.z);
    const from = new Matrix3().set(
      arm.along.x, arm.along.y, arm.along.z, modelFront.x, modelFront.y, modelFront.z, modelSide.x, modelSide.y, modelSide.z,
    );
    const rotation = to.multiply(from);
    const shift = place.clone().sub(this.#joint(bone).clone().applyMatrix3(rotation));
    const e = rotation.elements;
    this.#row.set([e[0], e[3], e[6], shift.x, e[1], e[4], e[7], shift.y, e[2], e[5], e[8], shift.z], bone * FLOATS_PER_BONE);
  }

  #store(row: number): void {
    const texture = this.kit.poses;
    const data = texture.image.data as Uint16Array;
    const at = row * this.#rowFloats;
    for (let i = 0; i < this.#rowFloats; i += 1) data[at + i] = DataUtils.toHalfFloat(this.#row[i] as number);
    texture.addUpdateRange(at, this.#rowFloats);
    texture.needsUpdate = true;
  }
}
