/** The wardrobe: every choice of a look in one dialog, with the visitor beside it. */
import { live, t, type MessageKey } from '../text/catalogue';
import { openDialog } from './dialog';
import { button, el, text } from './dom';
import { choicesOf, packLook, randomLook, unpackLook, type Feature } from './look';
import { COLOUR_WAYS, HAIR_COLOURS, portrait, SKINS } from './portrait';
import type { AvatarPreview } from './portraitStudio';
import '../styles/wardrobe.css';

/** In the order in which one dresses a figure; colours are swatches, the rest have names. */
const ROWS: readonly { feature: Feature; label: MessageKey; swatches?: readonly (readonly string[])[] }[] = [
  { feature: 'body', label: 'look.body' },
  { feature: 'outfit', label: 'look.outfit' },
  { feature: 'colours', label: 'look.colours', swatches: COLOUR_WAYS },
  { feature: 'hair', label: 'look.hair' },
  { feature: 'hairColour', label: 'look.hair_colour', swatches: HAIR_COLOURS.map((colour) => [colour]) },
  { feature: 'skin', label: 'look.skin', swatches: SKINS.map((colour) => [colour]) },
  { feature: 'face', label: 'look.face' },
  { feature: 'accessory', label: 'look.accessory' },
];

/** @returns the look chosen, or null when the visitor left it as it was */
export function openWardrobe(look: number): Promise<number | null> {
  const chosen = unpackLook(look);
  const { element: figure, show, dispose } = createFigure(look);

  const rows = el('div', 'wardrobe-rows');
  const fill = (): void => rows.replaceChildren(...ROWS.map(({ feature, label, swatches }) =>
    choiceRow(feature, label, swatches, chosen[feature], (value) => {
      chosen[feature] = value;
      show(packLook(chosen));
    })));
  fill();

  return new Promise((resolve) => {
    let answer: number | null = null;
    const shuffle = button({ label: 'landing.shuffle', icon: 'shuffle', className: 'btn tall', onPress: () => {
      Object.assign(chosen, unpackLook(randomLook(Math.random)));
      fill();
      show(packLook(chosen));
    } });
    const wear = button({ label: 'look.wear', className: 'btn tall primary', onPress: () => {
      answer = packLook(chosen);
      dialog.close();
    } });
    const dialog = openDialog('look.title', 'wardrobe', [figure, rows], [shuffle, wear], { onClose: () => {
      dispose();
      resolve(answer);
    } });
  });
}

/** The visitor on a turntable; the portrait until that is loaded, and where WebGL is missing. */
function createFigure(look: number): { element: HTMLElement; show(look: number): void; dispose(): void } {
  const canvas = el('canvas', '', { 'aria-hidden': true });
  const still = el('div', 'wardrobe-still', {}, portrait(look));
  const element = el('div', 'wardrobe-figure', {}, still);
  let preview: AvatarPreview | null = null;
  let current = look;
  let disposed = false;
  void import('./portraitStudio').then(async ({ previewAvatar }) => {
    element.append(canvas);
    const made = await previewAvatar(canvas, current);
    if (disposed) return made.dispose();
    preview = made;
    preview.setLook(current);
    still.remove();
  }).catch(() => canvas.remove());
  return {
    element,
    show(next) {
      current = next;
      if (preview) preview.setLook(next);
      else still.replaceChildren(portrait(next));
    },
    dispose() {
      disposed = true;
      preview?.dispose();
    },
  };
}

function choiceRow(
  feature: Feature, label: MessageKey, swatches: readonly (readonly string[])[] | undefined, now: number, choose: (value: number) => void,
): HTMLElement {
  const options = Array.from({ length: choicesOf(feature) }, (_, value) => {
    const input = el('input', 'unseen', { type: 'radio', name: `look-${feature}`, value });
    input.checked = value === now;
    input.addEventListener('change', () => choose(value));
    const colours = swatches?.[value];
    if (!colours) return el('label', 'chip', {}, input, text(`look.${feature}.${value}` as MessageKey));
    live(input, () => t('look.nth', { label: t(label), n: value + 1 }), 'aria-label');
    return el('label', 'swatch', {}, input, ...colours.map((colour) => {
      const patch = el('span');
      patch.style.setProperty('background-color', colour);
      return patch;
    }));
  });
  return el('fieldset', 'choice-row', {}, el('legend', 'legend', {}, text(label)), el('div', 'choices', {}, ...options));
}
