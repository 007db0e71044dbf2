/** The light of the models' view: what shaders would have blurred, as arithmetic. */
import { type DataTexture, DataUtils, PMREMGenerator, Vector3 } from 'three';
import { expect, test } from 'vitest';
import { radiance, roughnessOf, studioLight } from '../../src/exhibitor/studio';
import { seeded } from '../random';

const UP = new Vector3(0, 1, 0);

test('comes from above, and the rougher a surface the more alike are its sides', () => {
  const spread = [0, 0.3, 0.6, 1].map((roughness) => (radiance(UP, roughness)[1] as number) - (radiance(UP.clone().negate(), roughness)[1] as number));
  expect(spread.every((difference) => difference > 0)).toBe(true);
  const shine = [0, 0.3, 0.6, 1].map((roughness) => Math.max(...around().map((direction) => radiance(direction, roughness)[1])));
  expect(shine).toEqual([...shine].sort((a, b) => b - a));
});

test('is as much in all, however rough the surface that sees it', () => {
  const sum = (roughness: number): number => around().reduce((all, direction) => all + radiance(direction, roughness)[1], 0);
  for (const roughness of [0.2, 0.5, 0.8]) expect(sum(roughness) / sum(0)).toBeCloseTo(1, 1);
});

test('has the levels that three.js reads, as it makes them itself', () => {
  const light = studioLight();
  const last = light.mipmaps.length - 1;
  for (let level = 0; level <= last; level += 1) expect(roughnessOf(level)).toBeCloseTo((PMREMGenerator as unknown as { lodToRoughness(lod: number, most: number): number }).lodToRoughness(level, last));
  const sides = [light.images as DataTexture[], ...light.mipmaps.map((level) => (level as unknown as { image: DataTexture[] }).image)].map((faces) => faces.map(({ image }) => image.width));
  expect(sides).toEqual([32, 16, 8, 4, 2].map((side) => Array(6).fill(side)));
  const [, , up, down] = (light.images as DataTexture[]).map(({ image }) => DataUtils.fromHalfFloat((image.data as Uint16Array)[1] as number));
  expect(up).toBeGreaterThan(down as number);
});

function around(): Vector3[] {
  const random = seeded(5);
  return Array.from({ length: 4000 }, () => new Vector3().setFromCylindricalCoords(1, random() * 2 * Math.PI, 0).setY(random() * 2 - 1)).map((direction) => {
    const flat = Math.sqrt(1 - direction.y ** 2);
    return direction.set(direction.x * flat, direction.y, direction.z * flat);
  });
}
