/** Where else to go while a hall is full: the halls with room, as buttons. Empty until it is known which these are. */
import { fetchHalls, type HallSummary } from '../../net/api';
import { headCount, live, pick, t } from '../../text/catalogue';
import { el, text } from '../dom';
import { wayInto } from '../hallLoad';
import { glyph } from '../shapes';

const AT_MOST = 3;

export function otherHalls(full: string | null, go: (hall: string) => void): HTMLElement {
  const element = el('div', 'other-halls', { hidden: true });
  void fetchHalls().then((halls) => {
    const offered = halls.filter((hall) => hall.id !== full && wayInto(hall) === 'enter').slice(0, AT_MOST);
    if (offered.length === 0) return;
    element.replaceChildren(text('wait.elsewhere', 'other-halls-label'), ...offered.map((hall) => hallButton(hall, go)));
    element.hidden = false;
  }).catch(() => {
    // Nowhere to go is offered; waiting goes on.
  });
  return element;
}

function hallButton(hall: HallSummary, go: (hall: string) => void): HTMLButtonElement {
  const button = el(
    'button', 'btn tall', { type: 'button' }, glyph(hall.shape), live(el('span'), () => pick(hall.place)),
    live(el('span', 'other-halls-count'), () => t('landing.people', { n: hall.visitors }).replace('{count}', headCount(hall.visitors))),
  );
  button.addEventListener('click', () => go(hall.id));
  return button;
}
