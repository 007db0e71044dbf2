/**
 * Text for the 3D scene: lines drawn on a canvas, each into a cell of one texture. The browser's own text engine gives correct Chinese
 * and falls back from font to font; what is drawn longest ago makes room for what is new.
 */
import {
  CanvasTexture, LinearFilter, LinearMipmapLinearFilter, SRGBColorSpace, Texture, Vector2, WebGLRenderTarget, type WebGLRenderer,
} from 'three';

export const SCENE_FONT =
  '"Source Sans 3", "PingFang SC", "HarmonyOS Sans SC", MiSans, "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif';

export interface TextCell {
  /** Lower left corner and size, in fractions of the texture. */
  u: number;
  v: number;
  width: number;
  height: number;
  /** Width over height of what is drawn. */
  aspect: number;
}

/** Draws into a cell of the canvas, from its upper left corner; returns the width used in pixels. */
export type Draw = (pen: CanvasRenderingContext2D, maxWidth: number, height: number) => number;

export interface AtlasSize {
  cellWidth: number;
  cellHeight: number;
  columns: number;
  rows: number;
}

interface Entry {
  cell: TextCell;
  index: number;
}

export class TextAtlas {
  readonly #target: WebGLRenderTarget;
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  readonly #source: Texture;
  /** In order of use, the longest unused first. */
  readonly #entries = new Map<string, Entry>();
  readonly #position = new Vector2();

  constructor(private readonly renderer: WebGLRenderer, private readonly size: AtlasSize) {
    const { cellWidth, cellHeight, columns, rows } = size;
    this.#target = new WebGLRenderTarget(cellWidth * columns, cellHeight * rows, {
      depthBuffer: false, colorSpace: SRGBColorSpace, generateMipmaps: true, minFilter: LinearMipmapLinearFilter,
      magFilter: LinearFilter, anisotropy: 8,
    });
    renderer.initRenderTarget(this.#target);
    this.#canvas = document.createElement('canvas');
    this.#canvas.width = cellWidth;
    this.#canvas.height = cellHeight;
    this.#pen = this.#canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
    this.#source = new CanvasTexture(this.#canvas);
    this.#source.colorSpace = SRGBColorSpace;
    this.#source.premultiplyAlpha = true;
    this.#source.generateMipmaps = false;
    this.#source.minFilter = LinearFilter;
  }

  /** Premultiplied. */
  get texture(): Texture {
    return this.#target.texture;
  }

  get capacity(): number {
    return this.size.columns * this.size.rows;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** The cell for `key`, drawn if it is not there yet. Using more keys than `capacity` at a time would draw each anew. */
  cell(key: string, draw: Draw): TextCell {
    const known = this.#entries.get(key);
    if (known) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.cell;
    }
    const entry = this.#draw(this.#freeIndex(), draw);
    this.#entries.set(key, entry);
    return entry.cell;
  }

  dispose(): void {
    this.#target.dispose();
    this.#source.dispose();
  }

  #freeIndex(): number {
    if (this.#entries.size < this.capacity) return this.#entries.size;
    const [key, entry] = this.#entries.entries().next().value as [string, Entry];
    this.#entries.delete(key);
    return entry.index;
  }

  #draw(index: number, draw: Draw): Entry {
    const { cellWidth, cellHeight, columns, rows } = this.size;
    this.#pen.clearRect(0, 0, cellWidth, cellHeight);
    const used = Math.min(Math.ceil(draw(this.#pen, cellWidth, cellHeight)), cellWidth);
    const column = index % columns;
    const row = Math.floor(index / columns);
    this.#source.needsUpdate = true;
    this.#position.set(column * cellWidth, row * cellHeight);
    this.renderer.copyTextureToTexture(this.#source, this.#target.texture, null, this.#position);
    const cell = {
      u: column / columns, v: row / rows, width: used / (cellWidth * columns), height: 1 / rows, aspect: used / cellHeight,
    };
    return { cell, index };
  }
}
