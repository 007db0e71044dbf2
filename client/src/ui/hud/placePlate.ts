/** Where the visitor is, and how many are near: who they are, by a press. */
import type { HallDescriptor } from '../../net/api';
import { live, number, pick, t } from '../../text/catalogue';
import { el } from '../dom';
import { glyph } from '../shapes';

export interface PlacePlate {
  readonly element: HTMLElement;
  setPlace(hall: HallDescriptor): void;
  setNearby(count: number): void;
}

export function createPlacePlate(openNearby: () => void): PlacePlate {
  const sign = el('span', 'place-sign', {}, glyph('circle'));
  const name = el('h1', 'serif');
  const near = el('button', 'near', { type: 'button' });
  near.addEventListener('click', openNearby);
  const element = el('div', 'plate place', { hidden: true }, sign, name, el('span', 'sep'), near);
  let nearby = 0;
  const sayNear = (): void => void live(near, () => (nearby > 0 ? t('hud.near', { count: number(nearby) }) : t('hud.near_nobody')));
  return {
    element,
    setPlace(hall) {
      sign.replaceChildren(glyph(hall.shape));
      live(name, () => pick(hall.place));
      sayNear();
      element.hidden = false;
    },
    setNearby(count) {
      if (count === nearby) return;
      nearby = count;
      sayNear();
    },
  };
}
