/** What the map marks: whoever was reported, where somebody stood when something was, and the one who is chosen. */
import { DotFlag } from '../protocol/generated';
import { t, type MessageKey } from '../text/catalogue';
import type { Dots } from './dots';
import type { MapView } from './mapView';
import { nameBeside, type Size } from './nameBeside';

const RING_PX = 9;
const CHOSEN_RING_PX = RING_PX + 4;
const NAME_GAP_PX = CHOSEN_RING_PX + 6;
const NAME_HEIGHT_PX = 28;
const MARK_PX = 7;

/** Where somebody stood when something was reported. */
export interface MapMark {
  at: readonly [x: number, z: number];
  saying: MessageKey;
}

/** Around those who were reported. */
export function drawRings(c: CanvasRenderingContext2D, view: MapView, { count, flags, x, z }: Dots, stroke: string): void {
  c.strokeStyle = stroke;
  c.lineWidth = 2;
  for (let i = 0; i < count; i += 1) {
    if (((flags[i] as number) & DotFlag.REPORTED) === 0) continue;
    c.beginPath();
    c.arc(view.x(x[i] as number), view.y(z[i] as number), RING_PX, 0, Math.PI * 2);
    c.stroke();
  }
}

/** A diamond with its word: no dot, for nobody need stand there any more. */
export function drawMarks(c: CanvasRenderingContext2D, view: MapView, marks: readonly MapMark[], ink: string, halo: string, font: string): void {
  c.font = `500 13px ${font}`;
  c.textAlign = 'center';
  c.lineJoin = 'round';
  for (const { at, saying } of marks) {
    const [px, py] = [view.x(at[0]), view.y(at[1])];
    c.beginPath();
    c.moveTo(px, py - MARK_PX);
    c.lineTo(px + MARK_PX, py);
    c.lineTo(px, py + MARK_PX);
    c.lineTo(px - MARK_PX, py);
    c.closePath();
    c.strokeStyle = ink;
    c.lineWidth = 2;
    c.stroke();
    c.strokeStyle = halo;
    c.lineWidth = 4;
    c.strokeText(t(saying), px, py + MARK_PX + 15);
    c.fillStyle = ink;
    c.fillText(t(saying), px, py + MARK_PX + 15);
  }
  c.textAlign = 'start';
}

/** Whoever is chosen, with their name. */
export function drawChosen(c: CanvasRenderingContext2D, view: MapView, dots: Dots, chosen: { id: number; name: string }, map: Size, fill: string, ink: string, font: string): void {
  const at = dots.indexOf(chosen.id);
  if (at < 0) return;
  const [px, py] = [view.x(dots.x[at] as number), view.y(dots.z[at] as number)];
  c.strokeStyle = c.fillStyle = fill;
  c.lineWidth = 3;
  c.beginPath();
  c.arc(px, py, CHOSEN_RING_PX, 0, Math.PI * 2);
  c.stroke();
  c.beginPath();
  c.arc(px, py, 3.5, 0, Math.PI * 2);
  c.fill();
  c.font = `500 13px ${font}`;
  const box = { width: c.measureText(chosen.name).width + 24, height: NAME_HEIGHT_PX };
  const { left, top } = nameBeside({ x: px, y: py }, box, NAME_GAP_PX, map);
  c.beginPath();
  c.roundRect(left, top, box.width, box.height, 5);
  c.fill();
  c.fillStyle = ink;
  c.textBaseline = 'middle';
  c.fillText(chosen.name, left + 12, top + box.height / 2 + 1);
  c.textBaseline = 'alphabetic';
}
