/** Who stands around the visitor: how many within hearing, and who they are. */
import type { Badge } from '../protocol/generated';
import type { Crowd } from './crowd';
import type { Name } from './names';

/** So far people are called near, in the count and in the list. */
export const NEAR_M = 10;
/** Of those further away, who are only a way to report somebody. */
const FURTHER_MAX = 24;

export interface NearPerson {
  id: number;
  /** '' while it is not known. */
  name: string;
  badge: Badge;
  isNear: boolean;
}

/** How many stand within hearing, oneself not counted. */
export function countNear(crowd: Crowd, x: number, z: number, now_s: number): number {
  let count = 0;
  eachOther(crowd, x, z, now_s, (_, metres) => {
    if (metres <= NEAR_M) count += 1;
  });
  return count;
}

/** Those who are counted, and some further away who are known by name: the nearest first. */
export function peopleAround(crowd: Crowd, names: ReadonlyMap<number, Name>, x: number, z: number, now_s: number): NearPerson[] {
  const found: (NearPerson & { metres: number })[] = [];
  eachOther(crowd, x, z, now_s, (id, metres) => {
    const known = names.get(id);
    const isNear = metres <= NEAR_M;
    if (known || isNear) found.push({ id, name: known?.name ?? '', badge: known?.badge ?? '', isNear, metres });
  });
  found.sort((a, b) => a.metres - b.metres);
  const near = found.filter(({ isNear }) => isNear);
  return [...near, ...found.slice(near.length, near.length + FURTHER_MAX)].map(({ metres: _, ...person }) => person);
}

const place = new Float32Array(4);

function eachOther(crowd: Crowd, x: number, z: number, now_s: number, seen: (id: number, metres: number) => void): void {
  for (let slot = 0; slot < crowd.extent; slot += 1) {
    if (crowd.present[slot] === 0 || slot === crowd.selfSlot) continue;
    crowd.positionAt(slot, now_s - crowd.epoch, place);
    seen(crowd.ids[slot] as number, Math.hypot((place[0] as number) - x, (place[2] as number) - z));
  }
}
