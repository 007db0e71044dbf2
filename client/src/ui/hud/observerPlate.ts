/** Who only watches a full hall is told so, and how many are let in before them. */
import type { HallDescriptor } from '../../net/api';
import { live, pick, t } from '../../text/catalogue';
import { el } from '../dom';
import { aheadSaid } from '../hallLoad';

export interface ObserverPlate {
  readonly element: HTMLElement;
  setPlace(hall: HallDescriptor): void;
  /** `ahead` null: not known yet; null: the visitor is in. */
  set(observer: { ahead: number | null } | null): void;
}

export function createObserverPlate(): ObserverPlate {
  const element = el('p', 'plate observing', { role: 'status', hidden: true });
  let hall: HallDescriptor | null = null;
  let ahead: number | null = null;
  const say = (): void => void live(element, () => {
    const watching = t('observer.watching', { place: hall ? pick(hall.place) : t('message.this_hall') });
    return ahead === null ? watching : `${watching}\n${t(aheadSaid(ahead, false), { count: ahead })}`;
  });
  return {
    element,
    setPlace(next) {
      hall = next;
      say();
    },
    set(observer) {
      element.hidden = observer === null;
      ahead = observer?.ahead ?? null;
      say();
    },
  };
}
