/** The budget of a headset, held for the halls as they are built: without a GPU, from their own files. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  BufferAttribute, BufferGeometry, Color, DoubleSide, FrontSide, Group, Mesh, MeshBasicMaterial, MeshStandardMaterial, PerspectiveCamera, Texture,
} from 'three';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HAIR_COUNT, type KitDescription, LEVELS, OUTFIT_COUNT } from '../src/avatars/kit';
import { QUALITY } from '../src/avatars/quality';
import { mostTriangles } from '../src/avatars/system';
import { chooseLevels, type DetailPart, readDetails } from '../src/scene/detail';
import { EYE_DRAWS, EYE_TRIANGLES, REST_TRIANGLES } from '../src/scene/eye';
import { Thrift } from '../src/scene/thrift';

const SCENES = resolve(import.meta.dirname, '../../scenes');
const KIT = resolve(import.meta.dirname, '../public/avatars/kit.json');
const HALLS = ['culture', 'education', 'lobby', 'retail'];
/** Parts of both tiers, the far tier and the contact shadows. */
const AVATAR_DRAWS = LEVELS.length * (2 + HAIR_COUNT + OUTFIT_COUNT) + 2;
/** Sky, halos and names. */
const OTHER_DRAWS = 3;
/** People in the hall, and how coarse it may be in view for them: a pixel of a headset is 0.0008. */
const CROWDS = [[200, 0.013], [10_000, 0.07]] as const;

interface Glb {
  nodes: { name: string; mesh?: number; translation?: number[] }[];
  meshes: { primitives: { attributes: Record<string, number>; indices: number; material: number }[] }[];
  accessors: { count: number }[];
  materials: {
    pbrMetallicRoughness?: { baseColorFactor?: number[]; roughnessFactor?: number; metallicFactor?: number; baseColorTexture?: { index: number } };
    emissiveFactor?: number[];
    emissiveTexture?: { index: number };
    normalTexture?: { index: number };
    doubleSided?: boolean;
    extensions?: Record<string, unknown>;
    extras?: { yuanzhan?: { shadow?: string } };
  }[];
}

const built = (hall: string, file: string): Buffer => readFileSync(resolve(SCENES, hall, 'built', file));

function readGlb(bytes: Buffer): Glb {
  return JSON.parse(bytes.subarray(20, 20 + bytes.readUInt32LE(12)).toString('utf8')) as Glb;
}

/** As the loader and the hall make it, with nothing but counts in its buffers. */
function modelOf(glb: Glb): Group {
  const model = new Group();
  const textures = new Map<number, Texture>();
  const texture = (info?: { index: number }): Texture | null => {
    if (!info) return null;
    if (!textures.has(info.index)) textures.set(info.index, new Texture());
    return textures.get(info.index) ?? null;
  };
  for (const { name, mesh } of glb.nodes) {
    const [primitive] = mesh === undefined ? [] : (glb.meshes[mesh]?.primitives ?? []);
    const source = glb.materials[primitive?.material ?? -1];
    if (!primitive || !source) continue;
    const geometry = new BufferGeometry();
    for (const [key, accessor] of Object.entries(primitive.attributes)) {
      const named = ({ COLOR_0: 'color', TEXCOORD_0: 'uv' } as Record<string, string>)[key] ?? key.toLowerCase();
      geometry.setAttribute(named, new BufferAttribute(new Float32Array((glb.accessors[accessor]?.count ?? 0) * 3), 3));
    }
    geometry.setIndex(new BufferAttribute(new Uint32Array(glb.accessors[primitive.indices]?.count ?? 0), 1));
    const pbr = source.pbrMetallicRoughness ?? {};
    const unlit = source.extensions?.['KHR_materials_unlit'] !== undefined;
    const look = { map: texture(pbr.baseColorTexture), side: source.doubleSided ? DoubleSide : FrontSide };
    const material = unlit ? new MeshBasicMaterial(look) : new MeshStandardMaterial({
      ...look, roughness: pbr.roughnessFactor ?? 1, metalness: pbr.metallicFactor ?? 1, normalMap: texture(source.normalTexture),
      emissive: new Color(...((source.emissiveFactor ?? [0, 0, 0]) as [number, number, number])), emissiveMap: texture(source.emissiveTexture),
    });
    material.userData = source.extras ?? {};
    const made = new Mesh(geometry, material);
    made.name = name;
    const shadow = source.extras?.yuanzhan?.shadow ?? (unlit ? 'none' : 'both');
    made.castShadow = shadow === 'both' || shadow === 'cast';
    made.receiveShadow = shadow === 'both' || shadow === 'receive';
    model.add(made);
  }
  return model;
}

async function thriftOf(hall: string): Promise<{ thrift: Thrift; root: Group; glb: Glb }> {
  const glb = readGlb(built(hall, 'hall.glb'));
  const root = new Group();
  const model = modelOf(glb);
  root.add(model);
  const slots = glb.nodes.filter(({ name }) => name.startsWith('slot-'));
  const booths = readdirSync(resolve(SCENES, hall, 'built/booths')).sort().map((file, i) => {
    const booth = modelOf(readGlb(built(hall, `booths/${file}`)));
    booth.position.set(...(slots[i]?.translation as [number, number, number]));
    root.add(booth);
    return { name: file.replace('.glb', ''), model: booth, booth: true };
  });
  root.updateMatrixWorld();
  const levels = built(hall, 'levels.bin');
  const details = await readDetails(levels.buffer.slice(levels.byteOffset, levels.byteOffset + levels.byteLength) as ArrayBuffer);
  return { thrift: new Thrift(root, [{ name: 'hall', model, booth: false }, ...booths], details, { scale: 3, skyLuminance: 1 }), root, glb };
}

/** Eyes at the named viewpoints and where visitors come in, looking all ways. */
function* viewsOf(hall: string, glb: Glb): Generator<PerspectiveCamera> {
  const toml = readFileSync(resolve(SCENES, hall, 'hall.toml'), 'utf8');
  const eyes = [...toml.matchAll(/^eye = \[([^\]]+)\]/gm)].map(([, at]) => (at as string).split(',').map(Number));
  const spawns = glb.nodes.filter(({ name }) => /spawn|^slot-|^panel-/.test(name)).map(({ translation = [0, 0, 0] }) => [translation[0], (translation[1] as number) + 1.6, translation[2]]);
  for (const [x, y, z] of [...eyes, ...spawns] as [number, number, number][]) {
    for (let eighth = 0; eighth < 8; eighth += 1) {
      const camera = new PerspectiveCamera();
      camera.position.set(x, y, z);
      camera.rotation.y = (eighth * Math.PI) / 4;
      camera.updateMatrixWorld();
      yield camera;
    }
  }
}

describe.each(HALLS)('the hall %s in a headset', (hall) => {
  // The signs of booths become one picture.
  beforeEach(() => void vi.stubGlobal('document', { createElement: () => ({ getContext: () => null }) }));
  afterEach(() => void vi.unstubAllGlobals());

  it.each(CROWDS)('is within 300,000 triangles for both eyes, a crowd of %i included, and not coarse', async (people, coarse_rad) => {
    const { thrift, glb } = await thriftOf(hall);
    const kit = JSON.parse(readFileSync(KIT, 'utf8')) as KitDescription;
    const crowd = mostTriangles(kit, QUALITY.headset, people);
    let coarsest_rad = 0;
    for (const camera of viewsOf(hall, glb)) {
      thrift.look(camera, EYE_TRIANGLES - REST_TRIANGLES - crowd);
      expect(2 * (thrift.state.triangles + crowd + REST_TRIANGLES)).toBeLessThanOrEqual(300_000);
      coarsest_rad = Math.max(coarsest_rad, thrift.state.error_rad);
    }
    expect(coarsest_rad).toBeLessThan(coarse_rad);
  });

  it('is within 100 draws for both eyes, any crowd included', async () => {
    const { root } = await thriftOf(hall);
    let draws = 0;
    root.traverseVisible((object) => (draws += object instanceof Mesh ? 1 : 0));
    expect(draws + AVATAR_DRAWS + OTHER_DRAWS).toBeLessThanOrEqual(EYE_DRAWS);
  });

  it('is as fine as it is for the frame that draws its shadows, and for no other', async () => {
    const { thrift, root, glb } = await thriftOf(hall);
    const [camera] = viewsOf(hall, glb);
    const drawn = (): number => {
      let sum = 0;
      root.traverseVisible((object) => (sum += object instanceof Mesh ? Math.min(object.geometry.index?.count ?? 0, object.geometry.drawRange.count) / 3 : 0));
      return sum;
    };
    thrift.look(camera as PerspectiveCamera, 60_000);
    const coarse = drawn();
    expect(coarse).toBe(thrift.state.triangles);
    thrift.fine();
    expect(drawn()).toBeGreaterThan(1.5 * coarse);
    thrift.look(camera as PerspectiveCamera, 60_000);
    expect(drawn()).toBe(coarse);
  });

  it('is as it was when the headset is taken off', async () => {
    const { thrift, root, glb } = await thriftOf(hall);
    const [camera] = viewsOf(hall, glb);
    thrift.look(camera as PerspectiveCamera, 50_000);
    thrift.end();
    const before = modelOf(glb).children as Mesh[];
    const after = (root.children[0] as Group).children as Mesh[];
    expect(after.map(({ name, visible, geometry }) => [name, visible, geometry.index?.count, geometry.drawRange.count]))
      .toEqual(before.map(({ name, geometry }) => [name, true, geometry.index?.count, Infinity]));
    expect(after.map(({ material }) => (material as MeshStandardMaterial).side)).toEqual(before.map(({ material }) => (material as MeshStandardMaterial).side));
    expect(root.children).toHaveLength(1 + readdirSync(resolve(SCENES, hall, 'built/booths')).length);
  });
});

describe('levels of detail', () => {
  const part = (x: number, z: number): DetailPart => ({
    box: [x, 0, z, x + 1, 1, z + 1],
    levels: [[0, 100], [0.01, 60], [0.1, 20], [0.5, 4]].map(([error_m = 0, triangles = 0]) => ({ error_m, index: new Uint16Array(triangles * 3) })),
  });
  const view = { eye: [0, 1.6, 0], ahead: [0, 0, -1] } as const;
  const choose = (parts: DetailPart[], triangles: number) => chooseLevels(parts, { eye: [...view.eye], ahead: [...view.ahead] }, triangles);

  it('are the finest that can be told apart where all of it may be drawn', () => {
    expect([...choose([part(0, -3), part(0, -20), part(0, -90), part(0, -400)], 1000).levels]).toEqual([0, 1, 2, 3]);
  });

  it('are coarser far off before they are so near by', () => {
    const { levels, triangles } = choose([part(0, -3), part(0, -6), part(0, -12)], 170);
    expect(levels[0]).toBeLessThanOrEqual(levels[1] as number);
    expect(levels[1]).toBeLessThanOrEqual(levels[2] as number);
    expect(triangles).toBeLessThanOrEqual(170);
  });

  it('are the coarsest behind one, and the coarsest of all where nothing else fits', () => {
    expect([...choose([part(0, -3), part(0, 30)], 1000).levels]).toEqual([0, 3]);
    expect([...choose([part(0, -3), part(2, -3)], 1).levels]).toEqual([3, 3]);
  });

  it('come from no other file', async () => {
    await expect(readDetails(new ArrayBuffer(64))).rejects.toThrow('not a file of levels');
  });
});
