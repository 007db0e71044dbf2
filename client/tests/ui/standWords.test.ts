/** How a booth stands is told by sides, not by signs. */
import { expect, test } from 'vitest';
import { standWords } from '../../src/ui/standWords';

const said = (x: number, z: number): string => standWords({ offset_m: [x, z], yaw_deg: 15, scale: 0.8 });

test.each([
  [0, 0, '居中'], [-0.87, 0, '偏右 87 厘米'], [0.87, 0.2, '偏左 87 厘米、靠里 20 厘米'], [0, -0.05, '靠外 5 厘米'], [0.004, -0.004, '居中'],
] as const)('moved by %f and %f it stands: %s', (x, z, where) => {
  expect(said(x, z)).toBe(`从正面看${where}，转 15 度，大小 80%`);
});
