/**
 * The four windows of the garden wall. A hall has a shape before it has a colour: the same path is the frame of its picture on the
 * landing page (box of 220) and its sign in the HUD, the programme and the lists.
 */
import { svg } from './dom';

export type Shape = 'circle' | 'fan' | 'quatrefoil' | 'dome';

/** Centre line of each rim in a box of 220; sized to look equal, which is not to be equal. */
const PATHS: Record<Shape, string> = {
  circle: 'M110 16.5A93.5 93.5 0 1 1 110 203.5A93.5 93.5 0 1 1 110 16.5Z',
  fan: 'M16 82A143 143 0 0 1 204 82L159 192A106 106 0 0 0 61 192Z',
  quatrefoil: 'M64 64A46.2 46.2 0 1 1 156 64A46.2 46.2 0 1 1 156 156A46.2 46.2 0 1 1 64 156A46.2 46.2 0 1 1 64 64Z',
  dome: 'M24 195V111A86 86 0 0 1 196 111V195Z',
};

/** A hall may name any shape in its hall.toml; what is not known is a moon gate. */
export const shapeOf = (name: string): Shape => (Object.hasOwn(PATHS, name) ? (name as Shape) : 'circle');

export const shapePath = (shape: Shape): string => PATHS[shape];

export const GLYPH_VIEW_BOX = '0 0 220 220';

/** The hall's sign: decoration, for the hall's name always stands beside it. */
export function glyph(name: string): SVGSVGElement {
  const shape = shapeOf(name);
  return svg(
    'svg', { class: `glyph shape-${shape}`, viewBox: GLYPH_VIEW_BOX, 'aria-hidden': true },
    svg('path', { d: PATHS[shape] }),
  );
}
