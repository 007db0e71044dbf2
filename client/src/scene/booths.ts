/** Booths: small models of their own, each put into its slot. One that fails leaves its slot empty, not the hall. */
import type { Group, Object3D } from 'three';
import type { Booth, HallDescriptor, Slot } from '../net/api';
import { loadModel, type OnBytes } from './files';

export interface PlacedBooth {
  booth: Booth;
  object: Object3D;
}

const AT_ONCE = 4;

/** All booths of a hall, a few downloads at a time. */
export async function loadBooths(hall: HallDescriptor, onBytes: OnBytes): Promise<PlacedBooth[]> {
  const slots = new Map(hall.slots.map((slot) => [slot.id, slot]));
  const waiting = hall.booths.filter((booth) => slots.has(booth.slot));
  const placed: PlacedBooth[] = [];
  const worker = async (): Promise<void> => {
    for (let booth = waiting.shift(); booth; booth = waiting.shift()) {
      try {
        const object = await loadModel(booth.url, onBytes);
        placed.push({ booth, object: placeInSlot(object, booth, slots.get(booth.slot) as Slot) });
      } catch (error) {
        console.warn(`booth ${booth.id} is left out:`, error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return placed;
}

/** Slot and booth both have their front at -Z. */
export function placeInSlot(object: Group, booth: Booth, slot: Slot): Object3D {
  object.name = `booth-${booth.id}`;
  object.position.set(...slot.position);
  object.rotation.y = slot.yaw;
  object.userData['booth'] = booth.id;
  return object;
}
