/** From metres on a hall's floor to pixels of the map, and back. */
import type { HallDescriptor } from '../net/api';
import type { Floor } from '../player/floor';

export interface Extent {
  min: readonly [x: number, z: number];
  max: readonly [x: number, z: number];
}

/** Of the hall's floor; of its bounds where there is none. */
export function extentOf({ bounds }: HallDescriptor, floor: Floor | null): Extent {
  if (!floor) return { min: [bounds.min[0], bounds.min[2]], max: [bounds.max[0], bounds.max[2]] };
  return {
    min: [floor.originX, floor.originZ],
    max: [floor.originX + floor.columns * floor.cell_m, floor.originZ + floor.rows * floor.cell_m],
  };
}

export class MapView {
  constructor(readonly scale: number, private readonly left: number, private readonly top: number, private readonly cx: number, private readonly cz: number) {}
  x(x: number): number { return this.left + (x - this.cx) * this.scale; }
  y(z: number): number { return this.top + (z - this.cz) * this.scale; }
  get parts(): readonly number[] { return [this.scale, this.left, this.top, this.cx, this.cz]; }
  toX(px: number): number { return this.cx + (px - this.left) / this.scale; }
  toZ(py: number): number { return this.cz + (py - this.top) / this.scale; }
}
