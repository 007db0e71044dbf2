/** How one moves here: a plate in the corner on the first visit, not in the way of walking, gone when it has been read. */
import type { MessageKey } from '../text/catalogue';
import { button, el, text } from './dom';

const KEYS: readonly (readonly [readonly string[], MessageKey])[] = [
  [['W', 'A', 'S', 'D'], 'keys.walk'], [['Shift'], 'keys.run'], [['E'], 'keys.interact'], [['Enter'], 'keys.chat'],
  [['M'], 'keys.map'], [['1', '2', '3'], 'keys.emotes'], [['V'], 'keys.view'], [['Esc'], 'keys.close'],
];
const TOUCHES: readonly MessageKey[] = ['keys.touch_walk', 'keys.touch_look', 'keys.touch_read'];

export const isTouch = (): boolean => matchMedia('(pointer: coarse)').matches;

/** @param onRead the visitor has seen it */
export function keysHelp(onRead: () => void): HTMLElement {
  const rows = isTouch() ? TOUCHES.map((key) => el('li', '', {}, text(key))) : [
    el('li', '', {}, text('keys.drag')),
    ...KEYS.map(([keys, key]) => el('li', '', {}, el('span', 'keys', {}, ...keys.map((name) => el('kbd', 'kbd', {}, name))), text(key))),
  ];
  return el(
    'section', 'plate keys-help', {}, el('h2', '', {}, text('keys.title')), el('ul', '', {}, ...rows),
    button({ label: 'keys.read', className: 'hud-button small', onPress: onRead }),
  );
}
