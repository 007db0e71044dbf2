/**
 * A visitor's portrait: of a look offered to all, its picture; of any other, a bust drawn flat at once and painted over by the real
 * one as soon as the avatars' code is there.
 */
import { PRESET_LOOKS } from '../avatars/look';
import { el, svg } from './dom';
import { unpackLook } from './look';

/** The colours of the avatar kit (public/avatars/kit.json; a test compares them). */
export const SKINS = ['#f3c9a8', '#e9b892', '#d59a70', '#b9794f', '#8a5638', '#6a3f2b'] as const;
export const HAIR_COLOURS = ['#2d2629', '#3a2c28', '#4a2c22', '#6b4430', '#23262e', '#8f8a86'] as const;
/** Top, bottom and accent of each of the twelve colour ways. */
export const COLOUR_WAYS = [
  ['#3f6f6b', '#39424e', '#f3ead9'], ['#8fb5a5', '#ece5d6', '#b0413a'], ['#a33b36', '#7c2a2b', '#e3b85a'], ['#d9763a', '#3d3a44', '#f1e3c4'],
  ['#e8d9b4', '#55606b', '#2f6f73'], ['#5d7f45', '#cdbb94', '#f4efe2'], ['#2f4a6b', '#23344f', '#f0b866'], ['#c98f9a', '#f0e4dc', '#8c3f52'],
  ['#7fb2d6', '#e9e4d8', '#d6482f'], ['#6d5a7d', '#3f3850', '#d8c49a'], ['#f1ece0', '#8fb5a5', '#c79a4b'], ['#1f2a2c', '#b7895a', '#e0533c'],
] as const;

const KIT_URL = '/avatars/';
const PICTURE_PX = 128;
const PAINTED_MAX_COUNT = 32;

export function portrait(look: number): HTMLElement {
  const preset = PRESET_LOOKS.indexOf(look);
  if (preset < 0) {
    const frame = el('span', 'portrait', { 'aria-hidden': true }, sketch(look));
    void paintOver(frame, look);
    return frame;
  }
  const picture = el('span', 'portrait portrait-picture', { 'aria-hidden': true });
  picture.style.setProperty('background-position', `${(preset / (PRESET_LOOKS.length - 1)) * 100}% 0`);
  picture.style.setProperty('background-size', `${PRESET_LOOKS.length * 100}% 100%`);
  return picture;
}

/** Busts already painted, the oldest first: the same look is asked for by several lists. */
const painted = new Map<number, Promise<ImageBitmap>>();

/** The sketch stays where the kit or WebGL is missing: it says the same, only flatter. */
async function paintOver(frame: HTMLElement, look: number): Promise<void> {
  try {
    let picture = painted.get(look);
    if (!picture) {
      picture = paint(look);
      painted.set(look, picture);
      if (painted.size > PAINTED_MAX_COUNT) painted.delete(painted.keys().next().value as number);
    }
    const bitmap = await picture;
    const canvas = el('canvas', 'portrait', { width: PICTURE_PX, height: PICTURE_PX });
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
    frame.replaceChildren(canvas);
  } catch {
    painted.delete(look);
  }
}

async function paint(look: number): Promise<ImageBitmap> {
  const { AvatarKit, AvatarStudio } = await import('./portraitStudio');
  const canvas = document.createElement('canvas');
  const studio = new AvatarStudio(await AvatarKit.load(KIT_URL), canvas, 'bust');
  try {
    studio.resize(PICTURE_PX, PICTURE_PX, 1);
    studio.draw(look, 0.35, 0);
    return await createImageBitmap(canvas);
  } finally {
    studio.dispose();
  }
}

const HAIRS = [
  'M15 20C14 10 19 6 24 6S34 10 33 20C30 15 27 14 24 14S18 15 15 20Z',
  'M14 30C12 12 17 6 24 6S36 12 34 30L30 27C32 19 29 14 24 14S16 19 18 27Z',
  'M15 20C14 10 19 6 24 6S34 10 33 20C30 15 27 14 24 14S18 15 15 20ZM24 0A4.4 4.4 0 1 1 24 8.8A4.4 4.4 0 1 1 24 0Z',
  'M14.5 22C12 9 19 5 25 6C31 6 36 10 33.5 22L31 17C27 17 21 16 19 13C18.5 17 17 18 14.5 22Z',
] as const;

const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

function sketch(packed: number): SVGSVGElement {
  const look = unpackLook(packed);
  const skin = at(SKINS, look.skin);
  const [top, , accent] = at(COLOUR_WAYS, look.colours);
  return svg(
    'svg', { class: 'portrait', viewBox: '0 0 48 48' },
    svg('path', { d: 'M6 50C6 37 14 33 24 33S42 37 42 50Z', fill: top }),
    svg('path', { d: 'M20.5 28H27.5V36L24 40L20.5 36Z', fill: skin }),
    collar(look.outfit, accent),
    svg('ellipse', { cx: 24, cy: 20.5, rx: 8.6, ry: 9.6, fill: skin }),
    svg('path', { d: at(HAIRS, look.hair), fill: at(HAIR_COLOURS, look.hairColour) }),
    svg('path', { d: 'M20.5 21.2v1.8M27.5 21.2v1.8', stroke: '#2a2324', 'stroke-width': 1.7, 'stroke-linecap': 'round' }),
  );
}

/** What tells the three outfits apart at this size: a jacket's lapels, a robe's crossing, a dress's round neck. */
function collar(outfit: number, accent: string): SVGPathElement {
  const line = ['M19 33.5L24 41L29 33.5', 'M18 34L26.5 44M30 34L22 43', 'M18.5 33.5Q24 39 29.5 33.5'][outfit] ?? '';
  return svg('path', { d: line, stroke: accent, 'stroke-width': 2.6, fill: 'none', 'stroke-linejoin': 'round' });
}
