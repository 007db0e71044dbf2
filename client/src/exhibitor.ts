/** The exhibitor's pages: from a glTF on one's disk to a booth that people visit. This root ties views, address and server together. */
import { parseAddress, hrefOf, type Address } from './exhibitor/address';
import { boothListView } from './exhibitor/boothList';
import { boothView } from './exhibitor/boothView';
import { newBoothView } from './exhibitor/newBooth';
import { createNotices } from './exhibitor/notices';
import type { Desk, View } from './exhibitor/parts';
import { isMoving, stageOf } from './exhibitor/stage';
import { KeptModels } from './exhibitor/twoModels';
import { askLargest_mb, Uploads, type Sending } from './exhibitor/uploads';
import { fetchMe, signInAddress } from './net/account';
import { fetchHalls, type HallSummary } from './net/api';
import { fetchBooth, fetchBooths, type BoothRecord } from './net/boothRecords';
import { t } from './text/catalogue';
import { el, text } from './ui/dom';
import { trouble, workPage } from './ui/workPage';
import './styles/exhibitor.css';

/** How soon the server is asked again: while it checks, and while others have the word. */
const MOVING_MS = 1500;
const WAITING_MS = 10_000;

const main = workPage('exhibitor.name');
const notices = createNotices();
document.body.append(notices.element);

async function start(): Promise<void> {
  main.replaceChildren(el('p', 'work-lead', { role: 'status' }, text('landing.loading')));
  const me = await fetchMe();
  if (!me) return location.replace(signInAddress());
  const [halls, most_mb]: [readonly HallSummary[], number] = await Promise.all([fetchHalls(), askLargest_mb()]);
  const uploads = new Uploads(() => location.assign(signInAddress()));
  let address = parseAddress(location.search);
  let booth: BoothRecord | null = null;
  let list: readonly BoothRecord[] = [];
  let view: View | null = null;
  let timer = 0;
  let shown = 0;

  const desk: Desk = {
    organisation: me.account.organisation?.name ?? '',
    most_mb,
    models: new KeptModels(),
    undo: notices.undo,
    go(next) {
      if (!mayLeave()) return;
      history.pushState(null, '', hrefOf(next));
      void open(next, true);
    },
    changed(next) {
      if (booth?.id !== next.id) return;
      const former = JSON.stringify(booth);
      booth = next;
      if (former !== JSON.stringify(next) && !view?.dirty) show(false);
    },
  };

  const mayLeave = (): boolean => !view?.dirty || window.confirm(t('exhibitor.leave'));

  function put(next: View, moved: boolean): void {
    view?.dispose();
    // What could be undone was undone in the view that is gone.
    notices.clear();
    view = next;
    main.replaceChildren(next.element);
    desk.models.settle();
    if (!moved) return;
    scrollTo(0, 0);
    next.element.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }

  /** @param moved whether somebody went there: then the reading begins at its heading */
  function show(moved: boolean): void {
    if (address.view !== 'booth' || !booth) return;
    const focused = document.activeElement;
    put(boothView(booth, address.tab, halls, uploads, desk), moved);
    // Parts that outlive a view, such as an appeal, are written in meanwhile.
    if (!moved && focused instanceof HTMLElement && main.contains(focused)) focused.focus({ preventScroll: true });
  }

  async function open(next: Address, moved: boolean): Promise<void> {
    clearTimeout(timer);
    address = next;
    const turn = ++shown;
    try {
      if (next.view === 'new') return put(newBoothView(desk, (id, file) => void uploads.start(id, file)), moved);
      if (next.view === 'list') {
        booth = null;
        list = await fetchBooths();
        if (turn !== shown) return;
        put(boothListView(list, halls, desk), moved);
        again();
        return;
      }
      const known = booth?.id === next.booth ? booth : null;
      booth = known ?? (await fetchBooth(next.booth));
      if (turn !== shown) return;
      show(moved);
      again();
    } catch (error) {
      if (turn === shown) put({ element: trouble(error), dispose: () => undefined }, moved);
    }
  }

  /** What others do (the check, the review) is seen without a reload, unless something is being typed. */
  function again(): void {
    clearTimeout(timer);
    if (address.view === 'new' || document.hidden) return;
    const moving = address.view === 'list' ? list.some(isMoving) : booth !== null && isMoving(booth);
    timer = window.setTimeout(() => void ask().catch(() => undefined).finally(again), moving ? MOVING_MS : WAITING_MS);
  }

  async function ask(): Promise<void> {
    const turn = shown;
    if (address.view === 'list') {
      const next = await fetchBooths();
      if (turn !== shown || JSON.stringify(next) === JSON.stringify(list)) return;
      list = next;
      put(boothListView(list, halls, desk), false);
    } else if (booth) {
      const next = await fetchBooth(booth.id);
      if (turn === shown) desk.changed(next);
    }
  }

  let sending: Sending | null = null;
  uploads.onChange((id, done) => {
    if (booth?.id !== id) return;
    if (done) {
      void fetchBooth(id).then((next) => {
        booth = next;
        // Who looks at another part goes on there.
        if (!view?.dirty) show(address.view === 'booth' && address.tab === 'model');
        again();
      }, () => again());
      return;
    }
    // The first news of an upload, also of one that another page left behind, and the last of one that was cancelled, change what the page shows.
    const now = uploads.of(id);
    if (now !== sending && address.view === 'booth' && address.tab === 'model') show(false);
    sending = now;
  });

  addEventListener('popstate', () => {
    // The browser is there already: who would rather stay is taken back.
    if (!mayLeave()) return history.pushState(null, '', hrefOf(address));
    void open(parseAddress(location.search), true);
  });
  addEventListener('beforeunload', (event) => {
    if (view?.dirty) event.preventDefault();
  });
  document.addEventListener('visibilitychange', () => {
    // Somebody comes back from the preview, where the booth may have been moved.
    if (!document.hidden) void ask().catch(() => undefined).finally(again);
  });

  await open(address, false);
  await uploads.resume();
  const waiting = booth as BoothRecord | null;
  if (waiting && stageOf(waiting) === 'empty') show(false);
}

void start().catch((error: unknown) => main.replaceChildren(trouble(error)));
