import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Material, Mesh, MeshStandardMaterial } from 'three';
import { GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js';
import { describe, expect, it } from 'vitest';
import type { Block, Booth, Bounds, Deck, Slot, Transform } from '../src/net/api';
import { Floor } from '../src/player/floor';
import { emptyIntent } from '../src/input/intent';
import { Walker } from '../src/player/walker';
import { wrap } from '../src/scene/boards';
import { changesOf } from '../src/scene/changes';
import { pictureOf } from '../src/scene/files';
import { distanceTo, isFiner, levelAt, levelsOf } from '../src/scene/levels';
import { boardYaw, extent, fit, movedFooting, ownGrounds } from '../src/scene/placement';
import { Variants } from '../src/scene/variants';
import { isOurs, webAddress } from '../src/ui/boothDress';
import { BoothNews, type Booths } from '../src/visit/boothNews';
import { seeded } from './random';

const text = (said: string) => ({ zh: said, en: said });
const booth = (id: string, more: Partial<Booth> = {}): Booth => ({ id, slot: 'a1', url: `/files/${id}.glb`, title: text(id), body: text(''), bytes: 1, ...more });
const slot: Slot = { id: 'a1', position: [6, 0.2, -4], yaw: 0.7, size_m: [3.7, 3, 2.3] };
const bounds: Bounds = { min: [-1, 0, -0.5], max: [1, 2, 0.5] };

describe('the grounds of the booths that a hall came with', () => {
  it('are those of slots where none is published, a little larger than the slot', () => {
    const other: Slot = { ...slot, id: 'a2', position: [1, 0, 2], yaw: 0, size_m: [4, 3, 2] };
    expect(ownGrounds([booth('tea'), booth('published', { slot: 'a2', version: 1 })], [slot, other])).toEqual([[6, -4, 0.7, 4.5, 3.0999999999999996]]);
    expect(ownGrounds([booth('tea', { slot: 'a2' })], [slot, other])).toEqual([[1, 2, 0, 4.8, 2.8]]);
    expect(ownGrounds([], [slot])).toEqual([]);
  });
});

describe('the boards of a booth', () => {
  it('show pictures that are sent to the graphics card', () => {
    expect(pictureOf({ width: 2, height: 1 } as ImageBitmap).version).toBeGreaterThan(0);
  });
  // What is seen of a board is its +Z; where a booth is turned by yaw, that looks so in the slot, whose front is -Z.
  const towardsFront = (yaw_deg: number): number => -Math.cos((yaw_deg * Math.PI) / 180 + boardYaw(yaw_deg));
  it.each([0, 30, -89, 91, 180, -180, 200, 359, -270])('look to where visitors come from when it is turned by %d degrees', (yaw_deg) => {
    expect(towardsFront(yaw_deg)).toBeGreaterThan(0.7);
  });
  it('stay square to its model', () => {
    expect([0, 40, 90, 180].map((yaw_deg) => boardYaw(yaw_deg) / (Math.PI / 2))).toEqual([2, 2, 1, 0]);
  });
});

describe('levels of detail', () => {
  const fine = { url: '/files/1.glb', bytes: 300_000, error_m: 0.006 };
  const light = { url: '/files/2.glb', bytes: 60_000, error_m: 0.03 };
  const levelled = booth('a', { lods: [fine, light] });

  it('are the lightest whose error is under one and a half pixels from there', () => {
    expect(levelAt(levelled, 25)).toBe(light);
    expect(levelAt(levelled, 19)).toBe(fine);
    expect(levelAt(levelled, 3.9)).toBeNull();
    expect(levelAt(levelled, 0)).toBeNull();
    expect(levelAt(booth('plain'), 100)).toBeNull();
  });

  it('count how much larger the booth stands than it was made', () => {
    const large = { ...levelled, transform: { offset_m: [0, 0] as [number, number], yaw_deg: 0, scale: 2 } };
    expect(levelAt(large, 25)).toBe(fine);
  });

  it('are not used where visitors choose looks', () => {
    const product = { id: 'p', node: '', name: text('p'), variants: true, body: text('') };
    const dressed = { ...levelled, dress: { panels: [], products: [product], links: [], card: null } };
    expect(levelsOf(dressed)).toEqual([]);
    expect(levelAt(dressed, 100)).toBeNull();
  });

  it('only become finer', () => {
    expect(isFiner(null, light)).toBe(true);
    expect(isFiner(fine, light)).toBe(true);
    expect(isFiner(light, fine)).toBe(false);
    expect(isFiner(light, null)).toBe(false);
    expect(isFiner(null, null)).toBe(false);
  });

  it('go by the distance from what is nearest', () => {
    expect(distanceTo([0, 1.6, 10], [0, 1.6, 0], 2)).toBe(8);
    expect(distanceTo([0, 1.6, 1], [0, 1.6, 0], 2)).toBe(0);
  });
});

describe('changes of booths', () => {
  it('are nothing where nothing changed', () => {
    expect(changesOf([booth('a'), booth('b')], [booth('b'), booth('a')])).toEqual({ gone: [], come: [], altered: [] });
  });

  it('tell what went, what came, what has another model, and what is only placed or dressed otherwise', () => {
    const before = [booth('gone'), booth('same'), booth('model'), booth('placed'), booth('elsewhere')];
    const model = booth('model', { url: '/files/new.glb' });
    const placed = booth('placed', { transform: { offset_m: [0, 1], yaw_deg: 0, scale: 1 } });
    const elsewhere = booth('elsewhere', { slot: 'a2' });
    const come = booth('come');
    const { gone, come: comes, altered } = changesOf(before, [booth('same'), model, placed, elsewhere, come]);
    expect(gone.map(({ id }) => id)).toEqual(['gone']);
    expect(comes).toEqual([model, elsewhere, come]);
    expect(altered).toEqual([placed]);
  });
});

describe('a booth in its slot', () => {
  const wishes = (count: number): Transform[] => {
    const next = seeded(7);
    return Array.from({ length: count }, () => ({ offset_m: [next() * 12 - 6, next() * 12 - 6], yaw_deg: next() * 900 - 450, scale: next() * 5 }));
  };

  it('stays as it is wished where that fits', () => {
    const wish: Transform = { offset_m: [0.4, -0.3], yaw_deg: 30, scale: 0.8 };
    expect(fit(bounds, wish, slot)).toEqual(wish);
  });

  it('never leaves the slot, however it is pulled', () => {
    for (const wish of wishes(500)) {
      const { offset_m: [x, z], yaw_deg, scale } = fit(bounds, wish, slot);
      const { width, depth } = extent(bounds, { offset_m: [x, z], yaw_deg, scale });
      expect(Math.abs(x) + width / 2).toBeLessThanOrEqual(3.7 / 2 + 1e-6);
      expect(Math.abs(z) + depth / 2).toBeLessThanOrEqual(2.3 / 2 + 1e-6);
      expect(2 * scale).toBeLessThanOrEqual(3 + 1e-6);
      expect(yaw_deg).toBeGreaterThan(-180);
      expect(yaw_deg).toBeLessThanOrEqual(180);
      expect(fit(bounds, { offset_m: [x, z], yaw_deg, scale }, slot)).toEqual({ offset_m: [x, z], yaw_deg, scale });
    }
  });

  it('takes the floor that the server says it takes', () => {
    // The numbers of test_a_published_booth_says_how_it_is_placed_and_dressed (tests/unit/test_showing.py).
    const turned: Slot = { id: 'a01', position: [6, 0, -4], yaw: Math.PI / 2, size_m: [4, 3, 3] };
    const transform: Transform = { offset_m: [0, -1], yaw_deg: 0, scale: 1 };
    const told = { blocks: [[5, -4, Math.PI / 2, 1, 1]] as Block[], decks: [[5, -4, Math.PI / 2, 3, 1.5, 0.2]] as Deck[], transform };
    const { blocks: [still], decks: [low] } = movedFooting(told, transform, turned);
    for (const [index, value] of [5, -4, Math.PI / 2, 1, 1].entries()) expect(still?.[index]).toBeCloseTo(value, 6);
    for (const [index, value] of [5, -4, Math.PI / 2, 3, 1.5, 0.2].entries()) expect(low?.[index]).toBeCloseTo(value, 6);
    // Half a metre aside, a quarter turned, one and a half times as large: a slot's x is the hall's -z here.
    const { blocks: [moved], decks: [raised] } = movedFooting(told, { offset_m: [0.5, -1], yaw_deg: 90, scale: 1.5 }, turned);
    for (const [index, value] of [5, -4.5, Math.PI, 1.5, 1.5].entries()) expect(moved?.[index]).toBeCloseTo(value, 6);
    expect(raised?.[5]).toBeCloseTo(0.3, 6);
    // What is a step as it is may be a wall when it is larger.
    expect(movedFooting(told, { ...transform, scale: 3 }, turned)).toMatchObject({ blocks: [{}, {}], decks: [] });
  });
});

describe('a floor with booths on it', () => {
  it('is as high as their decks, under whoever stands there, and as it was when they are gone', () => {
    const floor = Floor.flat(6, 6, 0.1);
    const walker = new Walker(floor);
    walker.place(1, 0.1, 0, 0);
    const deck: Deck = [1, 0, 0.4, 2, 1.5, 0.4];
    const counter: Block = [1, 0.6, 0.4, 1, 0.2];
    floor.block([counter], null, [deck]);
    walker.step(emptyIntent(), 0.02);
    expect(walker.y).toBeCloseTo(0.4, 2);
    expect(floor.heightAt(1, 0.6)).toBeNull();
    expect(floor.heightAt(3, 0)).toBeCloseTo(0.1, 2);
    // One steps down from it and up again.
    for (const forward of [1, -1]) {
      const before = walker.y;
      for (let frame = 0; frame < 100; frame += 1) walker.step({ ...emptyIntent(), forward }, 0.02);
      expect(Math.abs(walker.y - before)).toBeCloseTo(0.3, 2);
    }
    floor.block([]);
    walker.step(emptyIntent(), 0.02);
    expect(walker.y).toBeCloseTo(0.1, 2);
  });

  const block: Block = [1, -0.5, 0.6, 2, 1.2];
  const local = (x: number, z: number): [number, number] => {
    const [dx, dz] = [x - block[0], z - block[1]];
    return [Math.abs(dx * Math.cos(block[2]) - dz * Math.sin(block[2])), Math.abs(dx * Math.sin(block[2]) + dz * Math.cos(block[2]))];
  };

  it('has no place in a block or a quarter of a metre around it, and the distance to it elsewhere', () => {
    const floor = Floor.flat(6, 6);
    floor.block([block]);
    const next = seeded(3);
    for (let i = 0; i < 2000; i += 1) {
      const [x, z] = [next() * 10 - 5, next() * 10 - 5];
      const [across, along] = local(x, z);
      const metres = Math.hypot(Math.max(0, across - 1.25), Math.max(0, along - 0.85));
      if (metres > 0.3) expect(floor.canStand(x, z)).toBe(true);
      if (metres > 0 && metres < 2 && floor.distanceAt(x, z) < 1) expect(floor.distanceAt(x, z)).toBeCloseTo(Math.min(metres, 1), 0);
      if (across < 1.1 && along < 0.7) expect(floor.canStand(x, z)).toBe(false);
    }
  });

  it('is what it was when they are gone', () => {
    const floor = Floor.flat(6, 6);
    const fresh = Floor.flat(6, 6);
    floor.block([block]);
    floor.block([]);
    expect([...floor.heights]).toEqual([...fresh.heights]);
    expect(floor.distanceAt(1, -0.5)).toBe(fresh.distanceAt(1, -0.5));
  });

  it('stops who walks at a booth, and lets them slide along it', () => {
    const floor = Floor.flat(6, 6);
    floor.block([[0, 0, 0, 2, 2]]);
    const walker = new Walker(floor);
    walker.place(0.3, 0, 4, 0);
    for (let frame = 0; frame < 400; frame += 1) {
      walker.step({ forward: 1, right: 0, run: false, turn: 0, tilt: 0 }, 1 / 60);
      expect(Math.abs(walker.x) < 1.2 && Math.abs(walker.z) < 1.2).toBe(false);
    }
    expect(walker.z).toBeGreaterThan(1.2);
    walker.yaw = Math.PI / 4;
    for (let frame = 0; frame < 400; frame += 1) walker.step({ forward: 1, right: 0, run: false, turn: 0, tilt: 0 }, 1 / 60);
    expect(walker.x).toBeLessThan(-1.2);
  });
});

describe('news of booths', () => {
  const setup = (answers: (Booths | Error)[]) => {
    const shown: [string, number][] = [];
    const waiting: { seconds: number; run: () => void }[] = [];
    const asked: string[] = [];
    const news = new BoothNews({
      fetch: (hall) => {
        asked.push(hall);
        const answer = answers.shift();
        return answer instanceof Error || !answer ? Promise.reject(answer ?? new Error('none')) : Promise.resolve(answer);
      },
      show: (hall, { booths_revision }) => shown.push([hall, booths_revision]),
      after: (seconds, run) => {
        const entry = { seconds, run };
        waiting.push(entry);
        return () => void waiting.splice(waiting.indexOf(entry), 1);
      },
      random: () => 0.5,
    });
    const pass = async (): Promise<number | undefined> => {
      const next = waiting.shift();
      next?.run();
      await new Promise((resolve) => setTimeout(resolve, 0));
      return next?.seconds;
    };
    return { news, shown, waiting, asked, pass };
  };
  const revision = (booths_revision: number): Booths => ({ booths: [], booths_revision });

  it('are asked for once, at a time of one\'s own', async () => {
    const { news, shown, waiting, asked, pass } = setup([revision(9)]);
    news.shows('culture', 4);
    news.told('culture', 5, 20);
    news.told('culture', 9, 20);
    expect(waiting).toHaveLength(1);
    expect(await pass()).toBe(10);
    expect(asked).toEqual(['culture']);
    expect(shown).toEqual([['culture', 9]]);
    expect(waiting).toHaveLength(0);
  });

  it('are not asked for where one has them, nor of another hall', () => {
    const { news, waiting } = setup([]);
    news.told('culture', 4, 0);
    expect(waiting).toHaveLength(0);
    news.shows('culture', 4);
    news.told('retail', 7, 0);
    expect(waiting).toHaveLength(0);
  });

  it('are asked for when the hall comes with older ones than the welcome told of', async () => {
    const { news, shown, pass } = setup([revision(5)]);
    news.told('culture', 5, 0);
    news.shows('culture', 4);
    await pass();
    expect(shown).toEqual([['culture', 5]]);
  });

  it('are asked for again when they do not come, later each time', async () => {
    const { news, shown, pass } = setup([new Error('a'), new Error('b'), revision(5)]);
    news.shows('culture', 4);
    news.told('culture', 5, 0);
    expect(await pass()).toBe(0);
    expect(await pass()).toBe(1.5);
    expect(await pass()).toBe(4.5);
    expect(shown).toEqual([['culture', 5]]);
  });

  it('of a hall that was left meanwhile are dropped', async () => {
    const { news, shown, waiting } = setup([revision(5)]);
    news.shows('culture', 4);
    news.told('culture', 5, 0);
    waiting.shift()?.run();
    news.shows('retail', 1);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(shown).toEqual([]);
  });
});

describe('addresses in a dress', () => {
  it('of pictures, films and sounds are this server\'s own', () => {
    for (const good of ['/files/ab.webp', '/files/ab.mp4?x']) expect(isOurs(good)).toBe(true);
    for (const bad of ['//evil.example/a.png', 'https://evil.example/a.png', 'javascript:alert(1)', '', '/\\evil.example']) expect(isOurs(bad)).toBe(false);
  });

  it('of links are of the web', () => {
    expect(webAddress('https://example.com/a?b')?.host).toBe('example.com');
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '/inside', 'nonsense', ' ']) expect(webAddress(bad)).toBeNull();
  });
});

describe('text on a board', () => {
  const ruler = { measureText: (said: string) => ({ width: [...said].length * 10 }) as TextMetrics };

  it('is broken anywhere in Chinese, and between words in English', () => {
    expect(wrap(ruler, '榫卯不用一钉', 30, 5)).toEqual(['榫卯不', '用一钉']);
    expect(wrap(ruler, 'not one nail in it', 80, 5)).toEqual(['not one', 'nail in', 'it']);
  });

  it('keeps its own lines, and says that there is more', () => {
    expect(wrap(ruler, 'ab\ncd', 100, 5)).toEqual(['ab', 'cd']);
    expect(wrap(ruler, '一二三四五六七八九', 30, 2)).toEqual(['一二三', '四五…']);
    expect(wrap(ruler, '', 30, 2)).toEqual([]);
  });
});

const MODEL = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/models/valid/18_variants.gltf');

/** The container around a document and its buffer: what comes as one file needs no network. */
function glb(text: string, binary: Uint8Array): ArrayBuffer {
  const json = new TextEncoder().encode(text.padEnd(Math.ceil(new TextEncoder().encode(text).length / 4) * 4));
  const size = Math.ceil(binary.length / 4) * 4;
  const bytes = new Uint8Array(28 + json.length + size);
  new Uint32Array(bytes.buffer, 0, 5).set([0x46546c67, 2, bytes.length, json.length, 0x4e4f534a]);
  bytes.set(json, 20);
  new DataView(bytes.buffer).setUint32(20 + json.length, size, true);
  new DataView(bytes.buffer).setUint32(24 + json.length, 0x004e4942, true);
  bytes.set(binary, 28 + json.length);
  return bytes.buffer;
}

describe.skipIf(!existsSync(MODEL))('looks of a model (shared/models/valid/18_variants.gltf)', () => {
  const load = async () => {
    const json = JSON.parse(readFileSync(MODEL, 'utf8')) as { buffers: { uri?: string }[] };
    const binary = readFileSync(join(dirname(MODEL), json.buffers[0]?.uri ?? ''));
    delete json.buffers[0]?.uri;
    const loader = new GLTFLoader();
    loader.register(() => ({ name: 'KHR_materials_variants' }));
    return loader.parseAsync(glb(JSON.stringify(json), binary), '');
  };
  const worn = (root: { traverse(visit: (object: unknown) => void): void }): Material[] => {
    const materials: Material[] = [];
    root.traverse((object) => {
      if (object instanceof Mesh) materials.push(object.material as Material);
    });
    return materials;
  };

  it('have names and plain colours, are worn, and taken off again', async () => {
    const gltf = await load();
    const variants = Variants.of(gltf) as Variants;
    const names = variants.of(null).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(1);
    expect(variants.of(null).every(({ colour }) => colour === null || /^#[0-9a-f]{6}$/.test(colour))).toBe(true);
    const original = worn(gltf.scene);
    const seen = new Set([original[0]]);
    for (const { name, colour } of variants.of(null)) {
      await variants.choose(null, name);
      expect(variants.chosen(null)).toBe(name);
      const [material] = worn(gltf.scene);
      seen.add(material);
      if (colour && material instanceof MeshStandardMaterial) expect(`#${material.color.getHexString()}`).toBe(colour);
    }
    expect(seen.size).toBeGreaterThan(1);
    await variants.choose(null, null);
    expect(worn(gltf.scene)).toEqual(original);
    expect(new Set(variants.materials())).toEqual(new Set([...variants.materials(), ...seen]));
  });

  it('begin with the one in which the model came', async () => {
    const gltf = await load();
    const variants = Variants.of(gltf) as Variants;
    expect(variants.original(null)).toBe('Variant_Blue');
    expect(variants.chosen(null)).toBe('Variant_Blue');
  });
});
