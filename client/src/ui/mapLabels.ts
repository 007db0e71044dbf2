/** Where the map's labels go, so that none lies on another: who comes first has its place, a lesser one moves aside or is left out. */

export interface Label {
  /** The middle of what it names. */
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A label's upper left corner. */
export type Corner = { left: number; top: number };

const GAP_PX = 3;

/**
 * A corner for each label in its order, or null where there is no room.
 * @param taken what must stay free, as boxes around a middle
 */
export function placeLabels(labels: readonly Label[], taken: readonly Label[], width: number, height: number): (Corner | null)[] {
  const boxes = taken.map((label) => ({ left: label.x - label.width / 2, top: label.y - label.height / 2, width: label.width, height: label.height }));
  return labels.map((label) => {
    const corner = cornersOf(label, width, height).find(({ left, top }) => boxes.every((box) =>
      left >= box.left + box.width + GAP_PX || box.left >= left + label.width + GAP_PX ||
      top >= box.top + box.height + GAP_PX || box.top >= top + label.height + GAP_PX));
    if (!corner) return null;
    boxes.push({ ...corner, width: label.width, height: label.height });
    return corner;
  });
}

/** On its place, or just over or under it; kept inside the map. */
function cornersOf({ x, y, width: w, height: h }: Label, width: number, height: number): Corner[] {
  const inside = (value: number, size: number, end: number): number => Math.min(Math.max(2, value), end - size - 2);
  return [y, y - h, y + h].map((middle) => ({ left: inside(x - w / 2, w, width), top: inside(middle - h / 2, h, height) }));
}
