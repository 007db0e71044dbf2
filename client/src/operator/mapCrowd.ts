/** Everybody on the map as a dot: a few as one path, a crowd as stamps. */
import { DotFlag } from '../protocol/generated';
import type { Dots } from './dots';
import { dotAlpha, dotRadius } from './dotSize';
import { DotStamps } from './dotStamps';
import { MapLayer } from './mapLayer';
import type { MapView } from './mapView';
import type { Size } from './nameBeside';

/** From here on dots are stamped: fewer are large, and smoother as a path. */
const STAMPED_COUNT = 1500;

export class MapCrowd {
  readonly #layer = new MapLayer();
  #pixels: ImageData | null = null;
  #stamps = new DotStamps(1);

  constructor(private readonly dots: Dots) {}

  /** Visitors in jade; who is hidden or made by the program, in grey. */
  draw(c: CanvasRenderingContext2D, view: MapView, floor_m2: number, size: Size, ratio: number, fill: string, dim: string): void {
    const { count, flags, x, z } = this.dots;
    const radius = dotRadius(count, floor_m2 * view.scale ** 2);
    const isDim = (i: number): boolean => ((flags[i] as number) & (DotFlag.HIDDEN | DotFlag.BOT)) !== 0;
    if (count >= STAMPED_COUNT) return this.#stamp(c, view, size, ratio, radius, (i) => (isDim(i) ? dim : fill));
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.globalAlpha = dotAlpha(radius);
    for (const [style, wanted] of [[dim, true], [fill, false]] as const) {
      c.fillStyle = style;
      c.beginPath();
      for (let i = 0; i < count; i += 1) {
        if (isDim(i) !== wanted) continue;
        const [px, py] = [view.x(x[i] as number), view.y(z[i] as number)];
        c.moveTo(px + radius, py);
        c.arc(px, py, radius, 0, Math.PI * 2);
      }
      c.fill();
    }
    c.globalAlpha = 1;
  }

  #stamp(c: CanvasRenderingContext2D, view: MapView, { width, height }: Size, ratio: number, radius: number, colourOf: (i: number) => string): void {
    const { count, x, z } = this.dots;
    if (this.#stamps.radius_px !== radius * ratio) this.#stamps = new DotStamps(radius * ratio);
    if (this.#pixels?.width !== width || this.#pixels.height !== height) this.#pixels = new ImageData(width, height);
    const pixels = new Uint32Array(this.#pixels.data.buffer);
    const alpha = dotAlpha(radius);
    const words = new Map<string, number>();
    pixels.fill(0);
    for (let i = 0; i < count; i += 1) {
      const colour = colourOf(i);
      let word = words.get(colour);
      if (word === undefined) words.set(colour, (word = wordOf(c, colour)));
      this.#stamps.put(pixels, width, height, view.x(x[i] as number) * ratio, view.y(z[i] as number) * ratio, word, alpha);
    }
    this.#layer.begin({ width, height }, 1).putImageData(this.#pixels, 0, 0);
    c.drawImage(this.#layer.canvas, 0, 0);
  }
}

/** 0xBBGGRR of any colour that a canvas knows. */
function wordOf(c: CanvasRenderingContext2D, colour: string): number {
  c.fillStyle = colour;
  const [red = 0, green = 0, blue = 0] = (String(c.fillStyle).match(/[0-9a-f]{2}/g) ?? []).map((pair) => parseInt(pair, 16));
  return (blue << 16) | (green << 8) | red;
}
