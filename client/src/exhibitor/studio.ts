/**
 * The light in which a model is shown by itself: a bright ceiling, a darker floor, two windows for what shines.
 *
 * A surface of some roughness sees all of it blurred. Usually a shader does that, with hundreds of samples for each of 400,000 texels:
 * seconds without a graphics card, and warmth of a phone. These lights are lobes, whose blur is a wider lobe: a few thousand texels of
 * plain arithmetic, in the levels that three.js would have made (PMREMGenerator).
 */
import { CubeTexture, DataTexture, DataUtils, HalfFloatType, LinearFilter, LinearMipmapLinearFilter, LinearSRGBColorSpace, RGBAFormat, Vector3 } from 'three';

const CEILING = [1.5, 1.5, 1.54] as const;
const FLOOR = [0.4, 0.38, 0.35] as const;
/** From where, how bright in its middle, how sharp (of a spherical Gaussian: exp(sharpness (cos - 1))). */
const WINDOWS: readonly { from: Vector3; brightness: number; sharpness: number }[] = [
  { from: new Vector3(-0.75, 0.5, -0.45).normalize(), brightness: 9, sharpness: 22 },
  { from: new Vector3(0.6, 0.55, 0.58).normalize(), brightness: 5, sharpness: 30 },
];
/** The sides of the levels, from a mirror to the roughest, and one that three.js counts and does not read. */
const SIDES_PX = [32, 16, 8, 4, 2] as const;
const LAST_LEVEL = SIDES_PX.length - 2;

/** How rough a surface is that reads this level, as {@link PMREMGenerator.lodToRoughness} has it. */
export const roughnessOf = (level: number): number => 1 - Math.sqrt(1 - Math.min(1, level / LAST_LEVEL));

/** Red, green and blue that a surface of this roughness sees in a direction of length 1. */
export function radiance(direction: Vector3, roughness: number): [number, number, number] {
  const spread = roughness * roughness;
  const height = 0.5 + 0.5 * direction.y * (1 - spread / 3);
  let light = 0;
  for (const { from, brightness, sharpness } of WINDOWS) {
    const blurred = 1 / (1 / sharpness + spread / 2);
    light += brightness * (blurred / sharpness) * Math.exp(blurred * (direction.dot(from) - 1));
  }
  return CEILING.map((most, part) => (FLOOR[part] as number) + (most - (FLOOR[part] as number)) * height + light) as [number, number, number];
}

/** The caller disposes of it. */
export function studioLight(): CubeTexture {
  const [base, ...levels] = SIDES_PX.map((side, level) => ({ width: side, height: side, image: faces(side, roughnessOf(level)) }));
  const texture = new CubeTexture((base as { image: DataTexture[] }).image);
  texture.mipmaps = levels as unknown as CubeTexture['mipmaps'];
  texture.format = RGBAFormat;
  texture.type = HalfFloatType;
  texture.colorSpace = LinearSRGBColorSpace;
  texture.magFilter = LinearFilter;
  texture.minFilter = LinearMipmapLinearFilter;
  texture.generateMipmaps = false;
  texture.isPMREMTexture = true;
  texture.needsUpdate = true;
  return texture;
}

/** Where a texel of each face looks: right, left, up, down, back and front of OpenGL's cube, (u, v) from -1 to 1. */
const LOOKS: readonly ((u: number, v: number) => [number, number, number])[] = [
  (u, v) => [1, -v, -u], (u, v) => [-1, -v, u], (u, v) => [u, 1, v], (u, v) => [u, -1, -v], (u, v) => [u, -v, 1], (u, v) => [-u, -v, -1],
];

function faces(side: number, roughness: number): DataTexture[] {
  const direction = new Vector3();
  return LOOKS.map((look) => {
    const texels = new Uint16Array(side * side * 4);
    for (let texel = 0; texel < side * side; texel += 1) {
      const at = (index: number): number => (2 * index + 1) / side - 1;
      direction.set(...look(at(texel % side), at(Math.floor(texel / side)))).normalize();
      radiance(direction, roughness).forEach((value, part) => { texels[texel * 4 + part] = DataUtils.toHalfFloat(value); });
      texels[texel * 4 + 3] = DataUtils.toHalfFloat(1);
    }
    return new DataTexture(texels, side, side, RGBAFormat, HalfFloatType);
  });
}
