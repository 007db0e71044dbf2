/**
 * How one moves here: a plate in the corner on the first visit, not in the way of walking, gone when it has been read. Who
 * watches a full hall walks as well, but has no seat, no voice and no body to wave with or to look at.
 */
import type { MessageKey } from '../../text/catalogue';
import { button, el, text } from '../dom';
import { rememberHintsSeen } from '../profile';
import { isTouch } from '../touch';

type Row = readonly [readonly string[], MessageKey];

const WALK: Row = [['W', 'A', 'S', 'D'], 'keys.walk'];
const RUN: Row = [['Shift'], 'keys.run'];
const MAP: Row = [['M'], 'keys.map'];
const CLOSE: Row = [['Esc'], 'keys.close'];
const KEYS: readonly Row[] = [
  WALK, RUN, [['E'], 'keys.interact'], [['Enter'], 'keys.chat'], MAP, [['1', '2', '3'], 'keys.emotes'], [['V'], 'keys.view'], [['P'], 'keys.programme'], [['H'], 'keys.hand'], CLOSE,
];
const OBSERVERS_KEYS: readonly Row[] = [WALK, RUN, [['E'], 'keys.look'], MAP, CLOSE];
const TOUCHES: readonly MessageKey[] = ['keys.touch_walk', 'keys.touch_look', 'keys.touch_read'];

export interface KeysPlate {
  readonly element: HTMLElement;
  readonly isOpen: boolean;
  show(): void;
  /** It has been read: it does not come by itself any more. */
  hide(): void;
  setObserver(is: boolean): void;
}

export function createKeysPlate(): KeysPlate {
  const element = el('div');
  let observer = false;
  const show = (): void => element.replaceChildren(keysHelp(observer, hide));
  const hide = (): void => {
    rememberHintsSeen();
    element.replaceChildren();
  };
  return {
    element,
    get isOpen() {
      return element.firstChild !== null;
    },
    show,
    hide,
    setObserver(is) {
      const changed = observer !== is;
      observer = is;
      if (changed && element.firstChild) show();
    },
  };
}

/** @param onRead the visitor has seen it */
function keysHelp(observer: boolean, onRead: () => void): HTMLElement {
  const rows = isTouch() ? TOUCHES.map((key) => el('li', '', {}, text(key))) : [
    el('li', '', {}, text('keys.drag')),
    ...(observer ? OBSERVERS_KEYS : KEYS).map(([keys, key]) => el('li', '', {}, el('span', 'keys', {}, ...keys.map((name) => el('kbd', 'kbd', {}, name))), text(key))),
  ];
  return el(
    'section', 'plate keys-help', {}, el('h2', '', {}, text('keys.title')), el('ul', '', {}, ...rows),
    button({ label: 'keys.read', className: 'hud-button small', onPress: onRead }),
  );
}
