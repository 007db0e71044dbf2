/** Where in a hall something was: by what stands nearest. */
import type { HallDescriptor } from '../net/api';
import { pick, type Bilingual } from '../text/catalogue';

export type Place = readonly [x: number, z: number];

const NEAR_M = 25;

/** What is called by name and nearest to a place: a check-in point, or a booth. Null where nothing is near. */
export function placeNear(hall: Pick<HallDescriptor, 'checkins' | 'slots' | 'booths'>, [x, z]: Place): string | null {
  const known: { at: readonly number[]; title: Bilingual }[] = hall.checkins.map(({ position, title }) => ({ at: position, title }));
  for (const { slot, title } of hall.booths) {
    const stand = hall.slots.find(({ id }) => id === slot);
    if (stand) known.push({ at: stand.position, title });
  }
  let nearest = NEAR_M;
  let name: string | null = null;
  for (const { at, title } of known) {
    const away_m = distance_m([x, z], [at[0] ?? 0, at[2] ?? 0]);
    if (away_m < nearest && pick(title)) [nearest, name] = [away_m, pick(title)];
  }
  return name;
}

export const distance_m = (one: Place, other: Place): number => Math.hypot(one[0] - other[0], one[1] - other[1]);
