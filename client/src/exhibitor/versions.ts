/** All versions of a booth, the newest first: which is shown, what became of the others, and the way back to each. */
import { actOn, deleteBooth, type BoothRecord, type Version } from '../net/boothRecords';
import { live, t, type MessageKey } from '../text/catalogue';
import { busy } from '../ui/busy';
import { button, el, text } from '../ui/dom';
import { createDropZone } from './dropZone';
import { size, stageTag, when, type Desk, type View } from './parts';
import { actsOf, stageIn, type VersionAct } from './stage';

const LABELS: Record<VersionAct, MessageKey> = { submit: 'exhibitor.submit', publish: 'exhibitor.roll_back', withdraw: 'exhibitor.withdraw', again: 'exhibitor.use_again' };

/** @param send begins with the file of a new version */
export function versionsView(booth: BoothRecord, desk: Desk, send: (file: File) => void): View {
  const problem = el('div', '', { role: 'alert' });
  const versions = [...booth.versions].sort((a, b) => b.number - a.number);
  const remove = button({ label: 'exhibitor.delete', className: 'btn danger', onPress: () => ask() });
  const sure = el('div', 'sure', { hidden: true, role: 'group' });
  const ask = (): void => {
    const really = button({ label: 'exhibitor.delete_really', className: 'btn danger', onPress: () => void busy(really, problem, async () => {
      await deleteBooth(booth.id);
      desk.go({ view: 'list' });
    }) });
    sure.replaceChildren(text('exhibitor.delete_text'), really, button({ label: 'exhibitor.keep', onPress: () => { sure.hidden = true; } }));
    sure.hidden = false;
    really.focus();
  };
  const element = el(
    'div', 'versions', {}, el('h1', '', { tabindex: -1 }, text('exhibitor.tab.versions')), el('p', 'work-lead', {}, text('exhibitor.versions_text')), problem,
    el('ol', 'version-list', {}, ...versions.map((version) => row(booth, version, problem, desk))),
    el('section', '', {}, el('h2', '', {}, text('exhibitor.new_version')), createDropZone(desk, send)),
    el('section', '', {}, el('h2', '', {}, text('exhibitor.delete_title')), el('p', '', {}, text('exhibitor.delete_lead')), el('p', 'buttons', {}, remove), sure),
  );
  return { element, dispose: () => undefined };
}

function row(booth: BoothRecord, version: Version, problem: HTMLElement, desk: Desk): HTMLElement {
  const { number, file, bytes, thumbnail, reason, received_at: at } = version;
  const act = (name: VersionAct): HTMLButtonElement => {
    const label = name === 'withdraw' && version.state === 'submitted' ? 'exhibitor.take_back' : name === 'publish' && booth.published === null ? 'exhibitor.publish' : LABELS[name];
    const press = button({
      label, className: name === 'withdraw' ? 'btn danger' : 'btn',
      onPress: () => void busy(press, problem, async () => desk.changed(await actOn(booth.id, number, name === 'again' ? 'submit' : name))),
    });
    live(press, () => t('exhibitor.act_on_version', { act: t(label), number }), 'aria-label');
    return press;
  };
  return el(
    'li', version.number === booth.published ? 'shown' : '', { 'data-version': number, 'data-state': version.state },
    picture(thumbnail),
    el('div', 'version-what', {},
      el('p', '', {}, live(el('strong', 'serif'), () => t('exhibitor.version_number', { number })), stageTag(stageIn(booth, version))),
      el('p', 'version-file', {}, el('bdi', '', {}, file), live(el('span'), () => size(version.after?.bytes ?? bytes)), live(el('time', 'no-autospace', { datetime: at }), () => when(at))),
      reason ? live(el('p', 'version-reason'), () => t('exhibitor.verdict.returned_text', { reason })) : null),
    el('div', 'version-acts', {}, ...actsOf(booth, version).map(act)),
  );
}

/** A booth's small picture; an empty frame while there is none. */
export const picture = (url: string | null): HTMLElement =>
  el('span', 'thumb', {}, url ? el('img', '', { src: url, alt: '', loading: 'lazy', decoding: 'async' }) : null);
