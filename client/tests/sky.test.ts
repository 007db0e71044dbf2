import { readFileSync } from 'node:fs';
import { Vector3 } from 'three';
import { expect, test } from 'vitest';
import { meanRadiance, radiance, type SkyParameters, skyParameters, sunDirection } from '../src/scene/sky';

interface Golden {
  sky: SkyParameters;
  sun: { elevation_deg: number; azimuth_deg: number };
  cases: { direction: [number, number, number]; radiance: [number, number, number] }[];
}

const golden = JSON.parse(readFileSync(new URL('../../tests/vectors/sky.json', import.meta.url), 'utf8')) as Golden;
const sun = sunDirection({ ...golden.sun, colour: [1, 1, 1], intensity: 1, shadow_m: [1, 1] });

test('the sky has the values that the baker computes', () => {
  for (const { direction, radiance: wanted } of golden.cases) {
    const found = radiance(golden.sky, sun, new Vector3(...direction));
    for (const [i, value] of found.toArray().entries()) expect(value).toBeCloseTo(wanted[i] as number, 5);
  }
});

test('what a hall leaves out of its sky is filled in', () => {
  expect(skyParameters(null).falloff).toBe(7);
  expect(skyParameters({ zenith: [0, 0, 1], horizon: [1, 1, 1], ground: [0, 0, 0], glow: [1, 1, 1] }).zenith).toEqual([0, 0, 1]);
});

test('the light from below is the ground, whatever the sky', () => {
  expect(meanRadiance(golden.sky, sun, -1).toArray().map((v) => Math.round(v * 100) / 100)).toEqual([0.1, 0.08, 0.07]);
});
