/** How much is drawn of a crowd, by the kind of device. A crowd of hundreds stays within about 200,000 triangles, 60,000 for each eye in a headset. */
import type { TierBudget } from './classify';
import type { Level } from './kit';

export type AvatarQuality = 'desktop' | 'phone' | 'headset';

export interface QualitySettings {
  tiers: TierBudget;
  impostorHeight_px: number;
  /** The meshes that pictures are taken of: at 64 pixels nobody can tell which, and the lighter are taken six times as soon. */
  impostorLevel: Level;
}

export const QUALITY: Readonly<Record<AvatarQuality, QualitySettings>> = {
  desktop: { tiers: { near: 24, mid: 120, nearReach_m: 16, midReach_m: 45 }, impostorHeight_px: 128, impostorLevel: 'near' },
  phone: { tiers: { near: 10, mid: 50, nearReach_m: 10, midReach_m: 25 }, impostorHeight_px: 64, impostorLevel: 'mid' },
  headset: { tiers: { near: 6, mid: 36, nearReach_m: 10, midReach_m: 30 }, impostorHeight_px: 80, impostorLevel: 'mid' },
};
