/** What operators tell everybody: a plate under the head, in the page's language, until it is over or put away. */
import type { Announcement } from '../../protocol/generated';
import { live, pick } from '../../text/catalogue';
import { button, el, icon } from '../dom';

export interface Announcements {
  readonly element: HTMLElement;
  set(items: readonly Announcement[]): void;
  dispose(): void;
}

export function createAnnouncements(): Announcements {
  const element = el('div', 'announcements', { role: 'status', 'aria-live': 'polite' });
  const putAway = new Set<string>();
  let timers: ReturnType<typeof setTimeout>[] = [];
  const stop = (): void => {
    for (const timer of timers) clearTimeout(timer);
    timers = [];
  };
  return {
    element,
    set(items) {
      stop();
      const shown = items.filter(({ act }) => !putAway.has(act));
      element.replaceChildren(...shown.map((item) => {
        const plate = el('p', 'plate announcement', {}, icon('megaphone'), live(el('span'), () => pick(item)));
        plate.append(button({
          label: 'site.close', icon: 'close', iconOnly: true, className: 'close',
          onPress: () => {
            putAway.add(item.act);
            plate.remove();
          },
        }));
        if (item.left_s !== null) timers.push(setTimeout(() => plate.remove(), Math.min(item.left_s * 1000, 2 ** 31 - 1)));
        return plate;
      }));
    },
    dispose: stop,
  };
}
