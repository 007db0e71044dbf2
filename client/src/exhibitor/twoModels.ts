/** The frame of the 3D view of a model before and after; three.js is loaded when there is something to see. */
import { live, t, type MessageKey } from '../text/catalogue';
import { el, text } from '../ui/dom';
import { fetchHall } from '../net/api';
import type { Dress, Version } from '../net/boothRecords';
import { shownYaw } from './fit';
import { size } from './parts';
import type { Room, Shown, SideBySide } from './sideBySide';

const CHOICES: readonly [Shown, MessageKey][] = [['both', 'exhibitor.view.both'], ['before', 'exhibitor.before'], ['after', 'exhibitor.after']];

export interface TwoModels {
  readonly element: HTMLElement;
  dispose(): void;
}

/**
 * Keeps the view that a page shows, for a page that is built anew with the same models: a WebGL context, its shaders and both
 * downloads are dear, and news of a booth seldom are of its models.
 */
export class KeptModels {
  #key = '';
  #models: TwoModels | null = null;

  /** The view of these; nothing where there is no finished model. */
  of(version: Version, dress: Dress | null): HTMLElement | null {
    const { hall, slot, offset_m, yaw_deg, scale } = dress ?? {};
    const key = JSON.stringify([version.original, version.model, shownYaw(version, dress), hall, slot, offset_m, yaw_deg, scale]);
    if (key !== this.#key || this.#models?.element.dataset['state'] === 'failed') {
      this.dispose();
      this.#models = twoModels(version, dress);
      this.#key = key;
    }
    return this.#models?.element ?? null;
  }

  /** Gives it back, unless it is on the page. */
  settle(): void {
    if (this.#models && !this.#models.element.isConnected) this.dispose();
  }

  dispose(): void {
    this.#models?.dispose();
    this.#models = null;
    this.#key = '';
  }
}

/** What was sent comes by itself only where that costs next to nothing: else when somebody asks for it. */
const BEFORE_MOST = { bytes: 8_000_000, triangles: 500_000 } as const;

export const isBeforeHeavy = ({ bytes, before }: Pick<Version, 'bytes' | 'before'>): boolean =>
  Math.max(bytes, before?.bytes ?? 0) > BEFORE_MOST.bytes || (before?.triangles ?? 0) > BEFORE_MOST.triangles;

/**
 * Nothing where there is no finished model; where there is no other, that one alone.
 *
 * @param dress where it stands: it is seen from the side from which visitors come, and the slot's bounds are drawn about it
 */
export function twoModels(version: Version, dress: Dress | null): TwoModels | null {
  const { original, model } = version;
  if (!model) return null;
  const canvas = live(el('canvas', '', { tabindex: 0, role: 'img' }), 'exhibitor.view.title', 'aria-label');
  const said = el('p', 'view-said', { role: 'status' }, text('exhibitor.view.loading'));
  const labels = el('div', 'view-labels', { 'aria-hidden': true }, text('exhibitor.before'), text('exhibitor.after'));
  const choice = live(el('div', 'segments', { role: 'group' }), 'exhibitor.view.which', 'aria-label');
  const hint = el('span');
  const element = el('figure', 'view', { 'data-state': 'loading' }, canvas, labels, said, original ? choice : null,
    el('figcaption', 'work-note', {}, text('exhibitor.view.hint'), ' ', hint));
  let view: SideBySide | null = null;
  let later = original !== null && isBeforeHeavy(version) ? original : null;
  let shown: Shown = original && !later ? 'both' : 'after';
  let gone = false;

  /** Fetches what was sent, now that somebody asked for it. */
  const bring = async (opened: SideBySide, url: string): Promise<void> => {
    element.append(said);
    live(said, 'exhibitor.view.loading');
    element.dataset['state'] = 'loading';
    await opened.bringBefore(url);
    if (gone) return;
    said.remove();
    element.dataset['state'] = 'shown';
  };

  const show = (next: Shown): void => {
    shown = next;
    if (view && later && shown !== 'after') {
      const url = later;
      later = null;
      bring(view, url).catch(failed);
    }
    view?.show(shown);
    labels.hidden = shown !== 'both';
    for (const node of choice.children) node.setAttribute('aria-pressed', String((node as HTMLElement).dataset['shown'] === shown));
  };
  for (const [value, label] of CHOICES) {
    const asks = value === 'before' && later !== null;
    const node = live(el('button', '', { type: 'button', 'data-shown': value }), asks ? () => t('exhibitor.view.before_size', { size: size(version.before?.bytes ?? version.bytes) }) : label);
    node.addEventListener('click', () => show(value));
    choice.append(node);
  }
  show(shown);

  function failed(error: unknown): void {
    console.warn('the models cannot be shown:', error);
    live(said, 'exhibitor.view.failed');
    element.dataset['state'] = 'failed';
  }

  const open = async (): Promise<void> => {
    const { SideBySide } = await import('./sideBySide');
    if (gone) return;
    view = await SideBySide.open(canvas, later ? model : original ?? model, model, shownYaw(version, dress));
    if (gone) return view.dispose();
    said.remove();
    element.dataset['state'] = 'shown';
    show(shown);
    const room = await roomOf(dress);
    if (gone || !room) return;
    view.showRoom(room);
    live(hint, 'exhibitor.view.room');
  };
  open().catch(failed);
  return {
    element,
    dispose() {
      gone = true;
      view?.dispose();
    },
  };
}

/** The slot of a dress; null without one, or where its hall cannot be asked. */
async function roomOf(dress: Dress | null): Promise<Room | null> {
  if (!dress?.hall || !dress.slot) return null;
  const hall = await fetchHall(dress.hall).catch(() => null);
  const slot = hall?.slots.find(({ id }) => id === dress.slot);
  return slot ? { size_m: slot.size_m, stand: dress } : null;
}
