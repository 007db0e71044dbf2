/** All versions of a booth, the newest first: which is shown, what became of the others, the way back to each, and the way out. */
import { actOn, deleteBooth, deleteVersion, type BoothRecord, type Version } from '../net/boothRecords';
import { live, t, type MessageKey } from '../text/catalogue';
import { busy } from '../ui/busy';
import { button, el, text } from '../ui/dom';
import { createDropZone } from './dropZone';
import { size, stageTag, when, type Desk, type View } from './parts';
import { actsOf, canBeDeleted, stageIn, type VersionAct } from './stage';

const LABELS: Record<VersionAct, MessageKey> = { submit: 'exhibitor.submit', publish: 'exhibitor.roll_back', withdraw: 'exhibitor.withdraw', again: 'exhibitor.use_again' };

/** @param send begins with the file of a new version */
export function versionsView(booth: BoothRecord, desk: Desk, send: (file: File) => void): View {
  const problem = el('div', '', { role: 'alert' });
  const versions = [...booth.versions].sort((a, b) => b.number - a.number);
  const heading = el('h1', '', { tabindex: -1 }, text('exhibitor.tab.versions'));
  const sure = asking(problem, 'exhibitor.delete_text', 'exhibitor.delete_really', async () => {
    await deleteBooth(booth.id);
    desk.go({ view: 'list' });
  });
  const remove = button({ label: 'exhibitor.delete', className: 'btn danger', onPress: () => sure.ask(remove) });
  const element = el(
    'div', 'versions', {}, heading, el('p', 'work-lead', {}, text('exhibitor.versions_text')), problem,
    el('ol', 'version-list', {}, ...versions.map((version) => row(booth, version, problem, desk))),
    el('section', '', {}, el('h2', '', {}, text('exhibitor.new_version')), createDropZone(desk, send)),
    el('section', '', {}, el('h2', '', {}, text('exhibitor.delete_title')), el('p', '', {}, text('exhibitor.delete_lead')), el('p', 'buttons', {}, remove), sure.element),
  );
  return { element, dispose: () => undefined };
}

function row(booth: BoothRecord, version: Version, problem: HTMLElement, desk: Desk): HTMLElement {
  const { number, file, bytes, thumbnail, reason, received_at: at } = version;
  const named = (press: HTMLButtonElement, label: MessageKey): HTMLButtonElement => {
    live(press, () => t('exhibitor.act_on_version', { act: t(label), number }), 'aria-label');
    return press;
  };
  const act = (name: VersionAct): HTMLButtonElement => {
    const label = name === 'withdraw' && version.state === 'submitted' ? 'exhibitor.take_back' : name === 'publish' && booth.published === null ? 'exhibitor.publish' : LABELS[name];
    const run = async (): Promise<void> => desk.changed(await actOn(booth.id, number, name === 'again' ? 'submit' : name));
    // What is on show loses its approval with it.
    const asks = name === 'withdraw' && version.state === 'published';
    const press = button({ label, className: name === 'withdraw' ? 'btn danger' : 'btn', onPress: () => (asks ? leaving.ask(press) : void busy(press, problem, run)) });
    return named(press, label);
  };
  const leaving = asking(problem, 'exhibitor.withdraw_text', 'exhibitor.withdraw', async () => desk.changed(await actOn(booth.id, number, 'withdraw')));
  const sure = asking(problem, () => t('exhibitor.delete_version_text', { number }), () => t('exhibitor.delete_version', { number }), async () => {
    desk.changed(await deleteVersion(booth.id, number));
    // The row that was asked in is gone.
    document.querySelector<HTMLElement>('.versions h1')?.focus({ preventScroll: true });
  });
  const remove = named(button({ label: 'exhibitor.delete_really', className: 'btn danger', onPress: () => sure.ask(remove) }), 'exhibitor.delete_really');
  return el(
    'li', version.number === booth.published ? 'shown' : '', { 'data-version': number, 'data-state': version.state },
    picture(thumbnail),
    el('div', 'version-what', {},
      el('p', '', {}, live(el('strong', 'serif'), () => t('exhibitor.version_number', { number })), stageTag(stageIn(booth, version))),
      el('p', 'version-file', {}, el('bdi', '', {}, file), live(el('span'), () => size(version.after?.bytes ?? bytes)), live(el('time', 'no-autospace', { datetime: at }), () => when(at))),
      reason ? live(el('p', 'version-reason'), () => t('exhibitor.verdict.returned_text', { reason })) : null),
    el('div', 'version-acts', {}, ...actsOf(booth, version).map(act), canBeDeleted(version) ? remove : null),
    sure.element, leaving.element,
  );
}

type Words = MessageKey | (() => string);

/** Asks before what cannot be undone; the button says again what is done. Who keeps it is back at the button that was pressed. */
function asking(problem: HTMLElement, says: Words, verb: Words, act: () => Promise<void>): { element: HTMLElement; ask(from: HTMLElement): void } {
  const element = el('div', 'sure', { hidden: true, role: 'group' });
  const ask = (from: HTMLElement): void => {
    const really = button({ label: 'exhibitor.delete_really', className: 'btn danger', onPress: () => void busy(really, problem, act) });
    live(really.firstElementChild as HTMLElement, verb);
    const keep = button({ label: 'exhibitor.keep', onPress: () => {
      element.hidden = true;
      from.focus();
    } });
    element.replaceChildren(live(el('span'), says), really, keep);
    element.hidden = false;
    really.focus();
  };
  return { element, ask };
}

/** A booth's small picture; an empty frame while there is none. */
export const picture = (url: string | null): HTMLElement =>
  el('span', 'thumb', {}, url ? el('img', '', { src: url, alt: '', loading: 'lazy', decoding: 'async' }) : null);
