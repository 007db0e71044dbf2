/** One booth: its head, the way to its parts, and the part that the address names. */
import type { HallSummary } from '../net/api';
import type { BoothRecord } from '../net/boothRecords';
import { live, pick } from '../text/catalogue';
import { el, icon, text } from '../ui/dom';
import { TABS, type Tab } from './address';
import { createDropZone } from './dropZone';
import { dressingView } from './dressing';
import { deskLink, stageTag, stepRail, type Desk, type View } from './parts';
import { placingView, whereabouts } from './placing';
import { checkingView, uploadView } from './progress';
import { reachView } from './reach';
import { newest, stageOf } from './stage';
import { takenDownNotice } from './takenDown';
import type { Uploads } from './uploads';
import { refusedView, verdictView } from './verdict';
import { versionsView } from './versions';
import { visitsView } from './visits';

export function boothView(booth: BoothRecord, tab: Tab, halls: readonly HallSummary[], uploads: Uploads, desk: Desk): View {
  const part = partOf(booth, tab, halls, uploads, desk);
  const tabs = live(el('nav', 'tabs'), 'exhibitor.parts', 'aria-label');
  for (const name of TABS) {
    const link = deskLink(desk, { view: 'booth', booth: booth.id, tab: name }, '', text(`exhibitor.tab.${name}`));
    if (name === tab) link.setAttribute('aria-current', 'page');
    tabs.append(link);
  }
  const element = el(
    'div', '', {},
    el('header', 'booth-head', {}, deskLink(desk, { view: 'list' }, 'crumb', icon('back'), text('exhibitor.mine')),
      live(el('strong', 'serif'), () => pick(booth.title)),
      whereabouts(halls.find(({ id }) => id === (booth.dress?.hall ?? booth.hall)), booth.dress?.slot ?? booth.slot), stageTag(stageOf(booth))),
    tabs, takenDownNotice(booth), part.element,
  );
  return {
    element,
    dispose: () => part.dispose(),
    get dirty() {
      return part.dirty ?? false;
    },
  };
}

function partOf(booth: BoothRecord, tab: Tab, halls: readonly HallSummary[], uploads: Uploads, desk: Desk): View {
  const send = (file: File): void => {
    void uploads.start(booth.id, file);
    desk.go({ view: 'booth', booth: booth.id, tab: 'model' });
  };
  switch (tab) {
    case 'place': return placingView(booth, desk);
    case 'dress': return dressingView(booth, desk);
    case 'versions': return versionsView(booth, desk, send);
    case 'visits': return visitsView(booth);
    case 'reach': return reachView(booth, halls);
    default: return modelPart(booth, uploads, desk, send);
  }
}

function modelPart(booth: BoothRecord, uploads: Uploads, desk: Desk, send: (file: File) => void): View {
  const sending = uploads.of(booth.id);
  if (sending) return uploadView(booth, sending, uploads);
  const version = newest(booth);
  if (!version) {
    return {
      element: el('div', 'narrow', {}, stepRail(booth, true), el('h1', '', { tabindex: -1 }, text('exhibitor.no_model')),
        el('p', 'work-lead', {}, text('exhibitor.no_model_text')), createDropZone(desk, send)),
      dispose: () => undefined,
    };
  }
  switch (stageOf(booth)) {
    case 'checking': return checkingView(booth, version);
    case 'rejected': return refusedView(booth, version, desk, send);
    default: return verdictView(booth, version, desk, send);
  }
}
