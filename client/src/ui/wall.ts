/** The garden wall's ornament: the edge of roof tiles and the shadow of bamboo on the plaster. Seen only, never read. */
import { el, svg } from './dom';

export const roofTiles = (): HTMLElement => el('div', 'roof', { 'aria-hidden': true });

type Stalk = { x: number; width: number; lean: number };
const STALKS: readonly Stalk[] = [{ x: 112, width: 6.5, lean: 4 }, { x: 196, width: 5, lean: -3 }, { x: 256, width: 6, lean: 2 }];

/** Each leaf: where its stem is, its length and the way it hangs (degrees, 90 is straight down). */
const LEAVES: readonly (readonly [number, number, number, number])[] = [
  [112, 34, 66, 152], [112, 36, 58, 122], [110, 40, 48, 176], [112, 38, 50, 96], [116, 92, 68, 36], [116, 94, 56, 64], [112, 142, 74, 146],
  [112, 144, 60, 116], [112, 146, 46, 88], [196, 20, 66, 158], [196, 22, 54, 126], [196, 20, 68, 28], [196, 24, 52, 58], [194, 80, 74, 150],
  [194, 82, 60, 118], [198, 128, 76, 42], [198, 130, 60, 72], [196, 206, 72, 146], [196, 208, 58, 112], [196, 210, 44, 80], [256, 44, 64, 152],
  [256, 46, 52, 120], [254, 112, 80, 148], [254, 114, 64, 116], [258, 186, 62, 50], [258, 188, 46, 84], [254, 256, 74, 150], [254, 258, 60, 116],
  [110, 244, 64, 134], [110, 246, 56, 46], [194, 316, 62, 140], [194, 318, 50, 104], [256, 346, 60, 126],
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
  const half = length * 0.062;
  return svg('path', {
    class: 'leaf', d: `M0 0Q${length * 0.42} ${-half * 2} ${length} 0Q${length * 0.42} ${half * 1.6} 0 0Z`,
    transform: `translate(${x} ${y}) rotate(${angle})`,
  });
}
