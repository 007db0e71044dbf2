/**
 * Meshes that look alike drawn as one, for headsets, which draw each twice: what has but colours, however rough or metallic;
 * hills and shores, which no light reaches; and the signs of booths, whose pictures become one.
 */
import {
  BufferAttribute, BufferGeometry, CanvasTexture, FrontSide, type Material, Matrix3, type Matrix4, Mesh, MeshBasicMaterial, MeshStandardMaterial,
  SRGBColorSpace, type Texture, Vector3,
} from 'three';
import { type BakedLight, LIGHT_ATTRIBUTE, lightFromVertices, SURFACE_ATTRIBUTE } from './bakedLight';
import { texturesIn } from './warm';

/** One booth's picture in the picture of all. */
const CELL_PX = 512;
const LIGHTEST = 65_535;

/** What may be drawn together has the same name; null: it is drawn alone. A booth's pictures do not repeat, as walls do. */
export function lookOf(mesh: Mesh, booth: boolean): string | null {
  const { material, geometry } = mesh;
  if (Array.isArray(material) || material.transparent || material.alphaTest > 0 || material.side !== FrontSide) return null;
  const { screen, water, lightmap } = (material.userData['yuanzhan'] ?? {}) as Record<string, unknown>;
  if (screen || water || lightmap) return null;
  if (material instanceof MeshBasicMaterial) return texturesIn(material).length === 0 ? 'unlit' : null;
  if (!(material instanceof MeshStandardMaterial) || !geometry.hasAttribute(LIGHT_ATTRIBUTE)) return null;
  const { map, emissive, emissiveIntensity, emissiveMap, roughness, metalness } = material;
  const alike = mesh.castShadow && mesh.receiveShadow;
  if (texturesIn(material).length === 0) return emissive.getHex() === 0 && alike ? 'plain' : null;
  const pictured = map !== null && map === emissiveMap && texturesIn(material).every((texture) => texture === map);
  if (!pictured || !alike || !booth) return null;
  return `sign ${roughness} ${metalness} ${emissive.getHexString()} ${emissiveIntensity}`;
}

export interface Gathered {
  mesh: Mesh;
  /** Number of the first vertex of each. */
  first: readonly number[];
}

/** Of one look. Everything that is made here goes with `dispose`. */
export function gather(look: string, meshes: readonly Mesh[], baked: BakedLight): Gathered {
  const first: number[] = [];
  let count = 0;
  for (const { geometry } of meshes) {
    first.push(count);
    count += geometry.getAttribute('position').count;
  }
  const geometry = new BufferGeometry();
  const floats = (size: number): BufferAttribute => new BufferAttribute(new Float32Array(count * size), size);
  const bytes = (): BufferAttribute => new BufferAttribute(new Uint8Array(count * 4), 4, true);
  geometry.setAttribute('position', floats(3));
  geometry.setAttribute('normal', floats(3));
  // Dark colours in eight bits would be seen to be others.
  geometry.setAttribute('color', new BufferAttribute(new Uint16Array(count * 4).fill(LIGHTEST), 4, true));
  const lit = look !== 'unlit';
  if (lit) geometry.setAttribute(LIGHT_ATTRIBUTE, bytes());
  if (look === 'plain') geometry.setAttribute(SURFACE_ATTRIBUTE, bytes());
  if (look.startsWith('sign')) geometry.setAttribute('uv', floats(2));
  const grid = Math.ceil(Math.sqrt(meshes.length));
  meshes.forEach((mesh, i) => {
    mesh.updateWorldMatrix(true, false);
    place(geometry, mesh.geometry, first[i] as number, mesh.matrixWorld);
    paint(geometry, mesh, first[i] as number);
    if (geometry.hasAttribute('uv')) fitUv(geometry, mesh.geometry, first[i] as number, i, grid);
  });
  const gathered = new Mesh(geometry, materialOf(look, meshes, grid, baked));
  gathered.name = `gathered ${look}`;
  gathered.castShadow = gathered.receiveShadow = lit;
  gathered.matrixAutoUpdate = false;
  return { mesh: gathered, first };
}

function place(to: BufferGeometry, from: BufferGeometry, first: number, matrix: Matrix4): void {
  const turn = new Matrix3().getNormalMatrix(matrix);
  const at = new Vector3();
  const [position, normal] = [from.getAttribute('position'), from.getAttribute('normal')];
  for (let i = 0; i < position.count; i += 1) {
    at.fromBufferAttribute(position, i).applyMatrix4(matrix);
    to.getAttribute('position').setXYZ(first + i, at.x, at.y, at.z);
    at.fromBufferAttribute(normal, i).applyMatrix3(turn).normalize();
    to.getAttribute('normal').setXYZ(first + i, at.x, at.y, at.z);
  }
}

function paint(to: BufferGeometry, mesh: Mesh, first: number): void {
  const material = mesh.material as MeshStandardMaterial | MeshBasicMaterial;
  const colour = material.vertexColors ? mesh.geometry.getAttribute('color') : null;
  const light = to.hasAttribute(LIGHT_ATTRIBUTE) ? mesh.geometry.getAttribute(LIGHT_ATTRIBUTE) : null;
  const surface = to.hasAttribute(SURFACE_ATTRIBUTE) ? to.getAttribute(SURFACE_ATTRIBUTE) : null;
  const { r, g, b } = material.color;
  const { count } = mesh.geometry.getAttribute('position');
  for (let i = 0; i < count; i += 1) {
    to.getAttribute('color').setXYZ(first + i, r * (colour?.getX(i) ?? 1), g * (colour?.getY(i) ?? 1), b * (colour?.getZ(i) ?? 1));
    if (light) to.getAttribute(LIGHT_ATTRIBUTE).setXYZ(first + i, light.getX(i), light.getY(i), light.getZ(i));
    if (surface && material instanceof MeshStandardMaterial) surface.setXY(first + i, material.roughness, material.metalness);
  }
}

function fitUv(to: BufferGeometry, from: BufferGeometry, first: number, cell: number, grid: number): void {
  const uv = from.getAttribute('uv');
  const [column, row] = [cell % grid, Math.floor(cell / grid)];
  for (let i = 0; i < uv.count; i += 1) to.getAttribute('uv').setXY(first + i, (column + uv.getX(i)) / grid, (row + uv.getY(i)) / grid);
}

function materialOf(look: string, meshes: readonly Mesh[], grid: number, baked: BakedLight): Material {
  if (look === 'unlit') return new MeshBasicMaterial({ vertexColors: true });
  const material = new MeshStandardMaterial({ vertexColors: true });
  if (look !== 'plain') {
    material.copy((meshes[0] as Mesh).material as MeshStandardMaterial);
    material.color.setScalar(1);
    material.vertexColors = true;
    material.map = material.emissiveMap = pictureOfAll(meshes.map((mesh) => (mesh.material as MeshStandardMaterial).map as Texture), grid);
  }
  lightFromVertices(material, baked, look === 'plain');
  return material;
}

function pictureOfAll(pictures: readonly Texture[], grid: number): Texture {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = grid * CELL_PX;
  const context = canvas.getContext('2d');
  pictures.forEach(({ image }, i) => {
    context?.drawImage(image as CanvasImageSource, (i % grid) * CELL_PX, Math.floor(i / grid) * CELL_PX, CELL_PX, CELL_PX);
  });
  const picture = new CanvasTexture(canvas);
  picture.flipY = false;
  picture.colorSpace = SRGBColorSpace;
  picture.anisotropy = pictures[0]?.anisotropy ?? 1;
  return picture;
}
