/** The garden wall's ornament: the edge of roof tiles and the shadow of bamboo on the plaster. Seen only, never read. */
import { el, svg } from './dom';

export const roofTiles = (): HTMLElement => el('div', 'roof', { 'aria-hidden': true });

type Stalk = { x: number; width: number; lean: number };
const STALKS: readonly Stalk[] = [{ x: 112, width: 9, lean: 4 }, { x: 196, width: 7, lean: -3 }, { x: 256, width: 8, lean: 2 }];

/** Each leaf: where its stem is, its length and the way it hangs (degrees, 90 is straight down). */
const LEAVES: readonly (readonly [number, number, number, number])[] = [
  [112, 40, 62, 150], [112, 40, 58, 118], [108, 44, 44, 175], [116, 96, 66, 38], [116, 96, 54, 68], [112, 150, 70, 142], [112, 150, 58, 112],
  [196, 24, 64, 160], [196, 24, 52, 128], [196, 24, 66, 30], [194, 86, 72, 152], [194, 86, 58, 120], [198, 132, 74, 44], [198, 132, 60, 72],
  [196, 214, 70, 148], [196, 214, 56, 112], [256, 52, 62, 152], [256, 52, 50, 120], [254, 118, 78, 148], [254, 118, 62, 116], [258, 190, 60, 50],
  [254, 262, 72, 150], [254, 262, 58, 116], [110, 250, 62, 134], [110, 250, 54, 46], [194, 322, 60, 140], [256, 352, 58, 126],
];

export function bambooShadow(): SVGSVGElement {
  return svg(
    'svg', { class: 'bamboo', viewBox: '0 0 300 560', preserveAspectRatio: 'xMaxYMin slice', 'aria-hidden': true },
    svg('g', {}, ...STALKS.map(stalk), ...LEAVES.map(leaf)),
  );
}

function stalk({ x, width, lean }: Stalk): SVGPathElement {
  return svg('path', { class: 'stalk', d: `M${x} -10Q${x + lean} 280 ${x - lean} 570`, 'stroke-width': width });
}

/** A blade: two arcs from stem to tip. */
function leaf([x, y, length, angle]: readonly [number, number, number, number]): SVGPathElement {
  const half = length * 0.085;
  return svg('path', {
    class: 'leaf', d: `M0 0Q${length * 0.42} ${-half * 2} ${length} 0Q${length * 0.42} ${half * 1.6} 0 0Z`,
    transform: `translate(${x} ${y}) rotate(${angle})`,
  });
}
