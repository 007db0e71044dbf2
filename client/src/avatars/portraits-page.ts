/**
 * Development only: busts of the preset looks, for `python -m avatars.portraits`. `window.portraits(size)` gives a strip as a PNG's
 * data URL, one square a look, from left to right.
 */
import { AvatarKit } from './kit';
import { PRESET_LOOKS } from './look';
import { AvatarStudio } from './preview';

const TURN_RAD = 0.28;

async function portraits(size: number): Promise<string> {
  const canvas = document.createElement('canvas');
  const studio = new AvatarStudio(await AvatarKit.load('/avatars/'), canvas, 'bust');
  studio.resize(size, size, 1);
  const strip = document.createElement('canvas');
  strip.width = size * PRESET_LOOKS.length;
  strip.height = size;
  const pen = strip.getContext('2d') as CanvasRenderingContext2D;
  PRESET_LOOKS.forEach((look, i) => {
    studio.draw(look, i % 2 ? TURN_RAD : -TURN_RAD, 1.3);
    pen.drawImage(canvas, i * size, 0);
  });
  studio.dispose();
  return strip.toDataURL('image/png');
}

Object.assign(globalThis, { portraits, presetLooks: PRESET_LOOKS });
