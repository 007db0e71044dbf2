/**
 * What was loaded while people walk is compiled and brought to the graphics card a little a frame before it is seen, so that
 * the frame that shows it is not a long one.
 */
import { type BufferGeometry, type Camera, type Material, Mesh, type Object3D, type Scene, Texture, type WebGLRenderer } from 'three';

/** A frame's share of geometry: under 2 ms to upload on a phone. */
const FRAME_BYTES = 1_000_000;

export interface Warmth {
  renderer: WebGLRenderer;
  scene: Scene;
  camera: Camera;
  /** Resolves when a frame was drawn. */
  nextFrame(): Promise<void>;
  /** False: it is not wanted any more. */
  wanted(): boolean;
}

/** `object` is in no scene yet; afterwards it is in `parent`, ready and hidden (`visible` is false). */
export async function warm(object: Object3D, parent: Object3D, { renderer, scene, camera, nextFrame, wanted }: Warmth): Promise<void> {
  await compile(object, renderer, camera, scene, nextFrame);
  for (const texture of texturesOf(object)) {
    if (!wanted()) return;
    renderer.initTexture(texture);
    await nextFrame();
  }
  await upload(object, parent, nextFrame, wanted);
}

/** On the driver's own threads where it has them, otherwise a mesh a frame. */
async function compile(object: Object3D, renderer: WebGLRenderer, camera: Camera, scene: Scene, nextFrame: () => Promise<void>): Promise<void> {
  if (renderer.extensions.has('KHR_parallel_shader_compile')) return void (await renderer.compileAsync(object, camera, scene));
  for (const mesh of meshesOf(object)) {
    // Programs are shared: what is compiled already costs nothing.
    renderer.compile(mesh, camera, scene);
    await nextFrame();
  }
}

/** Each mesh is drawn once with nothing in it: that uploads its buffers, and is not seen. */
async function upload(object: Object3D, parent: Object3D, nextFrame: () => Promise<void>, wanted: () => boolean): Promise<void> {
  const kept = meshesOf(object).map((mesh) => ({ mesh, mask: mesh.layers.mask, culled: mesh.frustumCulled, range: { ...mesh.geometry.drawRange } }));
  for (const { mesh } of kept) {
    mesh.layers.disableAll();
    mesh.frustumCulled = false;
    mesh.geometry.setDrawRange(0, 0);
  }
  parent.add(object);
  let bytes = 0;
  for (const { mesh, mask } of kept) {
    mesh.layers.mask = mask;
    bytes += bytesOf(mesh.geometry);
    if (bytes < FRAME_BYTES) continue;
    bytes = 0;
    await nextFrame();
    if (!wanted()) break;
  }
  await nextFrame();
  object.visible = false;
  for (const { mesh, mask, culled, range } of kept) {
    mesh.layers.mask = mask;
    mesh.frustumCulled = culled;
    mesh.geometry.setDrawRange(range.start, range.count);
  }
}

function meshesOf(object: Object3D): Mesh[] {
  const meshes: Mesh[] = [];
  object.traverse((each) => {
    if (each instanceof Mesh) meshes.push(each);
  });
  return meshes;
}

function bytesOf(geometry: BufferGeometry): number {
  let bytes = geometry.index?.array.byteLength ?? 0;
  for (const attribute of Object.values(geometry.attributes)) bytes += attribute.array.byteLength;
  return bytes;
}

/** Every texture of the materials that the meshes wear. */
export function texturesOf(object: Object3D): Set<Texture> {
  const textures = new Set<Texture>();
  object.traverse((each) => {
    if (!(each instanceof Mesh)) return;
    for (const material of [each.material].flat() as Material[]) for (const texture of texturesIn(material)) textures.add(texture);
  });
  return textures;
}

export function texturesIn(material: Material): Texture[] {
  return Object.values(material).filter((value): value is Texture => value instanceof Texture);
}
