/** How a booth stands in its place, in words: as visitors see it who come from the place's front. */
import type { Transform } from '../net/api';
import { listed, number, t } from '../text/catalogue';

const centimetres = (metres: number): number => Math.round(Math.abs(metres) * 100);

/** The front is at -Z: +X is on the left of whoever looks at it from there. */
export function standWords({ offset_m: [x, z], yaw_deg, scale }: Pick<Transform, 'offset_m' | 'yaw_deg' | 'scale'>): string {
  const [across, along] = [centimetres(x), centimetres(z)];
  const moved = [
    ...(across > 0 ? [t(x > 0 ? 'preview.stands_left' : 'preview.stands_right', { count: across })] : []),
    ...(along > 0 ? [t(z > 0 ? 'preview.stands_back' : 'preview.stands_forward', { count: along })] : []),
  ];
  const where = moved.length > 0 ? listed(moved) : t('preview.stands_middle');
  return t('preview.stands', { where, yaw: number(yaw_deg), scale: number(Math.round(scale * 100)) });
}
