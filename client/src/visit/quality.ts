/**
 * How many pixels the device can draw in time: the pixel ratio goes down when frames are slow and carefully up again.
 *
 * Judged over windows of a second by the median frame, so that one long frame (a hall arriving, a tab coming back) says
 * nothing. Going up needs a long quiet time, and a ratio that proved too high is not tried again.
 */

const WINDOW_S = 1;
const SLOW_FRAME_S = 1 / 38;
const FAST_FRAME_S = 1 / 56;
const STEP = 0.8;
const QUIET_WINDOWS = 8;

export interface QualityRange {
  lowest: number;
  highest: number;
}

export class Quality {
  ratio: number;
  #ceiling: number;
  #frames: number[] = [];
  #elapsed_s = 0;
  #quiet = 0;

  constructor(private readonly range: QualityRange) {
    this.ratio = range.highest;
    this.#ceiling = range.highest;
  }

  /** One frame took this long. True when `ratio` has changed. */
  frame(dt_s: number): boolean {
    this.#frames.push(dt_s);
    this.#elapsed_s += dt_s;
    if (this.#elapsed_s < WINDOW_S || this.#frames.length < 5) return false;
    const median_s = medianOf(this.#frames);
    this.#frames = [];
    this.#elapsed_s = 0;
    return this.#judge(median_s);
  }

  #judge(median_s: number): boolean {
    if (median_s > SLOW_FRAME_S) {
      this.#quiet = 0;
      if (this.ratio <= this.range.lowest) return false;
      this.#ceiling = Math.min(this.#ceiling, this.ratio);
      return this.#set(Math.max(this.range.lowest, this.ratio * STEP));
    }
    this.#quiet = median_s < FAST_FRAME_S ? this.#quiet + 1 : 0;
    const higher = Math.min(this.range.highest, this.ratio / STEP);
    if (this.#quiet < QUIET_WINDOWS || higher <= this.ratio || higher >= this.#ceiling) return false;
    this.#quiet = 0;
    return this.#set(higher);
  }

  #set(ratio: number): boolean {
    if (ratio === this.ratio) return false;
    this.ratio = ratio;
    return true;
  }
}

/** Phones and tablets begin low: their screens are dense and their heat is the limit. */
export function rangeFor(devicePixelRatio: number, coarsePointer: boolean): QualityRange {
  const highest = Math.min(devicePixelRatio, coarsePointer ? 1.5 : 2);
  return { lowest: Math.min(highest, coarsePointer ? 0.75 : 0.6), highest };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}
