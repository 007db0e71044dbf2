/** A canvas beside the page's: what is drawn once and shown many times. */
import type { Size } from './nameBeside';

export class MapLayer {
  readonly canvas = document.createElement('canvas');
  readonly #context = this.canvas.getContext('2d') as CanvasRenderingContext2D;

  /** Empty, and of this size in its own pixels. */
  begin({ width, height }: Size, ratio: number): CanvasRenderingContext2D {
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, width, height);
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return this.#context;
  }
}
