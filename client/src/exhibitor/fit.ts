/**
 * How a model stands in its slot, and what sticks out. Metres; pure.
 *
 * As in server/yuanzhan/scene/stands.py: the middle of the model's foot is the booth's origin; the booth is scaled, turned about it and
 * moved from the slot's middle. Fronts are at -Z.
 */
import type { Bounds, Slot, Transform, Vec3 } from '../net/api';
import type { Dress, Version } from '../net/boothRecords';
import { BOARD_WIDTH_M, radians, sizeOf } from '../scene/placement';

/** Rounding of sizes is no reason to call something too large. */
const SLACK_M = 0.005;
/** So far outside a panel may stand: as server/yuanzhan/booths/fit.py has it. */
const PANEL_SLACK_M = 0.1;

export function boundsOf(version: Version | null): Bounds | null {
  const bounds = version?.report?.measured?.bounds_m;
  return bounds && bounds.min.length === 3 && bounds.max.length === 3 ? bounds : null;
}

/** The four corners of the footprint on the slot's floor, (x, z) from the slot's middle: front left, front right, back right, back left. */
export function footprint(bounds: Bounds, { offset_m: [dx, dz], yaw_deg, scale }: Transform): [number, number][] {
  const [width, , depth] = sizeOf(bounds);
  const [x, z] = [(width * scale) / 2, (depth * scale) / 2];
  return ([[-x, -z], [x, -z], [x, z], [-x, z]] as const).map(([cornerX, cornerZ]) => {
    const [turnedX, turnedZ] = turned(cornerX, cornerZ, yaw_deg);
    return [dx + turnedX, dz + turnedZ];
  });
}

/** As three.js turns about Y. */
export function turned(x: number, z: number, yaw_deg: number): [number, number] {
  const yaw = radians(yaw_deg);
  const [sin, cos] = [Math.sin(yaw), Math.cos(yaw)];
  return [x * cos + z * sin, z * cos - x * sin];
}

/** How far it reaches beyond the slot to the sides and upwards; 0 where it does not. */
export function excess(bounds: Bounds, stand: Transform, { size_m: [width, height, depth] }: Slot): { side_m: number; up_m: number } {
  const corners = footprint(bounds, stand);
  const sides = corners.flatMap(([x, z]) => [Math.abs(x) - width / 2, Math.abs(z) - depth / 2]);
  const past = (metres: number): number => (metres > SLACK_M ? metres : 0);
  return { side_m: past(Math.max(...sides)), up_m: past(sizeOf(bounds)[1] * stand.scale - height) };
}

export const fits = (bounds: Bounds, stand: Transform, slot: Slot): boolean => {
  const { side_m, up_m } = excess(bounds, stand, slot);
  return side_m === 0 && up_m === 0;
};

/** The sides of the model on the slot's axes, as it is turned and scaled. */
export function extent(bounds: Bounds, stand: Transform): { width: number; height: number; depth: number } {
  const corners = footprint(bounds, { ...stand, offset_m: [0, 0] });
  return { width: 2 * Math.max(...corners.map(([x]) => Math.abs(x))), height: sizeOf(bounds)[1] * stand.scale, depth: 2 * Math.max(...corners.map(([, z]) => Math.abs(z))) };
}

/** In the middle of the slot, as large as it may be there; never enlarged. */
export function fitted(bounds: Bounds, yaw_deg: number, slot: Slot): Transform {
  const model = extent(bounds, { offset_m: [0, 0], yaw_deg, scale: 1 });
  const [width, height, depth] = slot.size_m;
  const scale = Math.min(1, width / Math.max(1e-6, model.width), depth / Math.max(1e-6, model.depth), height / Math.max(1e-6, model.height));
  // Down to whole per cent: a figure that one can read.
  return { offset_m: [0, 0], yaw_deg, scale: scale < 1 ? Math.max(0.01, Math.floor(scale * 100) / 100) : 1 };
}

/** A dress whose model became larger than its slot, made to fit: in the middle, smaller where it must be, its panels in the slot. Null where it fits. */
export function refitted(bounds: Bounds, dress: Dress, slot: Slot): Dress | null {
  const { side_m, up_m } = excess(bounds, dress, slot);
  if (side_m === 0 && up_m === 0) return null;
  const most = fitted(bounds, dress.yaw_deg, slot);
  const stand = { ...most, scale: Math.min(dress.scale, most.scale) };
  return { ...dress, ...stand, panels: dress.panels.map((panel) => ({ ...panel, at: broughtIn(panel.at, stand, slot) })) };
}

type Stand = Pick<Transform, 'offset_m' | 'yaw_deg'>;

/** From the booth's axes onto the slot's floor. Panels do not move with the model's scale. */
export function toPlan([x, , z]: readonly [number, number, number], { offset_m: [dx, dz], yaw_deg }: Stand): [number, number] {
  const [turnedX, turnedZ] = turned(x, z, yaw_deg);
  return [dx + turnedX, dz + turnedZ];
}

/** And back. */
export const toBooth = ([x, z]: readonly [number, number], { offset_m: [dx, dz], yaw_deg }: Stand): [number, number] => turned(x - dx, z - dz, -yaw_deg);

/** Which panels stand outside the slot, counted from 1: the server takes no booth for review with one of these. */
export function panelsOutside(panels: readonly { readonly at: Vec3 }[], stand: Stand, { size_m: [width, height, depth] }: Slot): number[] {
  return panels.flatMap(({ at }, index) => {
    const [x, z] = toPlan(at, stand);
    const over = Math.max(Math.abs(x) - width / 2, Math.abs(z) - depth / 2, at[1] - height, -at[1]);
    // To the millimetre: as there.
    return Math.round(over * 1000) > PANEL_SLACK_M * 1000 ? [index + 1] : [];
  });
}

/** The nearest place for a panel with its board inside the slot, in the booth's axes; its own where it stands inside. */
export function broughtIn(at: Vec3, stand: Stand, slot: Slot): Vec3 {
  if (panelsOutside([{ at }], stand, slot).length === 0) return at;
  const [width, height, depth] = slot.size_m;
  const within = (value: number, side: number): number => {
    const most = Math.max(0, side / 2 - BOARD_WIDTH_M / 2);
    return Math.min(most, Math.max(-most, value));
  };
  const [x, z] = toPlan(at, stand);
  const [boothX, boothZ] = toBooth([within(x, width), within(z, depth)], stand);
  return [round(boothX), round(Math.min(height, Math.max(0, at[1]))), round(boothZ)];
}

/** The turn with the side that a model shows towards the visitors; a slot's front is at -Z. */
export const yawTowardsVisitors = (version: Version | null): number => (version?.optimised?.front === '+z' ? 180 : 0);

/** The turn with which visitors see it: as it is dressed, or as it will be turned for them. */
export const shownYaw = (version: Version, dress: Dress | null): number => dress?.yaw_deg ?? yawTowardsVisitors(version);

/** From where visitors, who come from the slot's front, look at a booth that is turned so: (x, z) in the model's own axes. */
export const visitorsSide = (yaw_deg: number): [number, number] => turned(0, -1, -yaw_deg);

/** As it is to be saved: before there is a model that could be turned, the server is left to turn it. */
export function turnedOrNot(dress: Dress, version: Version | null): Omit<Dress, 'yaw_deg'> & Partial<Transform> {
  const { yaw_deg, ...unturned } = dress;
  return version || yaw_deg !== 0 ? dress : unturned;
}

export const round = (metres: number): number => Math.round(metres * 100) / 100 + 0;
