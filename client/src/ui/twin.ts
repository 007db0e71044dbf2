/**
 * The text version of a hall: the same panels, booths and programme as a page of headings, paragraphs and links.
 *
 * At `/halls/{hall}?text` (`/halls/{hall}/{place}?text` opens at that place), and what a device without WebGL is given.
 */
import { ApiError, fetchHall, fetchHallList, hasPlace, type Bilingual, type Booth, type HallDescriptor, type HallSummary, type Panel } from '../net/api';
import { headCount, lang, LANG_NAME, live, onLang, pick, t, type MessageKey } from '../text/catalogue';
import { dressSections, type BoothActions } from './boothDress';
import { el, text } from './dom';
import { fullSaid } from './hallLoad';
import { logo } from './logo';
import { chooseLang } from './profile';
import { glyph } from './shapes';
import { siteFooter } from './siteFooter';
import { startTheme } from './theme';
import '../styles/booth.css';
import '../styles/twin.css';

export interface TwinOptions {
  /** Null: the first hall there is. */
  hall: string | null;
  /** A panel, booth or check-in point of it to begin at. */
  place?: string | null;
  /** Why the visitor is here: by choice, or because the device cannot show the hall. */
  because?: 'chosen' | 'no-webgl';
}

export interface Twin {
  dispose(): void;
}

export function createTwin(root: HTMLElement, options: TwinOptions): Twin {
  startTheme();
  document.documentElement.dataset['page'] = 'twin';
  const header = el('header', 'twin-header');
  const nav = el('nav', 'twin-nav');
  live(nav, 'twin.halls', 'aria-label');
  const main = el('main', 'twin-main', { id: 'content', tabindex: -1 }, el('p', 'twin-lead', { role: 'status' }, text('landing.loading')));
  const footer = siteFooter();
  const page = el(
    'div', 'twin', {}, live(el('a', 'skip', { href: '#content' }), 'site.skip'), header, el('div', 'twin-columns', {}, nav, main), footer.element,
  );
  root.replaceChildren(page);
  let disposed = false;
  let title = (): string => t('site.title');
  const stopLang = onLang(() => { document.title = title(); });

  const show = async (): Promise<void> => {
    const { halls, filing } = await fetchHallList();
    footer.setFiling(filing);
    const id = options.hall ?? halls[0]?.id ?? '';
    fillHeader(header, options.because === 'no-webgl' ? null : id);
    nav.replaceChildren(hallLinks(halls, id));
    const hall = await fetchHall(id);
    if (disposed) return;
    title = () => t('twin.page_title', { place: pick(hall.place) });
    document.title = title();
    main.replaceChildren(...article(hall, halls, options.because ?? 'chosen'));
    if (options.place) showPlace(main, hall, options.place);
  };
  fillHeader(header, null);
  show().catch((error: unknown) => {
    if (disposed) return;
    const missing = error instanceof ApiError && (error.code === 'no_such_hall' || error.code === 'http_404');
    const again = live(el('a', 'btn tall', { href: missing ? '/' : location.href }), missing ? 'message.to_landing' : 'message.retry');
    main.replaceChildren(
      el('h1', '', {}, text(missing ? 'message.no-such-hall.title' : 'message.gone.title')),
      el('p', 'twin-lead', {}, text(missing ? 'message.no-such-hall.text' : 'message.gone.text')), again,
    );
  });
  return {
    dispose() {
      disposed = true;
      stopLang();
      page.remove();
    },
  };
}

/** Scroll to a place of the article, or say that the hall has none of this name. */
function showPlace(main: HTMLElement, hall: HallDescriptor, place: string): void {
  const item = document.getElementById(place);
  if (item && main.contains(item)) return item.scrollIntoView();
  if (!hasPlace(hall, place)) main.prepend(live(el('p', 'twin-note', { role: 'status' }), () => t('notice.no_such_place', { at: place })));
}

/** @param hall whose hall the way into the third dimension leads to; null: there is none on this device */
function fillHeader(header: HTMLElement, hall: string | null): void {
  const switchLang = el('button', 'link', { type: 'button' });
  live(switchLang, () => LANG_NAME[lang() === 'zh' ? 'en' : 'zh-CN']);
  live(switchLang, () => (lang() === 'zh' ? 'en' : 'zh-CN'), 'lang');
  switchLang.addEventListener('click', () => chooseLang(lang() === 'zh' ? 'en' : 'zh'));
  header.replaceChildren(el(
    'div', 'twin-header-inner', {}, logo(),
    el('div', 'twin-links', {}, hall === null ? null : live(el('a', '', { href: `/halls/${encodeURIComponent(hall)}` }), 'twin.enter_3d'), switchLang),
  ));
}

function hallLinks(halls: readonly HallSummary[], current: string): HTMLElement {
  return el(
    'div', '', {}, el('h2', '', {}, text('twin.halls')),
    el('ul', '', {}, ...halls.map((hall) => {
      const link = el('a', '', { href: `/halls/${encodeURIComponent(hall.id)}?text`, 'aria-current': hall.id === current ? 'page' : null },
        glyph(hall.shape), live(el('span'), () => fullName(hall)));
      return el('li', '', {}, link);
    })),
  );
}

/** 元文娱 曲水园; Culture, Song Garden. */
const fullName = (hall: HallSummary): string => [pick(hall.title), pick(hall.place)].join(lang() === 'zh' ? ' ' : ', ');

function article(hall: HallDescriptor, halls: readonly HallSummary[], because: 'chosen' | 'no-webgl'): Node[] {
  const full = fullSaid(hall);
  const poster = hall.poster ? live(el('img', 'twin-poster', { src: hall.poster, width: 1200, height: 675 }), () => t('twin.poster_alt', { place: pick(hall.place) }), 'alt') : null;
  return [
    live(el('h1'), () => t('twin.title', { place: pick(hall.place) })),
    because === 'no-webgl' ? el('p', 'twin-note', { role: 'status' }, text('twin.because_no_webgl')) : null,
    live(el('p', 'twin-lead'), () => pick(hall.summary)),
    live(el('p', 'twin-lead'), () => t('twin.what', { panels: hall.panels.length, booths: hall.booths.length, screens: hall.screens.length })),
    live(el('p', 'twin-facts'), () => t('twin.here', { count: headCount(hall.visitors), n: hall.visitors })),
    full ? live(el('p', 'twin-note'), () => t(full, { place: pick(hall.place), queue: hall.queue })) : null,
    poster,
    section('landing.programme', hall.programme.map(({ at, title }) => el('li', 'twin-programme', {}, el('time', '', { datetime: at }, at), live(el('span'), () => pick(title))))),
    section('hud.map.panels', hall.panels.map((panel) => exhibit(hall, panel))),
    section('hud.map.booths', hall.booths.map((booth) => exhibit(hall, booth))),
    section('hud.map.sights', hall.checkins.map(({ id, title }) => el('li', 'twin-sight', { id }, placeLink(hall, id, title)))),
    section('hud.map.halls', [...new Set(hall.portals.map((portal) => portal.hall))].map((id) => {
      const other = halls.find((known) => known.id === id);
      return el('li', 'twin-sight', {}, other ? glyph(other.shape) : null,
        live(el('a', '', { href: `/halls/${encodeURIComponent(id)}?text` }), () => (other ? fullName(other) : id)));
    })),
  ].filter((node) => node !== null);
}

function section(heading: MessageKey, items: readonly HTMLElement[]): HTMLElement | null {
  return items.length === 0 ? null : el('section', '', {}, el('h2', '', {}, text(heading)), el('ul', '', {}, ...items));
}

/** In the text version one reads: looks are of a model that is not there. */
const READING: BoothActions = { opened: () => undefined, looks: () => ({ variants: [], chosen: null, original: true }), choose: () => undefined };

/** One panel or booth: its title leads to where it stands in the hall. */
function exhibit(hall: HallDescriptor, subject: Panel | Booth): HTMLElement {
  const isBooth = 'slot' in subject;
  return el(
    'li', 'twin-exhibit', { id: subject.id },
    el('h3', '', {}, placeLink(hall, subject.id, subject.title)),
    isBooth ? live(el('p', 'twin-facts'), () => t('hud.panel.slot', { slot: subject.slot.toUpperCase() })) : null,
    ...paragraphs(subject.body),
    ...(isBooth ? dressSections(subject, READING, 'h4') : []),
    !isBooth && subject.source?.zh ? live(el('p', 'twin-facts'), () => t('hud.panel.source', { source: pick(subject.source) })) : null,
  );
}

function placeLink(hall: HallDescriptor, place: string, title: Bilingual): HTMLElement {
  return live(el('a', '', { href: `/halls/${encodeURIComponent(hall.id)}/${encodeURIComponent(place)}` }), () => pick(title));
}

/** One paragraph a line of the text. */
function paragraphs(body: Bilingual): HTMLElement[] {
  const count = Math.max(body.zh.split('\n').length, body.en.split('\n').length);
  return Array.from({ length: count }, (_, index) => live(el('p'), () => pick(body).split('\n')[index] ?? ''));
}
