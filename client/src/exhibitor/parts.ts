/** Small parts that several of the exhibitor's views share. */
import type { BoothRecord, Issue, Version } from '../net/boothRecords';
import { clock, dayAndClock, live, megabytes, pick, t } from '../text/catalogue';
import { el, icon, text } from '../ui/dom';
import { hrefOf, type Address } from './address';
import { STEPS, stepsOf, type Stage } from './stage';
import type { KeptModels } from './twoModels';

export interface View {
  readonly element: HTMLElement;
  dispose(): void;
  /** Whether something typed would be lost by leaving. */
  readonly dirty?: boolean;
}

/** Where views go and what they show of what happened. */
export interface Desk {
  go(address: Address): void;
  /** A booth as the server now has it: the page shows it anew. */
  changed(booth: BoothRecord): void;
  /** News with a way back. */
  undo(saying: () => string, back: () => void): void;
  /** The 3D view of models, which lives longer than the view that shows it. */
  readonly models: KeptModels;
  /** The server takes no larger file, in MB. */
  readonly most_mb: number;
  /** The exhibitor's own, as it stands on cards. */
  readonly organisation: string;
}

const TAGS: Record<Stage, string> = {
  empty: 'tag', checking: 'tag warn', rejected: 'tag bad', returned: 'tag bad', ready: 'tag warn', submitted: 'tag info', approved: 'tag ok',
  published: 'tag ok', withdrawn: 'tag', taken_down: 'tag bad',
};

export const stageTag = (stage: Stage): HTMLElement => text(`exhibitor.stage.${stage}`, TAGS[stage]);

/** A link within these pages: a real one, followed without a reload. */
export function deskLink(desk: Desk, address: Address, className: string, ...children: Node[]): HTMLAnchorElement {
  const link = el('a', className, { href: hrefOf(address) }, ...children);
  link.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    desk.go(address);
  });
  return link;
}

/** The file that a version was made of, as the head of what is told about it. */
export function fileLine(name: string, bytes: number, ...after: Node[]): HTMLElement {
  return el('p', 'file-line', {}, icon('file'), el('bdi', 'file-name', {}, name), live(el('span', 'file-size'), () => size(bytes)), ...after);
}

/** 47 kB, 5.2 MB: as the server's sentences about a model say it (server/yuanzhan/scene/sizes.py). */
export function size(bytes: number): string {
  const kilobytes = Math.round(bytes / 1000);
  return kilobytes < 1000 ? t('exhibitor.kilobytes', { size: Math.max(kilobytes, Math.min(bytes, 1)) }) : t('exhibitor.megabytes', { size: megabytes(bytes) });
}

/** 今天 17:40, or the day. */
export function when(iso: string): string {
  const date = new Date(iso);
  const today = new Date().toDateString() === date.toDateString();
  return today ? t('exhibitor.today', { time: clock(date) }) : dayAndClock(date);
}

/** Until when its place is kept for a booth that shows nothing there yet, or that it is gone. */
export function placeNote({ slot, slot_lost, kept_until }: BoothRecord): HTMLElement | null {
  if (!slot) return null;
  if (slot_lost) return live(el('p', 'place-note bad'), () => t('exhibitor.place.lost', { slot }));
  return kept_until ? live(el('p', 'place-note'), () => t('exhibitor.place.kept_until', { slot, when: when(kept_until) })) : null;
}

/** Which version visitors see meanwhile, where a newer one is on its way. */
export function shownMeanwhile(booth: BoothRecord, version: Version): HTMLElement | null {
  const { published: number } = booth;
  const isOnItsWay = version.state !== 'approved' && version.state !== 'withdrawn';
  return number === null || booth.taken_down || number >= version.number || !isOnItsWay ? null : live(el('p', 'work-note'), () => t('exhibitor.still_shown', { number: String(number) }));
}

/** What is behind and what is ahead, told by words and marks, not by colour alone. */
export function stepRail(booth: BoothRecord, uploading: boolean): HTMLElement {
  const states = stepsOf(booth, uploading);
  return live(el('ol', 'rail', {}, ...STEPS.map((step) => el(
    'li', states[step], { 'aria-current': states[step] === 'now' ? 'step' : null },
    states[step] === 'done' ? icon('check') : null, text(`exhibitor.step.${step}`),
    states[step] === 'done' ? text('exhibitor.step_done', 'unseen') : null,
  ))), 'exhibitor.steps', 'aria-label');
}

/** A problem of the file: what it is, what to do about it, where it is, and its code as a stamp. */
export function issueCard({ code, severity, message, pointer }: Issue): HTMLElement {
  return el(
    'li', `issue ${severity === 'error' ? 'bad' : 'mild'}`, {},
    el('p', 'issue-says', {}, live(el('span'), () => pick(message))),
    el('code', 'code-stamp', { lang: 'en' }, code),
    pointer ? el('p', 'issue-where', {}, text('exhibitor.issue_where'), ' ', el('code', '', { lang: 'en' }, pointer)) : null,
  );
}
