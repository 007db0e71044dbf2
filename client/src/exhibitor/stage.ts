/**
 * What an exhibitor is shown of a booth: its versions' states folded into one stage, the steps behind and ahead of it, and the one act
 * that comes next. Pure.
 */
import type { BoothRecord, Version, VersionState } from '../net/boothRecords';

/**
 * A booth as its exhibitor sees it; `returned` is a version that came back from the review with a reason, `taken_down` one that would be
 * on show if the staff had not taken the booth down.
 */
export type Stage = 'empty' | 'checking' | 'rejected' | 'returned' | 'ready' | 'submitted' | 'approved' | 'published' | 'withdrawn' | 'taken_down';

export const newest = (booth: BoothRecord): Version | null =>
  booth.versions.reduce<Version | null>((best, version) => (best && best.number > version.number ? best : version), null);

/** The newest that is known well enough to be placed: its front, its bounds. */
export const newestOptimised = (booth: BoothRecord): Version | null => newest({ ...booth, versions: booth.versions.filter(({ model }) => model) });

/** What can be submitted with the dress as it is now; of one that was approved before, the server makes a new version. */
export const newestWithModel = (booth: BoothRecord): Version | null =>
  newest({ ...booth, versions: booth.versions.filter(({ state }) => ['ready', 'approved', 'published', 'withdrawn'].includes(state)) });

export function stageOfVersion(version: Version): Stage {
  const stages: Record<VersionState, Stage> = {
    received: 'checking', checking: 'checking', rejected: 'rejected', ready: version.reason ? 'returned' : 'ready',
    submitted: 'submitted', approved: 'approved', published: 'published', withdrawn: 'withdrawn',
  };
  return stages[version.state];
}

export function stageOf(booth: BoothRecord): Stage {
  const version = newest(booth);
  if (!version) return 'empty';
  return stageIn(booth, version);
}

/** A version as part of its booth: it is not on show where the booth was taken down. */
export function stageIn({ taken_down: down }: BoothRecord, version: Version): Stage {
  return down && version.state === 'published' ? 'taken_down' : stageOfVersion(version);
}

/** Whether what visitors download is lighter or heavier than what was sent, by more than is worth a word. */
export function changedWeight({ before, after }: Version): 'lighter' | 'heavier' | null {
  if (!before || !after) return null;
  if (after.bytes < before.bytes * 0.9) return 'lighter';
  return after.bytes > before.bytes * 1.1 ? 'heavier' : null;
}

/** It has a place, and nobody else has it by now. */
export const isPlaced = (booth: BoothRecord): boolean => Boolean(booth.dress?.hall && booth.dress.slot) && !booth.slot_lost;

export const STEPS = ['upload', 'check', 'optimise', 'dress', 'review'] as const;
export type Step = (typeof STEPS)[number];
export type StepState = 'done' | 'now' | 'bad' | 'ahead';

/** Steps of the check in the order in which they run; what the server names otherwise is somewhere in the middle. */
const CHECK_STEPS: readonly string[] = ['read', 'validate', 'check', 'canonicalise', 'measure'];

/** Whether the running check is already making the model lighter. */
const optimises = (version: Version): boolean => Boolean(version.step) && !CHECK_STEPS.includes(version.step as string);

export function stepsOf(booth: BoothRecord, uploading: boolean): Record<Step, StepState> {
  const marks = (done: number, at: StepState): Record<Step, StepState> =>
    Object.fromEntries(STEPS.map((step, index) => [step, index < done ? 'done' : index === done ? at : 'ahead'])) as Record<Step, StepState>;
  const version = newest(booth);
  if (uploading || !version) return marks(0, 'now');
  switch (stageOfVersion(version)) {
    case 'checking': return marks(optimises(version) ? 2 : 1, 'now');
    case 'rejected': return marks(1, 'bad');
    case 'returned': return { ...marks(3, 'now'), review: 'bad' };
    case 'submitted': return marks(4, 'now');
    case 'approved': case 'published': return marks(5, 'now');
    default: return marks(3, 'now');
  }
}

/** The one thing to do now: what the page's filled button says. `null`: it is others' turn, or everything is done. */
export type NextAct = 'upload' | 'place' | 'submit' | 'publish' | 'visit' | null;

export function nextAct(booth: BoothRecord): NextAct {
  switch (stageOf(booth)) {
    case 'empty': case 'rejected': return 'upload';
    case 'ready': case 'returned': case 'withdrawn': return isPlaced(booth) ? 'submit' : 'place';
    case 'approved': return 'publish';
    case 'published': return 'visit';
    default: return null;
  }
}

/** What may be done with one version of the list; `again` submits its model once more, with the booth's dress as it is now. */
export type VersionAct = 'submit' | 'publish' | 'withdraw' | 'again';

export function actsOf(booth: BoothRecord, { state }: Version): VersionAct[] {
  switch (state) {
    case 'ready': return isPlaced(booth) ? ['submit'] : [];
    case 'submitted': case 'published': return ['withdraw'];
    case 'approved': return ['publish'];
    case 'withdrawn': return isPlaced(booth) ? ['again'] : [];
    default: return [];
  }
}

/** Nobody sees it, nobody decides about it: it can go, for its space. */
export const canBeDeleted = ({ state }: Version): boolean => ['rejected', 'ready', 'approved', 'withdrawn'].includes(state);

/** Whether it is worth asking the server again soon. */
export const isMoving = (booth: BoothRecord): boolean => booth.versions.some(({ state }) => state === 'received' || state === 'checking');
