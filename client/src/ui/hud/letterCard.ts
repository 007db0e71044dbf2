/** A message that the visitor allowed, as a card in the corner: what it says, from whom, and three ways to answer. */
import type { Invitation } from '../../protocol/generated';
import { live, pick, t } from '../../text/catalogue';
import { button, el, icon, text } from '../dom';

export interface LetterActions {
  take(): void;
  later(): void;
  off(): void;
}

export interface LetterCard {
  readonly element: HTMLElement;
  show(letter: Invitation | null): void;
  /** Ask once whether the visitor would like any. */
  offer(open: () => void): void;
}

export function createLetterCard(actions: LetterActions): LetterCard {
  const element = el('div', 'letter-place', { role: 'status', 'aria-live': 'polite' });
  const clear = (): void => element.replaceChildren();
  return {
    element,
    show(letter) {
      if (!letter) return clear();
      const title = { zh: letter.title_zh ?? '', en: letter.title_en ?? '' };
      const from = (): string => {
        if (letter.sender === 'booth') return t('reach.from_booth', { title: pick(title) });
        return letter.booth ? t('reach.about', { title: pick(title) }) : t('reach.from_staff');
      };
      element.replaceChildren(el(
        'section', 'plate letter', {},
        el('p', 'letter-from', {}, icon(letter.sender === 'booth' ? 'cube' : 'megaphone'), live(el('span'), from)),
        live(el('p', 'letter-text'), () => pick(letter)),
        el('div', 'letter-ways', {},
          letter.booth ? button({ label: 'reach.go', className: 'hud-button small on', onPress: actions.take }) : null,
          button({ label: 'reach.later', className: 'hud-button small', onPress: actions.later }),
          button({ label: 'reach.off', className: 'letter-off', onPress: actions.off })),
      ));
    },
    offer(open) {
      if (element.firstChild) return;
      element.replaceChildren(el(
        'section', 'plate letter', {}, text('reach.offer', 'letter-text'),
        el('div', 'letter-ways', {},
          button({ label: 'reach.offer_look', className: 'hud-button small', onPress: () => { clear(); open(); } }),
          button({ label: 'reach.offer_no', className: 'letter-off', onPress: clear })),
      ));
    },
  };
}
