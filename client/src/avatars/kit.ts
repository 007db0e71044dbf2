/** The avatar kit (assets/avatars): meshes, motion, faces and colours, loaded once and shared by everything that draws avatars. */
import {
  BufferAttribute, BufferGeometry, ClampToEdgeWrapping, Color, DataTexture, FloatType, HalfFloatType, InterleavedBuffer,
  InterleavedBufferAttribute, LinearFilter, LinearMipmapLinearFilter, NearestFilter, NoColorSpace, RGBAFormat, Texture,
} from 'three';

export type Level = 'near' | 'mid';
export const LEVELS: readonly Level[] = ['near', 'mid'];
export const HAIR_COUNT = 4;
export const OUTFIT_COUNT = 3;
/** Spare rows of the pose texture, after the clips' frames, for poses made on the fly. */
export const LIVE_POSE_COUNT = 16;

export interface Clip {
  name: string;
  start: number;
  frames: number;
  seconds: number;
  /** Ground covered by one loop: such a clip is driven by distance. 0: by time. */
  strideMetres: number;
}

interface PartEntry {
  vertices: number;
  triangles: number;
  vertexOffset: number;
  indexOffset: number;
}

interface Palette {
  skins: string[];
  hairs: string[];
  /** Top, bottom, accent, shoes. */
  colours: [string, string, string, string][];
  light: string;
  straw: string;
}

export interface KitDescription {
  version: number;
  positionRange: number;
  bytesPerVertex: number;
  bones: string[];
  parents: number[];
  /** Joints in the pose that the meshes are modelled in. */
  bind: [number, number, number][];
  headPivot: [number, number, number];
  frames: number;
  clips: Clip[];
  expressions: string[];
  faces: number;
  hat: { apex: number; rim: number; radius: number };
  palette: Palette;
  parts: Record<string, PartEntry>;
}

const SUPPORTED_VERSION = 1;
/** Zones of the palette, one row each: skin, hair, top, bottom, accent, shoe, light, face, straw. */
const PALETTE_WIDTH = 16;
const PALETTE_ROWS = 9;

export class AvatarKit {
  private constructor(
    readonly description: KitDescription,
    readonly poses: DataTexture,
    readonly palette: DataTexture,
    readonly faces: Texture,
    private readonly meshes: ArrayBuffer,
  ) {}

  static async load(baseUrl: string): Promise<AvatarKit> {
    const base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`;
    const [description, meshes, poses, faces] = await Promise.all([
      fetchOk(`${base}kit.json`).then((r) => r.json() as Promise<KitDescription>),
      fetchOk(`${base}kit.bin`).then((r) => r.arrayBuffer()),
      fetchOk(`${base}pose.bin`).then((r) => r.arrayBuffer()),
      fetchOk(`${base}face.png`).then((r) => r.blob()).then(decode),
    ]);
    if (description.version !== SUPPORTED_VERSION) throw new Error(`avatar kit version ${description.version}`);
    return new AvatarKit(description, poseTexture(description, poses), paletteTexture(description.palette), faceTexture(faces), meshes);
  }

  clip(name: string): Clip {
    const clip = this.description.clips.find((c) => c.name === name);
    if (!clip) throw new Error(`no clip ${name}`);
    return clip;
  }

  triangles(level: Level, part: string): number {
    return this.entry(level, part).triangles;
  }

  /** A part's geometry; the vertex layout is that of assets/avatars/kit.py. */
  geometry(level: Level, part: string): BufferGeometry {
    const { vertices, triangles, vertexOffset, indexOffset } = this.entry(level, part);
    const stride = this.description.bytesPerVertex;
    const bytes = this.meshes.slice(vertexOffset, vertexOffset + vertices * stride);
    const shorts = new InterleavedBuffer(new Int16Array(bytes), stride / 2);
    const words = new InterleavedBuffer(new Uint16Array(bytes), stride / 2);
    const signed = new InterleavedBuffer(new Int8Array(bytes), stride);
    const unsigned = new InterleavedBuffer(new Uint8Array(bytes), stride);
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new InterleavedBufferAttribute(shorts, 3, 0, true));
    geometry.setAttribute('normal', new InterleavedBufferAttribute(signed, 3, 8, true));
    geometry.setAttribute('bones', new InterleavedBufferAttribute(unsigned, 4, 12, false));
    geometry.setAttribute('boneWeights', new InterleavedBufferAttribute(unsigned, 4, 16, true));
    geometry.setAttribute('faceUv', new InterleavedBufferAttribute(words, 2, 10, true));
    geometry.setAttribute('traits', new InterleavedBufferAttribute(unsigned, 4, 24, false));
    geometry.setIndex(new BufferAttribute(new Uint16Array(this.meshes, indexOffset, triangles * 3), 1));
    return geometry;
  }

  dispose(): void {
    this.poses.dispose();
    this.palette.dispose();
    this.faces.dispose();
  }

  private entry(level: Level, part: string): PartEntry {
    const entry = this.description.parts[`${level}.${part}`];
    if (!entry) throw new Error(`no part ${level}.${part}`);
    return entry;
  }
}

/** Triangles of a body in the largest of everything. */
export function dearestBody({ parts }: KitDescription, level: Level): number {
  const triangles = (name: string): number => parts[`${level}.${name}`]?.triangles ?? 0;
  const most = (name: string, count: number): number => Math.max(...Array.from({ length: count }, (_, i) => triangles(`${name}${i}`)));
  return triangles('head') + most('hair', HAIR_COUNT) + most('outfit', OUTFIT_COUNT) + triangles('accessories');
}

async function fetchOk(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response;
}

function decode(blob: Blob): Promise<ImageBitmap> {
  return createImageBitmap(blob, { premultiplyAlpha: 'premultiply', colorSpaceConversion: 'none' });
}

function poseTexture(kit: KitDescription, halves: ArrayBuffer): DataTexture {
  const width = kit.bones.length * 3;
  const data = new Uint16Array(width * 4 * (kit.frames + LIVE_POSE_COUNT));
  data.set(new Uint16Array(halves));
  const texture = new DataTexture(data, width, kit.frames + LIVE_POSE_COUNT, RGBAFormat, HalfFloatType);
  texture.needsUpdate = true;
  return texture;
}

/** Linear colours, looked up by (choice, zone). */
function paletteTexture(palette: Palette): DataTexture {
  const column = (i: number): string[] => palette.colours.map((c) => c[i] as string);
  const rows = [palette.skins, palette.hairs, column(0), column(1), column(2), column(3)];
  const data = new Float32Array(PALETTE_WIDTH * PALETTE_ROWS * 4);
  const put = (x: number, y: number, hex: string): void => {
    const { r, g, b } = new Color(hex);
    data.set([r, g, b, 1], (y * PALETTE_WIDTH + x) * 4);
  };
  rows.forEach((row, y) => row.forEach((hex, x) => put(x, y, hex)));
  for (let x = 0; x < PALETTE_WIDTH; x += 1) {
    put(x, 6, palette.light);
    put(x, 7, palette.skins[x] ?? palette.light);
    put(x, 8, palette.straw);
  }
  const texture = new DataTexture(data, PALETTE_WIDTH, PALETTE_ROWS, RGBAFormat, FloatType);
  texture.minFilter = texture.magFilter = NearestFilter;
  texture.needsUpdate = true;
  return texture;
}

/** Premultiplied and not yet linear: the shader divides by alpha first, so that edges keep their colour. */
function faceTexture(image: ImageBitmap): Texture {
  const texture = new Texture(image);
  texture.colorSpace = NoColorSpace;
  texture.flipY = false;
  texture.generateMipmaps = true;
  texture.minFilter = LinearMipmapLinearFilter;
  texture.magFilter = LinearFilter;
  texture.wrapS = texture.wrapT = ClampToEdgeWrapping;
  texture.anisotropy = 8;
  texture.needsUpdate = true;
  return texture;
}
