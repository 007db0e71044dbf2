/**
 * Where the map's labels go, so that none lies on another and few people under one: who comes first has its place, a lesser one moves
 * aside or is left out.
 */

export interface Label {
  /** The middle of what it names. */
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A label's upper left corner. */
export type Corner = { left: number; top: number };

type Box = Corner & { width: number; height: number };

const GAP_PX = 3;

/**
 * A corner for each label in its order, or null where there is no room.
 * @param taken what must stay free, as boxes around a middle
 * @param covered how many people a box would hide: of the places that are free, the one that hides the fewest
 */
export function placeLabels(
  labels: readonly Label[], taken: readonly Label[], width: number, height: number, covered: (box: Box) => number = () => 0,
): (Corner | null)[] {
  const boxes: Box[] = taken.map((label) => ({ left: label.x - label.width / 2, top: label.y - label.height / 2, width: label.width, height: label.height }));
  return labels.map((label) => {
    let best: { corner: Corner; hidden: number } | null = null;
    for (const corner of cornersOf(label, width, height)) {
      const box = { ...corner, width: label.width, height: label.height };
      if (boxes.some((other) => touches(box, other))) continue;
      const hidden = covered(box);
      if (!best || hidden < best.hidden) best = { corner, hidden };
    }
    if (best) boxes.push({ ...best.corner, width: label.width, height: label.height });
    return best?.corner ?? null;
  });
}

const touches = (a: Box, b: Box): boolean =>
  a.left < b.left + b.width + GAP_PX && b.left < a.left + a.width + GAP_PX && a.top < b.top + b.height + GAP_PX && b.top < a.top + a.height + GAP_PX;

/** On its place, or just over or under it; kept inside the map. */
function cornersOf({ x, y, width: w, height: h }: Label, width: number, height: number): Corner[] {
  const inside = (value: number, size: number, end: number): number => Math.min(Math.max(2, value), end - size - 2);
  return [y, y - h, y + h].map((middle) => ({ left: inside(x - w / 2, w, width), top: inside(middle - h / 2, h, height) }));
}
