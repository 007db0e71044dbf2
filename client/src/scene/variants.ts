/** KHR_materials_variants: the named looks of a model, and changing between them. */
import { Color, type Material, Mesh, type Object3D, SRGBColorSpace } from 'three';
import type { GLTF } from 'three/examples/jsm/loaders/GLTFLoader.js';

const NAME = 'KHR_materials_variants';

export interface Variant {
  name: string;
  /** `#rrggbb` where one plain colour says it. */
  colour: string | null;
}

interface Mapping {
  material: number;
  variants: number[];
}

interface Varied {
  mesh: Mesh;
  original: Material;
  /** Number of the original in the glTF. */
  own: number | undefined;
  mappings: Mapping[];
  /** Names of the glTF nodes above it. */
  nodes: ReadonlySet<string>;
}

interface Json {
  extensions?: Record<string, { variants?: { name?: string }[] }>;
  nodes?: { name?: string }[];
  meshes?: { primitives: { material?: number; extensions?: Record<string, { mappings?: Mapping[] }> }[] }[];
  materials?: { pbrMetallicRoughness?: { baseColorFactor?: number[]; baseColorTexture?: unknown } }[];
}

export class Variants {
  readonly #names: string[];
  readonly #chosen = new Map<string, string | null>();
  readonly #loaded = new Set<Material>();

  private constructor(private readonly gltf: GLTF, private readonly varied: readonly Varied[]) {
    this.#names = (json(gltf).extensions?.[NAME]?.variants ?? []).map(({ name }, index) => name?.trim() || String(index + 1));
  }

  /** Null where the model has but one look. */
  static of(gltf: GLTF): Variants | null {
    const { extensions, meshes, nodes } = json(gltf);
    if (!extensions?.[NAME]?.variants?.length) return null;
    const varied: Varied[] = [];
    const visit = (object: Object3D, above: ReadonlySet<string>): void => {
      const association = gltf.parser.associations.get(object) as { nodes?: number; meshes?: number; primitives?: number } | undefined;
      const name = association?.nodes === undefined ? undefined : nodes?.[association.nodes]?.name;
      const names = name === undefined ? above : new Set([...above, name]);
      if (object instanceof Mesh && association?.meshes !== undefined) {
        const primitive = meshes?.[association.meshes]?.primitives[association.primitives ?? 0];
        const mappings = primitive?.extensions?.[NAME]?.mappings;
        if (mappings?.length) varied.push({ mesh: object, original: object.material as Material, own: primitive?.material, mappings, nodes: names });
      }
      for (const child of object.children) visit(child, names);
    };
    visit(gltf.scene, new Set());
    return varied.length > 0 ? new Variants(gltf, varied) : null;
  }

  /** The looks that a node of the model (all of it, without one) has. */
  of(node: string | null): Variant[] {
    const used = new Set(this.#under(node).flatMap(({ mappings }) => mappings.flatMap(({ variants }) => variants)));
    return this.#names.flatMap((name, index) => (used.has(index) ? [{ name, colour: this.#colour(node, index) }] : []));
  }

  /** The look that a node wears; null: as the model came, where that is none of the named ones. */
  chosen(node: string | null): string | null {
    const chosen = this.#chosen.get(node ?? '');
    return chosen === undefined ? this.original(node) : chosen;
  }

  /** The named look in which the model came, if it is one. */
  original(node: string | null): string | null {
    const varied = this.#under(node);
    const wears = (index: number) => varied.every(({ own, mappings }) => (mappings.find(({ variants }) => variants.includes(index))?.material ?? own) === own);
    return this.of(node).find(({ name }) => wears(this.#names.indexOf(name)))?.name ?? null;
  }

  /** Wear a look; null: as the model came. `prepare` is given materials that were not drawn yet. */
  async choose(node: string | null, name: string | null, prepare: (material: Material) => void = () => undefined): Promise<void> {
    this.#chosen.set(node ?? '', name);
    const index = name === null ? -1 : this.#names.indexOf(name);
    await Promise.all(this.#under(node).map(async (varied) => {
      const mapping = varied.mappings.find(({ variants }) => variants.includes(index));
      const material = mapping ? await this.#load(varied.mesh, mapping.material, prepare) : varied.original;
      // Another may have been chosen while this one was on its way.
      if (this.chosen(node) === name) varied.mesh.material = material;
    }));
  }

  /** Every material that may be worn, for whoever takes the model away. */
  materials(): Material[] {
    return [...this.varied.map(({ original }) => original), ...this.#loaded];
  }

  async #load(mesh: Mesh, index: number, prepare: (material: Material) => void): Promise<Material> {
    const plain = (await this.gltf.parser.getDependency('material', index)) as Material;
    const former = mesh.material;
    mesh.material = plain;
    // The loader makes copies for vertex colours, flat shading and the like.
    this.gltf.parser.assignFinalMaterial(mesh);
    const material = mesh.material as Material;
    mesh.material = former;
    if (!this.#loaded.has(material)) {
      this.#loaded.add(material);
      prepare(material);
    }
    return material;
  }

  /** Without a node of this name, the whole model. */
  #under(node: string | null): readonly Varied[] {
    const within = node ? this.varied.filter(({ nodes }) => nodes.has(node)) : [];
    return within.length > 0 ? within : this.varied;
  }

  #colour(node: string | null, variant: number): string | null {
    const mapping = this.#under(node).flatMap(({ mappings }) => mappings).find(({ variants }) => variants.includes(variant));
    const surface = mapping && json(this.gltf).materials?.[mapping.material]?.pbrMetallicRoughness;
    const [r, g, b] = surface?.baseColorFactor ?? [];
    if (!surface || surface.baseColorTexture || r === undefined || g === undefined || b === undefined) return null;
    return `#${new Color(r, g, b).getHexString(SRGBColorSpace)}`;
  }
}

const json = (gltf: GLTF): Json => gltf.parser.json as Json;
