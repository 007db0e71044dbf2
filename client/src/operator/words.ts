/** Acts in words. */
import type { Bilingual } from '../net/api';
import { clock, dayAndClock, isMessageKey, lang, LANG_TAG, listed, number, pick, t, type MessageKey } from '../text/catalogue';
import { reasonWord, span } from '../ui/sanctions';
import type { Act, Opening, Report } from './api';

/** Ends with its event: the time that it is given at most says nothing. */
export const endsWithEvent = ({ kind }: Pick<Act, 'kind'>): boolean => kind === 'stage';

const dayWord = (day: number): string => t(`desk.day_${day}` as MessageKey);

/** 一至五、日: three in a row or more are told by their ends. */
function daysWord(days: readonly number[]): string {
  const runs: number[][] = [];
  for (const day of days) {
    const last = runs.at(-1);
    if (last && last.at(-1) === day - 1) last.push(day);
    else runs.push([day]);
  }
  return listed(runs.flatMap((run) => (run.length < 3 ? run.map(dayWord) : [t('desk.day_range', { from: dayWord(run[0]!), to: dayWord(run.at(-1)!) })])));
}

/** 周一至五 09:00–17:00；周六 10:00–21:00 */
export function hoursWords(hours: readonly Opening[]): string {
  if (hours.length === 0) return t('desk.hours_always');
  const one = ({ days, from, to }: Opening): string => (days.length === 7 ? t('desk.hours_daily', { from, to }) : t('desk.hours_days', { days: daysWord(days), from, to }));
  return hours.map(one).join(lang() === 'zh' ? '；' : '; ');
}

/** What a zone is called: 中国标准时间; its id where the browser does not know it. */
export function zoneName(zone: string): string {
  try {
    const parts = new Intl.DateTimeFormat(LANG_TAG[lang()], { timeZone: zone, timeZoneName: 'longGeneric' }).formatToParts();
    return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return zone;
  }
}

/** What an act on a hall set it to; null where its name says it. */
function settingWords(kind: string, params: Readonly<Record<string, unknown>>): string | null {
  if (kind === 'slow' && typeof params['slow_s'] === 'number') return params['slow_s'] === 0 ? null : t('desk.slow_s', { count: params['slow_s'] });
  if (kind === 'capacity' && typeof params['capacity'] === 'number') return number(params['capacity']);
  if (kind === 'hours' && Array.isArray(params['hours'])) return hoursWords(params['hours'] as Opening[]);
  return null;
}

/** Which name an act has: what opens or ends something is called so. */
function detailOf(kind: string, params: Readonly<Record<string, unknown>>): string {
  if (kind === 'door') return `act.door_${String(params['door'])}`;
  if (kind === 'slow' && params['slow_s'] === 0) return 'act.slow_off';
  if (kind === 'speakers' && params['speakers_only'] === false) return 'act.speakers_all';
  return `act.${kind}`;
}

/** 禁言 30 分钟, 设定容量：300: what the button says, and the record. */
export function actWords(kind: string, minutes: number | null, params: Readonly<Record<string, unknown>> = {}): string {
  const detail = detailOf(kind, params);
  const name = isMessageKey(detail) ? t(detail) : kind;
  const what = minutes === null ? name : `${name} ${span(minutes * 60)}`;
  const set = settingWords(kind, params);
  return set === null ? what : t('desk.set_to', { what, set });
}

const minutesOf = (act: Act): number | null =>
  act.ends_at === null || endsWithEvent(act) ? null : Math.round((Date.parse(act.ends_at) - Date.parse(act.made_at)) / 60_000);

const hallNames = new Map<string, Bilingual>();

/** What halls are called: acts on one have its id for a name. */
export function nameHalls(halls: readonly { id: string; place: Bilingual }[]): void {
  for (const { id, place } of halls) hallNames.set(id, place);
}

export function hallName(id: string): string {
  const place = hallNames.get(id);
  return place ? pick(place) : id;
}

const boothNames = new Map<string, Bilingual>();
const boothKey = (hall: string, id: string): string => `${hall}/${id}`;

/** What the booths of a hall are called; who was called so stays, for it may be taken down. */
export function nameBooths(hall: string, booths: readonly { id: string; title: Bilingual }[]): void {
  for (const { id, title } of booths) if (pick(title)) boothNames.set(boothKey(hall, id), title);
}

/** By its title, where one is known. */
export function boothName(hall: string, id: string): string {
  const title = boothNames.get(boothKey(hall, id));
  return title ? pick(title) : id;
}

/** The booth of an act by the title that it had then, or has now. */
function actBoothName({ hall, name, params }: Act): string {
  const title = params['title'] as Bilingual | undefined;
  return (title && pick(title)) || boothName(hall ?? '', name);
}

/** Whom or what an act is on. */
export function nameOf(act: Act): string {
  const { by, hall, kind, name } = act;
  if (kind === 'take_down') return actBoothName(act);
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

/** Whom or what a report is about. */
export const reportName = ({ booth, hall, name, what }: Pick<Report, 'booth' | 'hall' | 'name' | 'what'>): string =>
  (what === 'booth' ? boothName(hall, booth ?? name) : name) || whatWord(what);

/** What an act is called in the record: `account.invite`, `act.mute`. */
export function recordedActWords(act: string): string {
  const [area = '', verb = ''] = act.split('.');
  const own = `record.${area}.${verb}`;
  if (isMessageKey(own)) return t(own);
  return isMessageKey(act) ? t(act) : act;
}

/** A target as the record has it, `hall:culture`: a hall by its name, all else as it is written. */
export function targetWords(target: string): string {
  const hall = target.startsWith('hall:') ? hallNames.get(target.slice('hall:'.length)) : undefined;
  return hall ? t('record.target_hall', { hall: pick(hall) }) : target;
}

/** Where it stands, and with whom. */
export function reportState({ assignee, state }: Pick<Report, 'assignee' | 'state'>): string {
  if (state === 'taken' && assignee) return t('desk.taken_by', { name: assignee.name });
  const what = t(`desk.report_${state}`);
  return assignee && state !== 'open' ? t('desk.handled_by', { what, name: assignee.name }) : what;
}

export const whatWord = (what: string): string => t(`desk.what_${what}` as MessageKey);
