/** Where the map says a name: beside its dot and never over it, all of it inside the map. */

export interface Size {
  width: number;
  height: number;
}

const EDGE_PX = 4;

/**
 * The upper left corner of the name's box.
 * @param gap_px between the dot's middle and the box
 */
export function nameBeside(dot: { x: number; y: number }, box: Size, gap_px: number, map: Size): { left: number; top: number } {
  const inside = (value: number, size: number, end: number): number => Math.max(EDGE_PX, Math.min(value, end - EDGE_PX - size));
  const top = inside(dot.y - box.height / 2, box.height, map.height);
  const right = Math.max(EDGE_PX, dot.x + gap_px);
  if (right + box.width <= map.width - EDGE_PX) return { left: right, top };
  const left = Math.min(dot.x - gap_px, map.width - EDGE_PX) - box.width;
  if (left >= EDGE_PX) return { left, top };
  // No room on either side, on a narrow map: over it, or under it at the upper edge.
  const over = dot.y - gap_px - box.height;
  return { left: inside(dot.x - box.width / 2, box.width, map.width), top: over >= EDGE_PX ? over : dot.y + gap_px };
}
