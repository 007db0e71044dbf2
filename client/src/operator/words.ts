/** Acts in words. */
import type { Bilingual } from '../net/api';
import { clock, dayAndClock, isMessageKey, pick, t, type MessageKey } from '../text/catalogue';
import { reasonWord, span } from '../ui/sanctions';
import type { Act } from './api';

/** Ends with its event: the time that it is given at most says nothing. */
export const endsWithEvent = ({ kind }: Pick<Act, 'kind'>): boolean => kind === 'stage';

/** 禁言 30 分钟: what the button says, and the record. */
export function actWords(kind: string, minutes: number | null, params: Readonly<Record<string, unknown>> = {}): string {
  const detail = kind === 'door' ? `act.door_${String(params['door'])}` : `act.${kind}`;
  const name = isMessageKey(detail) ? t(detail) : kind;
  return minutes === null ? name : `${name} ${span(minutes * 60)}`;
}

const minutesOf = (act: Act): number | null =>
  act.ends_at === null || endsWithEvent(act) ? null : Math.round((Date.parse(act.ends_at) - Date.parse(act.made_at)) / 60_000);

const hallNames = new Map<string, Bilingual>();

/** What halls are called: acts on one have its id for a name. */
export function nameHalls(halls: readonly { id: string; place: Bilingual }[]): void {
  for (const { id, place } of halls) hallNames.set(id, place);
}

function nameOf({ by, hall, name }: Act): string {
  const place = by.length === 0 && name === hall ? hallNames.get(name) : undefined;
  return place ? pick(place) : name || t('desk.all_halls');
}

/** 林栀 将 优品代购 08 禁言 5 分钟（广告） */
export const actSentence = (act: Act): string => t('desk.did', {
  actor: act.actor.name, name: nameOf(act), what: actWords(act.kind, minutesOf(act), act.params), reason: reasonWord(act.reason),
});

/** 19:05, and of another day 11月22日 周日 19:05. */
export function momentOf(at: number | string, now = new Date()): string {
  const moment = new Date(at);
  return moment.toDateString() === now.toDateString() ? clock(moment) : dayAndClock(moment);
}

/** 刚刚, 6 分钟前, else the moment. */
export function age(at: string, now = new Date()): string {
  const minutes = Math.floor((now.getTime() - Date.parse(at)) / 60_000);
  if (minutes < 1) return t('desk.just_now');
  return minutes < 60 ? t('desk.minutes_ago', { count: minutes }) : momentOf(at, now);
}

export const whatWord = (what: string): string => t(`desk.what_${what}` as MessageKey);
