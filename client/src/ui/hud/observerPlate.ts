/** Who only watches a full hall is told so, and how many are let in before them. */
import type { HallDescriptor } from '../../net/api';
import { live, pick, t } from '../../text/catalogue';
import { el } from '../dom';
import { aheadSaid, mustLeave } from '../hallLoad';

export interface ObserverPlate {
  readonly element: HTMLElement;
  setPlace(hall: HallDescriptor): void;
  /** `ahead` null: not known yet; null: the visitor is in. */
  set(observer: { ahead: number | null } | null): void;
  /** How many are in the hall. */
  setPeople(here: number): void;
}

export function createObserverPlate(): ObserverPlate {
  const element = el('p', 'plate observing', { role: 'status', hidden: true });
  let hall: HallDescriptor | null = null;
  let ahead: number | null = null;
  let here = 0;
  const say = (): void => void live(element, () => {
    const watching = t('observer.watching', { place: hall ? pick(hall.place) : t('message.this_hall') });
    if (ahead === null) return watching;
    const first = mustLeave(here, hall?.capacity ?? Infinity);
    return `${watching}\n${t(aheadSaid(ahead, false), { count: ahead })}${first > 0 ? t('wait.must_leave', { count: first }) : ''}`;
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
    setPeople(count) {
      here = count;
      if (ahead !== null) say();
    },
  };
}
