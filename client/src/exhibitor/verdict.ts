/**
 * What the check found: the sentence, what is heaviest, before and after beside the limit, both models in one view, and the one button.
 * Refused files get their problems with what to do about each, and the place to drop the next try.
 */
import { fetchHall } from '../net/api';
import { actOn, saveDress, type BoothRecord, type Issue, type OverBudget, type Version } from '../net/boothRecords';
import { live, pick, t, type MessageKey } from '../text/catalogue';
import { busy } from '../ui/busy';
import { button, el, icon, text } from '../ui/dom';
import { beforeAndAfter, heaviestParts } from './compare';
import { createDropZone } from './dropZone';
import { boundsOf, excess, extent, refitted } from './fit';
import { deskLink, fileLine, issueCard, placeNote, shownMeanwhile, size, stepRail, type Desk, type View } from './parts';
import { changedWeight, nextAct, stageOf, stageOfVersion, type Stage } from './stage';

export function refusedView(booth: BoothRecord, version: Version, { most_mb }: Desk, onFile: (file: File) => void): View {
  const issues = version.report?.issues ?? [];
  const bad = issues.filter(({ severity }) => severity === 'error');
  const rest = issues.filter(({ severity }) => severity !== 'error');
  const element = el(
    'div', 'narrow', {}, stepRail(booth, false), fileLine(version.file, version.bytes),
    el('h1', '', { tabindex: -1 }, text('exhibitor.refused')),
    live(el('p', 'work-lead'), () => t('exhibitor.refused_text', { count: bad.length })), shownMeanwhile(booth, version),
    el('ul', 'issues', {}, ...bad.map(issueCard)),
    rest.length > 0 ? details(() => t('exhibitor.more_issues', { count: rest.length }), el('ul', 'issues', {}, ...rest.map(issueCard))) : null,
    createDropZone({ again: true, most_mb }, onFile),
  );
  return { element, dispose: () => undefined };
}

/** @param replace begins with another file */
export function verdictView(booth: BoothRecord, version: Version, desk: Desk, replace: (file: File) => void): View {
  const { over_budget: over = [], did = [], issues: undone = [] } = version.optimised ?? {};
  const warnings = [...over.map(asIssue), ...(version.report?.issues ?? []).filter(({ severity }) => severity === 'error' || severity === 'warning')];
  const changes = [...did, ...undone];
  const decision = el('div', 'decision', {}, ...decisionParts(booth, version, desk));
  const dropped = el('div', 'replace', { hidden: true });
  const swap = button({
    label: 'exhibitor.replace', className: 'btn', onPress: () => {
      if (!dropped.firstChild) dropped.append(createDropZone(desk, replace));
      dropped.hidden = !dropped.hidden;
      swap.setAttribute('aria-expanded', String(!dropped.hidden));
    },
  });
  swap.setAttribute('aria-expanded', 'false');
  const element = el(
    'div', 'verdict', {},
    el('div', 'verdict-head', {}, fileLine(version.file, version.bytes, swap), dropped, stepRail(booth, false), ...sentence(booth, version), shownMeanwhile(booth, version)),
    el('div', 'verdict-side', {}, desk.models.of(version, version.dress ?? booth.dress),
      warnings.length > 0 ? el('ul', 'issues', {}, ...warnings.map(issueCard)) : null, decision),
    el('div', 'verdict-figures', {}, heaviestParts(version), beforeAndAfter(version),
      changes.length > 0 ? details(() => t('exhibitor.did', { count: changes.length }), el('ul', 'did', {}, ...changes.map(({ message }) => el('li', '', {}, text(() => pick(message)))))) : null),
  );
  return { element, dispose: () => undefined };
}

/** What was done about a figure that is too large, and what its author can do. */
function asIssue({ code, did, could }: OverBudget): Issue {
  return { code, severity: 'warning', pointer: '', message: { zh: (did?.zh ?? '') + could.zh, en: did ? `${did.en} ${could.en}` : could.en } };
}

/** What a version that passed the check is called, in one sentence and one more. */
function sentence(booth: BoothRecord, version: Version): Node[] {
  const { before, after, reason } = version;
  const stage = stageOf(booth) as Exclude<Stage, 'empty' | 'checking' | 'rejected'>;
  const weight = changedWeight(version);
  const title = stage === 'ready' && weight === 'lighter' ? 'exhibitor.verdict.lighter' : `exhibitor.verdict.${stage}` as const;
  const told = (): string => {
    if (stage === 'returned') return t('exhibitor.verdict.returned_text', { reason: reason ?? '' });
    if (stage === 'ready' && before && after && weight) return t(`exhibitor.verdict.${weight}_text`, { before: size(before.bytes), after: size(after.bytes) });
    return t(`exhibitor.verdict.${stage}_text`, { reason: '' });
  };
  return [live(el('h1', '', { tabindex: -1 }), title), live(el('p', 'work-lead'), told)];
}

/** What comes next, as one filled button; what else may be done, beside it. */
function decisionParts(booth: BoothRecord, version: Version, desk: Desk): Node[] {
  const problem = el('div', '', { role: 'alert' });
  const act = (name: 'submit' | 'withdraw' | 'publish') => async (): Promise<void> => desk.changed(await actOn(booth.id, version.number, name));
  const pressing = (label: MessageKey, className: string, run: () => Promise<void>): HTMLButtonElement => {
    const node = button({ label, className, onPress: () => void busy(node, problem, run) });
    return node;
  };
  const to = (tab: 'place' | 'dress' | 'visits' | 'versions', label: MessageKey, className: string): HTMLAnchorElement =>
    deskLink(desk, { view: 'booth', booth: booth.id, tab }, className, text(label));
  const hall = booth.dress?.hall ?? booth.hall;
  switch (nextAct(booth)) {
    case 'place':
      return [el('p', 'buttons', {}, deskLink(desk, { view: 'booth', booth: booth.id, tab: 'place' }, 'btn primary tall grow', text('exhibitor.to_place'), icon('enter'))),
        el('p', 'work-note', {}, text('exhibitor.to_place_text'))];
    case 'submit':
      return [sizeNote(booth, version, desk, problem),
        el('p', 'buttons', {}, pressing('exhibitor.submit', 'btn primary tall grow', act('submit')), to('dress', 'exhibitor.tab.dress', 'btn tall')),
        placeNote(booth), problem, el('p', 'work-note', {}, text('exhibitor.submit_text'))].filter((node) => node !== null);
    case 'publish':
      return [el('p', 'buttons', {}, pressing('exhibitor.publish', 'btn primary tall grow', act('publish'))), problem];
    case 'visit':
      return [el('p', 'buttons', {}, live(el('a', 'btn primary tall grow', { href: `/halls/${encodeURIComponent(hall ?? '')}/${encodeURIComponent(booth.slot ?? '')}` }), 'exhibitor.see_it'),
        to('visits', 'exhibitor.tab.visits', 'btn tall')), problem];
    default:
      return stageOfVersion(version) === 'submitted'
        ? [el('p', 'buttons', {}, pressing('exhibitor.take_back', 'btn tall', act('withdraw'))), problem]
        : [to('versions', 'exhibitor.tab.versions', 'btn tall')];
  }
}

/** That the model outgrew its place, and how large it may be there: told before somebody submits it. Empty where it fits. */
function sizeNote({ id, dress }: BoothRecord, version: Version, desk: Desk, problem: HTMLElement): HTMLElement {
  const note = el('div', 'size-note', { role: 'status', hidden: true });
  const bounds = boundsOf(version);
  const look = async (): Promise<void> => {
    const slot = dress?.hall && (await fetchHall(dress.hall)).slots.find((each) => each.id === dress.slot);
    const next = slot && bounds && refitted(bounds, dress, slot);
    if (!next) return;
    const [most_width, most_height, most_depth] = slot.size_m;
    const percent = Math.round(next.scale * 100);
    const isMoved = next.scale === dress.scale;
    const mend = button({
      label: () => (isMoved ? t('exhibitor.fit.middle') : t('exhibitor.fit.scale', { percent })), className: 'btn',
      onPress: () => void busy(mend, problem, async () => desk.changed(await saveDress(id, next))),
    });
    note.replaceChildren(
      live(el('p', 'place-note bad'), () => (isMoved ? t('exhibitor.fit.beyond', { over: Math.ceil(excess(bounds, dress, slot).side_m * 100) })
        : t('exhibitor.fit.too_large', { ...tenths(extent(bounds, dress)), most_width, most_height, most_depth, percent }))),
      el('p', '', {}, mend));
    note.hidden = false;
  };
  // Where its hall cannot be asked, the server says it when it is submitted.
  void look().catch(() => undefined);
  return note;
}

const tenths = (sides: Record<'width' | 'height' | 'depth', number>): Record<string, number> =>
  Object.fromEntries(Object.entries(sides).map(([side, metres]) => [side, Math.round(metres * 10) / 10]));

export function details(label: () => string, ...inside: Node[]): HTMLElement {
  return el('details', 'unfold', {}, el('summary', '', {}, text(label)), ...inside);
}
