/**
 * What covers the hall while there is none to see: the loading of one, with its window's rim filling as the megabytes come; the
 * queue of a full one; and the troubles after which the visitor has to choose. Where there are several, the last of these is seen.
 */
import { shortly } from '../../events/words';
import { fetchHalls, type HallSummary } from '../../net/api';
import type { Sanction } from '../../protocol/generated';
import { isMessageKey, live, megabytes, pick, t, type MessageKey, type Params } from '../../text/catalogue';
import { button, el, svg, text } from '../dom';
import { aheadSaid } from '../hallLoad';
import type { HudActions } from './actions';
import { appealForm, endOf, fetchAppealState, sanctionSentence } from '../sanctions';
import { otherHalls } from './otherHalls';
import { GLYPH_VIEW_BOX, shapeOf, shapePath } from '../shapes';

/** Longer than this, and the text version is offered in words. */
const SLOW_AFTER_MS = 12_000;
/** How often it is asked whether what keeps a visitor out holds still. */
const STILL_OUT_MS = 10_000;

/** Why there is no hall to see: the keys `message.*` of the catalogue, shown over everything. */
export type Trouble =
  | 'removed' | 'removed-over' | 'banned' | 'hall-closed' | 'hall-locked'
  | 'no-webgl' | 'context-lost' | 'hall-full' | 'no-such-hall' | 'replaced' | 'refused' | 'gone' | 'load-failed';

export interface Cover {
  readonly element: HTMLElement;
  readonly isOpen: boolean;
  setPlace(hall: HallSummary): void;
  setLoading(progress: { loaded: number; total: number } | null): void;
  /** Waiting for a full hall, so many before oneself; null when that is over. */
  setQueue(queue: { ahead: number } | null): void;
  /** What keeps the visitor out: the cover of `removed` and `banned` tells it. */
  setSanction(sanction: Sanction): void;
  showTrouble(trouble: Trouble, params: Params): void;
  hideTrouble(): void;
  dispose(): void;
}

/** What can be done about each trouble, the best first. */
const REMEDIES: Readonly<Record<Trouble, readonly Remedy[]>> = {
  'no-webgl': ['text', 'leave'],
  'context-lost': ['reload', 'text', 'leave'],
  'hall-full': ['retry', 'leave', 'text'],
  'no-such-hall': ['leave'],
  replaced: ['retry', 'leave'],
  refused: ['leave', 'retry'],
  gone: ['retry', 'text', 'leave'],
  'load-failed': ['retry', 'text', 'leave'],
  removed: ['retry', 'leave', 'text'],
  'removed-over': ['retry', 'leave', 'text'],
  banned: ['leave', 'text'],
  'hall-closed': ['leave', 'retry', 'text'],
  'hall-locked': ['leave', 'retry', 'text'],
};
type Remedy = 'retry' | 'reload' | 'leave' | 'text';

export function createCover(actions: Pick<HudActions, 'retry' | 'leave' | 'go'>): Cover {
  const element = el('section', 'cover', { hidden: true });
  let place: HallSummary | null = null;
  let loading: LoadingView | null = null;
  let queue: QueueView | null = null;
  let sanction: Sanction | null = null;
  let trouble: { kind: Trouble; params: Params; element: HTMLElement } | null = null;
  let asking: ReturnType<typeof setInterval> | undefined;

  const textHref = (): string => (place ? `/halls/${encodeURIComponent(place.id)}?text` : '/?text');
  const remedy = (kind: Remedy, first: boolean): HTMLElement => {
    const className = first ? 'btn tall primary' : 'btn tall';
    switch (kind) {
      case 'retry': return button({ label: 'message.retry', icon: 'retry', className, onPress: () => { hide(); actions.retry(); } });
      case 'reload': return button({ label: 'message.reload', icon: 'retry', className, onPress: () => location.reload() });
      case 'leave': return button({ label: 'message.to_landing', icon: 'home', className, onPress: actions.leave });
      case 'text': return live(el('a', className, { href: textHref() }), 'message.text_version');
    }
  };
  const show = (): void => {
    const top = trouble ?? queue ?? loading;
    element.hidden = top === null;
    if (top && element.firstChild !== top.element) element.replaceChildren(top.element);
  };
  const hide = (): void => {
    clearInterval(asking);
    trouble = null;
    show();
  };
  const askWhetherOut = async (act: string): Promise<void> => {
    if (document.hidden) return;
    const state = await fetchAppealState(act).catch(() => null);
    if (state?.holds === false && keepsOut(trouble?.kind) && sanction?.act === act) drawTrouble('removed-over', {});
  };
  const stopLoading = (): void => {
    loading?.dispose();
    loading = null;
  };
  const elsewhere = (): HTMLElement => otherHalls(place?.id ?? null, (hall) => actions.go(hall, null));
  const placeQueue = (): void => queue?.setPlace(place, elsewhere(), [remedy('leave', false), remedy('text', false)]);
  const drawTrouble = (kind: Trouble, params: Params): void => {
    const key = (part: 'title' | 'text'): MessageKey => `message.${kind}.${part}`;
    const named = (): Params => ({ place: place ? pick(place.place) : t('message.this_hall'), ...params });
    const heading = live(el('h1', '', { tabindex: -1 }), () => t(key('title'), named()));
    const why = live(el('p', 'cover-text'), () => t(key('text'), named()));
    if (kind === 'hall-closed') void sayWhenOpen(place?.id, why);
    const card = el(
      'div', 'cover-card trouble', { role: 'alert' },
      picture(place), heading, why,
      reasonCode(params),
      kind === 'hall-full' || kind === 'hall-closed' || kind === 'hall-locked' ? elsewhere() : null,
      sanction && keepsOut(kind) ? sanctionCard(sanction) : null,
      el('div', 'cover-actions', {}, ...REMEDIES[kind].map((each, index) => remedy(each, index === 0))),
    );
    trouble = { kind, params, element: card };
    clearInterval(asking);
    const act = keepsOut(kind) ? sanction?.act : undefined;
    if (act !== undefined) asking = setInterval(() => void askWhetherOut(act), STILL_OUT_MS);
    show();
    heading.focus({ preventScroll: true });
  };

  return {
    element,
    get isOpen() {
      return !element.hidden;
    },
    setPlace(hall) {
      place = hall;
      loading?.setPlace(hall, textHref());
      placeQueue();
      if (trouble) drawTrouble(trouble.kind, trouble.params);
    },
    setLoading(progress) {
      if (!progress) {
        stopLoading();
        return show();
      }
      if (!loading) {
        loading = createLoadingView();
        if (place) loading.setPlace(place, textHref());
        show();
      }
      loading.set(progress);
    },
    setQueue(waiting) {
      if (!waiting) queue = null;
      else if (!queue) {
        queue = createQueueView();
        placeQueue();
      }
      if (waiting) queue?.set(waiting.ahead);
      show();
    },
    setSanction(next) {
      sanction = next;
    },
    showTrouble(kind, params) {
      // Told again while it stands, as at each try to come back: nothing to say anew.
      if (trouble?.kind !== kind) drawTrouble(kind, params);
    },
    hideTrouble() {
      if (trouble) hide();
    },
    dispose() {
      clearInterval(asking);
      stopLoading();
    },
  };
}

/** As it is now, not as it was when the hall was described. */
async function sayWhenOpen(id: string | undefined, said: HTMLElement): Promise<void> {
  const halls = await fetchHalls().catch(() => []);
  const opens = halls.find((hall) => hall.id === id)?.opens_at;
  if (opens) live(said, () => t('message.hall-closed.opens', { at: shortly(opens, new Date()) }));
}

/** What the server said, in words where there are some: the code itself comes last, for support. */
function reasonCode(params: Params): HTMLElement | null {
  const { reason } = params;
  if (typeof reason !== 'string') return null;
  const key = `close.${reason}`;
  const words = isMessageKey(key) ? live(el('span'), key) : null;
  return el('p', 'cover-reason', {}, words, words ? ' ' : null, el('code', '', {}, reason));
}

/** The hall's window, empty. */
function picture(hall: HallSummary | null): SVGSVGElement {
  const shape = shapeOf(hall?.shape ?? 'circle');
  return svg(
    'svg', { class: `cover-window shape-${shape}`, viewBox: GLYPH_VIEW_BOX, 'aria-hidden': true },
    svg('path', { class: 'cover-rim', d: shapePath(shape) }),
    svg('path', { class: 'cover-fill', d: shapePath(shape), pathLength: 100 }),
  );
}

interface QueueView {
  readonly element: HTMLElement;
  setPlace(hall: HallSummary | null, elsewhere: HTMLElement, actions: readonly HTMLElement[]): void;
  set(ahead: number): void;
}

function createQueueView(): QueueView {
  const frame = el('div', 'cover-frame', {});
  const heading = el('h1');
  const place = el('p', 'cover-text', { role: 'status' });
  const others = el('div', 'cover-others');
  const buttons = el('div', 'cover-actions');
  let [waiting, toWatch] = [0, false];
  const say = (): void => void live(place, () => t(aheadSaid(waiting, toWatch), { count: waiting }));
  return {
    element: el('div', 'cover-card trouble', {}, frame, heading, place, others, buttons),
    setPlace(hall, elsewhere, actions) {
      toWatch = hall !== null && hall.observer_places > 0;
      say();
      frame.replaceChildren(picture(hall));
      live(heading, () => t('message.hall-full.title', { place: hall ? pick(hall.place) : t('message.this_hall') }));
      others.replaceChildren(elsewhere);
      buttons.replaceChildren(...actions);
    },
    set(ahead) {
      waiting = ahead;
      say();
    },
  };
}

interface LoadingView {
  readonly element: HTMLElement;
  setPlace(hall: HallSummary, textHref: string): void;
  set(progress: { loaded: number; total: number }): void;
  dispose(): void;
}

function createLoadingView(): LoadingView {
  const frame = el('div', 'cover-frame', {}, picture(null));
  const heading = live(el('h1'), 'loading.opening');
  const bar = el('progress', 'unseen', { max: 1 });
  live(bar, 'loading.progress', 'aria-label');
  const size = el('p', 'cover-size');
  const slow = el('p', 'cover-text', { hidden: true, role: 'status' }, text('loading.slow'));
  const link = live(el('a', 'cover-link', { href: '/?text' }), 'loading.text_version');
  const timer = setTimeout(() => { slow.hidden = false; }, SLOW_AFTER_MS);
  return {
    element: el('div', 'cover-card', {}, frame, heading, bar, size, slow, link),
    setPlace(hall, textHref) {
      frame.replaceChildren(picture(hall));
      live(heading, () => t('loading.hall', { place: pick(hall.place) }));
      link.setAttribute('href', textHref);
    },
    set({ loaded, total }) {
      const part = total > 0 ? Math.min(1, loaded / total) : 0;
      if (total > 0) bar.value = part;
      else bar.removeAttribute('value');
      frame.style.setProperty('--part', String(part * 100));
      live(size, () => (total > 0 ? t('loading.size', { loaded: megabytes(loaded), total: megabytes(total) }) : t('loading.start')));
    },
    dispose: () => clearTimeout(timer),
  };
}

const keepsOut = (kind: Trouble | undefined): boolean => kind === 'removed' || kind === 'banned';

/** Why, until when, what the operator wrote, and how to say that it is wrong. */
function sanctionCard(sanction: Sanction): HTMLElement {
  const end = endOf(sanction);
  return el(
    'div', 'cover-sanction', {}, live(el('p', 'sanction-what'), () => sanctionSentence(sanction, end)),
    sanction.note ? el('blockquote', 'sanction-note', {}, sanction.note) : null, appealForm(sanction),
  );
}
