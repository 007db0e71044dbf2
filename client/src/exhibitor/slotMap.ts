/** The hall's floor with its slots, to choose one by pressing it; the list beside it says the same in words and is what keys use. */
import { fetchBytes, type HallDescriptor, type Slot } from '../net/api';
import { Floor } from '../player/floor';
import { svg } from '../ui/dom';
import { extentOf, paintFloor } from '../ui/mapDrawing';

const MARGIN_M = 1.5;

export interface SlotMap {
  readonly element: HTMLElement;
  show(hall: HallDescriptor, free: ReadonlySet<string>): void;
  choose(slot: string | null): void;
}

export function createSlotMap(host: HTMLElement, onChoose: (slot: string) => void): SlotMap {
  const canvas = document.createElement('canvas');
  const drawing = svg('svg', { 'aria-hidden': true });
  host.append(canvas, drawing);
  let hall: HallDescriptor | null = null;

  const shape = ({ id, position: [x, , z], yaw, size_m: [width, , depth] }: Slot, free: boolean): SVGGElement => {
    const degrees = (-yaw * 180) / Math.PI;
    const group = svg('g', { class: free ? 'slot free' : 'slot taken', 'data-slot': id, transform: `translate(${x} ${z})` },
      svg('g', { transform: `rotate(${degrees})` },
        svg('rect', { x: -width / 2, y: -depth / 2, width, height: depth, rx: 0.15 }),
        // The front, where visitors come from.
        svg('path', { d: `M${-width / 2} ${-depth / 2}H${width / 2}`, class: 'front' })),
      svg('text', { y: 0.42 }, id));
    if (free) group.addEventListener('click', () => onChoose(id));
    return group;
  };
  const frame = (left: number, top: number, width: number, depth: number): void =>
    drawing.setAttribute('viewBox', `${left - MARGIN_M} ${top - MARGIN_M} ${width + 2 * MARGIN_M} ${depth + 2 * MARGIN_M}`);

  return {
    element: host,
    show(next, free) {
      hall = next;
      canvas.width = canvas.height = 1;
      const { min, max } = next.bounds;
      frame(min[0], min[2], max[0] - min[0], max[2] - min[2]);
      drawing.replaceChildren(...next.slots.map((slot) => shape(slot, free.has(slot.id))));
      fetchBytes(next.floor).then(Floor.parse).then((floor) => {
        if (hall !== next) return;
        const extent = withSlots(extentOf(next, floor), next.slots);
        frame(extent.minX, extent.minZ, extent.maxX - extent.minX, extent.maxZ - extent.minZ);
        paintUnder(canvas, floor, extent);
      }).catch(() => {
        // The slots alone tell where they are.
      });
    },
    choose(slot) {
      for (const group of drawing.querySelectorAll<SVGElement>('.slot')) group.classList.toggle('chosen', group.dataset['slot'] === slot);
    },
  };
}

type Extent = ReturnType<typeof extentOf>;

/** Slots may stand beside what can be walked on. */
function withSlots(extent: Extent, slots: readonly Slot[]): Extent {
  const reach = (slot: Slot): number => Math.hypot(slot.size_m[0], slot.size_m[2]) / 2;
  return {
    minX: Math.min(extent.minX, ...slots.map((slot) => slot.position[0] - reach(slot))),
    minZ: Math.min(extent.minZ, ...slots.map((slot) => slot.position[2] - reach(slot))),
    maxX: Math.max(extent.maxX, ...slots.map((slot) => slot.position[0] + reach(slot))),
    maxZ: Math.max(extent.maxZ, ...slots.map((slot) => slot.position[2] + reach(slot))),
  };
}

/** One pixel a cell of the floor, over exactly what the drawing's viewBox shows. */
function paintUnder(canvas: HTMLCanvasElement, floor: Floor, { minX, minZ, maxX, maxZ }: Extent): void {
  const left = Math.round((minX - MARGIN_M - floor.originX) / floor.cell_m);
  const top = Math.round((minZ - MARGIN_M - floor.originZ) / floor.cell_m);
  canvas.width = Math.round((maxX - minX + 2 * MARGIN_M) / floor.cell_m);
  canvas.height = Math.round((maxZ - minZ + 2 * MARGIN_M) / floor.cell_m);
  const fill = getComputedStyle(canvas).getPropertyValue('--map-floor').trim();
  canvas.getContext('2d')?.drawImage(paintFloor(floor, fill), -left, -top);
}
