/** All booths of one's organisation: picture, name, state, place, visits. */
import type { HallSummary } from '../net/api';
import { fetchVisits, type BoothRecord } from '../net/boothRecords';
import { headCount, live, pick, t } from '../text/catalogue';
import { el, icon, svg, text } from '../ui/dom';
import { GLYPH_VIEW_BOX, shapePath } from '../ui/shapes';
import { deskLink, stageTag, type Desk, type View } from './parts';
import { whereabouts } from './placing';
import { newest, stageOf } from './stage';
import { picture } from './versions';

export function boothListView(booths: readonly BoothRecord[], halls: readonly HallSummary[], desk: Desk): View {
  const fresh = (className: string): HTMLElement => deskLink(desk, { view: 'new' }, className, icon('plus'), text('exhibitor.new'));
  if (booths.length === 0) {
    return {
      element: el('div', 'narrow', {}, el('h1', '', { tabindex: -1 }, text('exhibitor.mine')), el('section', 'empty-state', {},
        svg('svg', { class: 'empty-sign', viewBox: GLYPH_VIEW_BOX, 'aria-hidden': true }, svg('path', { d: shapePath('circle') })),
        el('h2', '', {}, text('exhibitor.none')), el('p', '', {}, text('exhibitor.none_text')), fresh('btn primary tall'))),
      dispose: () => undefined,
    };
  }
  const element = el(
    'div', '', {}, el('div', 'work-head spread', {}, el('h1', '', { tabindex: -1 }, text('exhibitor.mine')), fresh('btn primary tall')),
    el('ul', 'booth-list', {}, ...booths.map((booth) => el('li', '', {}, row(booth, halls, desk)))),
  );
  return { element, dispose: () => undefined };
}

function row(booth: BoothRecord, halls: readonly HallSummary[], desk: Desk): HTMLElement {
  const visits = el('span', 'booth-visits');
  const shown = booth.versions.find(({ number }) => number === booth.published) ?? newest(booth);
  if (booth.published !== null) {
    fetchVisits(booth.id).then(({ visits: count }) => live(visits, () => t('exhibitor.visits_count', { count: headCount(count) })), () => undefined);
  }
  return deskLink(
    desk, { view: 'booth', booth: booth.id, tab: 'model' }, 'booth-row', picture(shown?.thumbnail ?? null),
    el('span', 'booth-what', {}, live(el('strong', 'serif'), () => pick(booth.title)),
      whereabouts(halls.find(({ id }) => id === (booth.dress?.hall ?? booth.hall)), booth.dress?.slot ?? booth.slot)),
    visits, shownTag(booth) ?? el('span', 'no-tag'), stageTag(stageOf(booth)), icon('enter'),
  );
}

/** What visitors see, where the newest version is another. */
function shownTag(booth: BoothRecord): HTMLElement | null {
  const shown = booth.published === null ? null : booth.taken_down ? 'taken_down' : 'published';
  return shown && shown !== stageOf(booth) ? stageTag(shown) : null;
}
