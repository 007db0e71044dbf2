/**
 * Packed records of the wire (docs/protocol.md): the pose that a visitor sends and the frames that it receives.
 *
 * Little-endian throughout, read with DataView. Reading allocates nothing per record: a `FrameReader` calls a sink with
 * decoded numbers. A frame is checked as a whole before its first record is given to the sink, so that a damaged one
 * changes nothing.
 */
import { ProtocolError } from './errors';
import {
  Action, CROWD_LAYOUT, FRAME_HEADER_LAYOUT, FrameFlag, HEAD_STEP, Kind, LOOK_LAYOUT, MID_LAYOUT, MID_Y_STEP_M, NEAR_LAYOUT,
  POSE_LAYOUT, POSE_XR_LAYOUT, PoseFlag, RECORD_BYTES, SECTION_HEADER_LAYOUT, SERVER_MESSAGE_MAX_BYTES, Tier,
  VELOCITY_STEP_M_S, XR_BLOCK_LAYOUT, XR_LAYOUT, XR_PART_LAYOUT,
} from './generated';

export { Action, Kind };

const TURN = Math.PI * 2;
const RECORD_SIZES: Readonly<Record<number, number>> = RECORD_BYTES;

/** One tracked thing in the visitor's own (yawed) frame: metres from the feet, unit quaternion. */
export interface TrackedPose {
  x: number;
  y: number;
  z: number;
  qx: number;
  qy: number;
  qz: number;
  qw: number;
}

/** Head and hands of a visitor in a headset. A hand that is not tracked is null. */
export interface XrPose {
  head: TrackedPose;
  left: TrackedPose | null;
  right: TrackedPose | null;
}

/** What a visitor says of itself. Metres, radians, metres a second. */
export interface Pose {
  seq: number;
  teleported: boolean;
  x: number;
  y: number;
  z: number;
  yaw: number;
  vx: number;
  vz: number;
  headYaw: number;
  headPitch: number;
  action: number;
  xr: XrPose | null;
}

/** Where the cells of a hall lie, as the welcome says. */
export interface CellGrid {
  cell_m: number;
  origin_x: number;
  origin_z: number;
  floor_y: number;
}

/** Takes the records of one frame, in the order of the wire. */
export interface FrameSink {
  onFrame(full: boolean, tick: number): void;
  onNear(slot: number, generation: number, seq: number, x: number, y: number, z: number, yaw: number,
    vx: number, vz: number, headYaw: number, headPitch: number, action: number): void;
  onMid(slot: number, generation: number, x: number, y: number, z: number, yaw: number,
    vx: number, vz: number, action: number): void;
  onCrowd(slot: number, generation: number, x: number, z: number, yaw: number, action: number): void;
  onXr(slot: number, generation: number, pose: XrPose): void;
  onGone(slot: number, generation: number): void;
  onLook(slot: number, generation: number, look: number): void;
  onEnd(): void;
}

export function idOf(slot: number, generation: number): number {
  return generation * 65536 + slot;
}

export function slotOf(id: number): number {
  return id & 0xffff;
}

export function generationOf(id: number): number {
  return (id >>> 16) & 0xff;
}

/** The 32 bytes of a pose, or 64 with the XR block. */
export function encodePose(pose: Pose): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pose.xr ? POSE_XR_LAYOUT.bytes : POSE_LAYOUT.bytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(POSE_LAYOUT.kind, Kind.POSE);
  view.setUint8(POSE_LAYOUT.flags, poseFlags(pose));
  view.setUint16(POSE_LAYOUT.seq, pose.seq & 0xffff, true);
  view.setFloat32(POSE_LAYOUT.x, pose.x, true);
  view.setFloat32(POSE_LAYOUT.y, pose.y, true);
  view.setFloat32(POSE_LAYOUT.z, pose.z, true);
  view.setFloat32(POSE_LAYOUT.yaw, pose.yaw, true);
  view.setFloat32(POSE_LAYOUT.vx, pose.vx, true);
  view.setFloat32(POSE_LAYOUT.vz, pose.vz, true);
  view.setInt8(POSE_LAYOUT.headYaw, headSteps(pose.headYaw));
  view.setInt8(POSE_LAYOUT.headPitch, headSteps(pose.headPitch));
  view.setUint8(POSE_LAYOUT.action, pose.action);
  if (pose.xr) {
    const { head, left, right } = XR_BLOCK_LAYOUT;
    writeTracked(view, POSE_XR_LAYOUT.xr + head, pose.xr.head);
    if (pose.xr.left) writeTracked(view, POSE_XR_LAYOUT.xr + left, pose.xr.left);
    if (pose.xr.right) writeTracked(view, POSE_XR_LAYOUT.xr + right, pose.xr.right);
  }
  return bytes;
}

/** Give a frame's records to the sink, all at once. `bytes` is the whole message, kind included. Throws ProtocolError. */
export function readFrame(bytes: Uint8Array, grid: CellGrid, sink: FrameSink): void {
  new FrameReader(bytes, grid).read(sink, Infinity);
}

/**
 * A frame that is read bit by bit: that of a full hall holds 20,000 records, too many for one frame of the page.
 *
 * Sections of an unknown tier end the reading of the frame: their record size is not known.
 */
export class FrameReader {
  readonly #view: DataView;
  readonly #sections: number;
  /** Sections begun, records left in the last of them, and where the next record or header is. */
  #begun = 0;
  #left = 0;
  #at: number = FRAME_HEADER_LAYOUT.bytes;
  #tier = 0;
  #cellX = 0;
  #cellZ = 0;
  #state: 'fresh' | 'reading' | 'ended' = 'fresh';

  /** Throws ProtocolError when the bytes do not hold what the headers say. */
  constructor(bytes: Uint8Array, private readonly grid: CellGrid) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#sections = checkFrame(this.#view);
  }

  /** Give up to so many records to the sink; false once all were given. */
  read(sink: FrameSink, records: number): boolean {
    if (this.#state === 'ended') return false;
    if (this.#state === 'fresh') {
      this.#state = 'reading';
      const flags = this.#view.getUint8(FRAME_HEADER_LAYOUT.flags);
      sink.onFrame((flags & FrameFlag.FULL) !== 0, this.#view.getUint32(FRAME_HEADER_LAYOUT.tick, true));
    }
    for (let room = records; this.#left > 0 || this.#begin();) {
      if (room <= 0) return true;
      const count = Math.min(room, this.#left);
      this.#at = readRecords(this.#view, this.#at, this.#tier, count, this.#cellX, this.#cellZ, this.grid, sink);
      this.#left -= count;
      room -= count;
    }
    this.#state = 'ended';
    sink.onEnd();
    return false;
  }

  /** The next section with a record in it, if there is one. */
  #begin(): boolean {
    const { origin_x, origin_z, cell_m } = this.grid;
    while (this.#left === 0 && this.#begun < this.#sections) {
      this.#begun += 1;
      this.#tier = this.#view.getUint8(this.#at + SECTION_HEADER_LAYOUT.tier);
      this.#left = this.#view.getUint16(this.#at + SECTION_HEADER_LAYOUT.count, true);
      this.#cellX = origin_x + this.#view.getInt16(this.#at + SECTION_HEADER_LAYOUT.cellX, true) * cell_m;
      this.#cellZ = origin_z + this.#view.getInt16(this.#at + SECTION_HEADER_LAYOUT.cellZ, true) * cell_m;
      this.#at += SECTION_HEADER_LAYOUT.bytes;
    }
    return this.#left > 0;
  }
}

/** Number of sections whose tier is known; throws when the bytes do not hold what the headers say. */
function checkFrame(view: DataView): number {
  if (view.byteLength < FRAME_HEADER_LAYOUT.bytes || view.byteLength > SERVER_MESSAGE_MAX_BYTES) {
    throw new ProtocolError(`a frame of ${view.byteLength} bytes`);
  }
  const sections = view.getUint16(FRAME_HEADER_LAYOUT.sections, true);
  let offset: number = FRAME_HEADER_LAYOUT.bytes;
  for (let section = 0; section < sections; section += 1) {
    const body = offset + SECTION_HEADER_LAYOUT.bytes;
    if (body > view.byteLength) throw new ProtocolError('a frame ends in a section header');
    const size = RECORD_SIZES[view.getUint8(offset + SECTION_HEADER_LAYOUT.tier)];
    if (size === undefined) return section;
    offset = body + view.getUint16(offset + SECTION_HEADER_LAYOUT.count, true) * size;
    if (offset > view.byteLength) throw new ProtocolError('a frame ends in a record');
  }
  if (offset !== view.byteLength) throw new ProtocolError('a frame goes on after its last section');
  return sections;
}

function readRecords(view: DataView, start: number, tier: number, count: number, cellX: number, cellZ: number,
  grid: CellGrid, sink: FrameSink): number {
  const size = RECORD_SIZES[tier] as number;
  let at = start;
  for (let index = 0; index < count; index += 1, at += size) {
    // Every record begins with slot and generation, at the same offsets.
    const slot = view.getUint16(at + NEAR_LAYOUT.slot, true);
    const generation = view.getUint8(at + NEAR_LAYOUT.generation);
    if (tier === Tier.NEAR) readNear(view, at, slot, generation, cellX, cellZ, grid.cell_m, sink);
    else if (tier === Tier.MID) readMid(view, at, slot, generation, cellX, cellZ, grid, sink);
    else if (tier === Tier.CROWD) readCrowd(view, at, slot, generation, cellX, cellZ, grid.cell_m, sink);
    else if (tier === Tier.XR) sink.onXr(slot, generation, readXr(view, at));
    else if (tier === Tier.GONE) sink.onGone(slot, generation);
    else sink.onLook(slot, generation, view.getUint32(at + LOOK_LAYOUT.look, true));
  }
  return at;
}

function readNear(view: DataView, at: number, slot: number, generation: number, cellX: number, cellZ: number,
  cell_m: number, sink: FrameSink): void {
  sink.onNear(
    slot,
    generation,
    view.getUint8(at + NEAR_LAYOUT.seq),
    cellX + fraction(view.getUint16(at + NEAR_LAYOUT.x, true), 65536) * cell_m,
    view.getInt16(at + NEAR_LAYOUT.yCm, true) / 100,
    cellZ + fraction(view.getUint16(at + NEAR_LAYOUT.z, true), 65536) * cell_m,
    fraction(view.getUint8(at + NEAR_LAYOUT.yaw), 256) * TURN,
    view.getInt8(at + NEAR_LAYOUT.vx) * VELOCITY_STEP_M_S,
    view.getInt8(at + NEAR_LAYOUT.vz) * VELOCITY_STEP_M_S,
    view.getInt8(at + NEAR_LAYOUT.headYaw) * HEAD_STEP,
    view.getInt8(at + NEAR_LAYOUT.headPitch) * HEAD_STEP,
    view.getUint8(at + NEAR_LAYOUT.action),
  );
}

function readMid(view: DataView, at: number, slot: number, generation: number, cellX: number, cellZ: number,
  grid: CellGrid, sink: FrameSink): void {
  sink.onMid(
    slot,
    generation,
    cellX + fraction(view.getUint8(at + MID_LAYOUT.x), 256) * grid.cell_m,
    grid.floor_y + view.getUint8(at + MID_LAYOUT.y) * MID_Y_STEP_M,
    cellZ + fraction(view.getUint8(at + MID_LAYOUT.z), 256) * grid.cell_m,
    fraction(view.getUint8(at + MID_LAYOUT.yaw), 256) * TURN,
    view.getInt8(at + MID_LAYOUT.vx) * VELOCITY_STEP_M_S,
    view.getInt8(at + MID_LAYOUT.vz) * VELOCITY_STEP_M_S,
    view.getUint8(at + MID_LAYOUT.action),
  );
}

function readCrowd(view: DataView, at: number, slot: number, generation: number, cellX: number, cellZ: number,
  cell_m: number, sink: FrameSink): void {
  const yawAction = view.getUint8(at + CROWD_LAYOUT.yawAction);
  sink.onCrowd(
    slot,
    generation,
    cellX + fraction(view.getUint8(at + CROWD_LAYOUT.x), 256) * cell_m,
    cellZ + fraction(view.getUint8(at + CROWD_LAYOUT.z), 256) * cell_m,
    fraction(yawAction >> 4, 16) * TURN,
    yawAction & 0x0f,
  );
}

function readXr(view: DataView, at: number): XrPose {
  const flags = view.getUint8(at + XR_LAYOUT.flags);
  const block = at + XR_LAYOUT.xr;
  return {
    head: readTracked(view, block + XR_BLOCK_LAYOUT.head),
    left: flags & PoseFlag.LEFT_HAND ? readTracked(view, block + XR_BLOCK_LAYOUT.left) : null,
    right: flags & PoseFlag.RIGHT_HAND ? readTracked(view, block + XR_BLOCK_LAYOUT.right) : null,
  };
}

function readTracked(view: DataView, at: number): TrackedPose {
  const { rotation } = XR_PART_LAYOUT;
  return {
    x: view.getInt16(at, true) / 1000,
    y: view.getInt16(at + 2, true) / 1000,
    z: view.getInt16(at + 4, true) / 1000,
    qx: view.getInt8(at + rotation) / 127,
    qy: view.getInt8(at + rotation + 1) / 127,
    qz: view.getInt8(at + rotation + 2) / 127,
    qw: view.getInt8(at + rotation + 3) / 127,
  };
}

function writeTracked(view: DataView, at: number, pose: TrackedPose): void {
  const { rotation } = XR_PART_LAYOUT;
  view.setInt16(at, millimetres(pose.x), true);
  view.setInt16(at + 2, millimetres(pose.y), true);
  view.setInt16(at + 4, millimetres(pose.z), true);
  view.setInt8(at + rotation, unitByte(pose.qx));
  view.setInt8(at + rotation + 1, unitByte(pose.qy));
  view.setInt8(at + rotation + 2, unitByte(pose.qz));
  view.setInt8(at + rotation + 3, unitByte(pose.qw));
}

function poseFlags(pose: Pose): number {
  let flags = pose.teleported ? PoseFlag.TELEPORTED : 0;
  if (pose.xr) {
    flags |= PoseFlag.XR;
    if (pose.xr.left) flags |= PoseFlag.LEFT_HAND;
    if (pose.xr.right) flags |= PoseFlag.RIGHT_HAND;
  }
  return flags;
}

/** The middle of a quantisation step, as a fraction of the whole. */
function fraction(step: number, steps: number): number {
  return (step + 0.5) / steps;
}

function headSteps(angle: number): number {
  return Math.round(clamp(angle / HEAD_STEP, -127, 127));
}

function millimetres(metres: number): number {
  return Math.round(clamp(metres * 1000, -32768, 32767));
}

function unitByte(value: number): number {
  return Math.round(clamp(value, -1, 1) * 127);
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
