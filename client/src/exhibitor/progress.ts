/** While a file travels and is checked: what happens now, how far, and that the page may be closed. */
import type { BoothRecord, Version } from '../net/boothRecords';
import { live, t, type MessageKey } from '../text/catalogue';
import { button, el, icon, text } from '../ui/dom';
import { fileLine, shownMeanwhile, size, stepRail, type View } from './parts';
import type { Sending, Uploads } from './uploads';

/** An upload that is on its way, or that the server refused. */
export function uploadView(booth: BoothRecord, sending: Sending, uploads: Uploads): View {
  const bar = live(el('progress', 'progress', { max: sending.total }), 'exhibitor.step.upload', 'aria-label');
  const title = el('h1', '', { tabindex: -1 });
  const told = el('p', 'work-lead', { role: 'status' });
  const share = el('span', 'step-note');
  const again = button({ label: 'exhibitor.upload.again', className: 'btn primary', onPress: () => uploads.again(booth.id) });
  const end = (label: MessageKey, className: string): HTMLButtonElement => button({ label, className, onPress: () => void uploads.cancel(booth.id) });
  const cancel = end('exhibitor.cancel_upload', 'btn');
  const another = end('exhibitor.replace', 'btn primary');
  const steps = el('ol', 'check-steps', {}, el('li', 'now', {}, el('i', 'dot'), text('exhibitor.step.upload'), share),
    ...(['check', 'optimise', 'preview'] as const).map((step) => el('li', '', {}, el('i', 'dot'), text(`exhibitor.step.${step}`))));
  const element = el(
    'div', 'narrow', {}, stepRail(booth, true), fileLine(sending.name, sending.total), title, told, bar, steps, el('p', 'buttons', {}, again, another, cancel),
  );
  const show = (): void => {
    const { state, sent, total, reason } = sending;
    bar.value = sent;
    live(title, `exhibitor.upload.${state}`);
    live(told, () => {
      if (state === 'waiting' && reason) return t('exhibitor.upload.waiting_why', { reason });
      if (state === 'elsewhere' && sending.notTaken) return t('exhibitor.upload.elsewhere_not_taken', { name: sending.notTaken });
      return (state === 'refused' && reason) || t(`exhibitor.upload.${state}_text`);
    });
    again.hidden = state !== 'waiting';
    // Of what was refused or cancelled, nothing is under way, and nothing lies ahead.
    const isOver = state === 'refused' || state === 'cancelled';
    bar.hidden = steps.hidden = isOver;
    cancel.hidden = isOver || state === 'elsewhere';
    another.hidden = !isOver;
    live(share, () => t('exhibitor.upload.of', { sent: size(sent), total: size(total) }));
  };
  show();
  return { element, dispose: uploads.onChange((id, done) => void (id === booth.id && !done && uploads.of(id) === sending && show())) };
}

/** The check's steps, in the order in which they run, under the names that people are told. */
const SHOWN = ['upload', 'check', 'optimise', 'preview'] as const;
type Shown = (typeof SHOWN)[number];

/** What the server calls its steps, folded into what is shown; a name that is not known is part of the check. */
export function shownStep(step: string | null | undefined): Shown {
  if (!step) return 'check';
  if (/optimi|simplif|compress|texture|lod|collision/.test(step)) return 'optimise';
  return /thumb|preview|picture|publish|store|finish/.test(step) ? 'preview' : 'check';
}

/** Where a version is: one that waits for others' checks is not being checked. */
export const stepOf = ({ state, step }: Version): Shown => (state === 'received' ? 'upload' : shownStep(step));

/** A version that the server looks at, or will. */
export function checkingView(booth: BoothRecord, version: Version): View {
  const now = stepOf(version);
  const at = SHOWN.indexOf(now);
  const behind = now === 'upload' ? 1 : at;
  const element = el(
    'div', 'narrow', {}, stepRail(booth, false), fileLine(version.file, version.bytes),
    el('h1', '', { tabindex: -1 }, text(`exhibitor.checking.${now}`)),
    el('p', 'work-lead', { role: 'status' }, text('exhibitor.checking_text')), shownMeanwhile(booth, version),
    now === 'upload' ? null : live(el('progress', 'progress'), 'exhibitor.step.check', 'aria-label'),
    el('ol', 'check-steps', {}, ...SHOWN.map((step, index) => el(
      'li', index < behind ? 'done' : index === at ? 'now' : '', { 'aria-current': index === at ? 'step' : null },
      index < behind ? icon('check') : el('i', 'dot'), text(`exhibitor.step.${step}`),
    ))),
  );
  return { element, dispose: () => undefined };
}
