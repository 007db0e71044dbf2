/** The map of the hall, and the list of its places: the same in words, with the way to each. */
import { fetchBytes, type Bilingual, type HallDescriptor, type HallSummary, type Vec3 } from '../../net/api';
import { Floor } from '../../player/floor';
import { live, number, pick, t, type MessageKey } from '../../text/catalogue';
import { moodAround } from '../density';
import { button, el, text } from '../dom';
import { MapDrawing, peoplePerM2, type MapState } from '../mapDrawing';
import { glyph } from '../shapes';
import { sheetHandle } from './sheetHandle';

const MOOD_TAG = { quiet: 'tag ok', lively: 'tag', crowded: 'tag warn' } as const;

type Place = { id: string; title: () => string; position: Vec3 };

export interface PlaceMap {
  readonly element: HTMLElement;
  readonly isOpen: boolean;
  setHall(hall: HallDescriptor): void;
  /** The booths of the hall are others now. */
  setBooths(): void;
  /** The other halls' names, for the ways that lead there. */
  setHalls(halls: readonly HallSummary[]): void;
  setPeople(here: number): void;
  set(state: MapState): void;
  open(): void;
  close(): void;
  dispose(): void;
}

export function createPlaceMap(go: (hall: string, at: string | null) => void, onToggle: (open: boolean) => void): PlaceMap {
  const canvas = el('canvas', 'map-canvas', { 'aria-hidden': true });
  const drawing = new MapDrawing(canvas);
  const element = el('section', 'panel map-panel', { hidden: true });
  live(element, 'hud.map.title', 'aria-label');
  const list = el('div', 'map-list');
  let hall: HallDescriptor | null = null;
  let halls: readonly HallSummary[] = [];
  let floor: Floor | null = null;
  let state: MapState | null = null;
  let here = 0;
  let moods: { place: Place; tag: HTMLElement }[] = [];

  const redraw = (): void => {
    if (hall && !element.hidden) drawing.draw(hall, floor, state);
  };
  const showMoods = (): void => {
    const hallPerM2 = state ? peoplePerM2(state.count, floor) : 0;
    for (const { place, tag } of moods) {
      const mood = state ? moodAround(place.position[0], place.position[2], state.dots, state.count, hallPerM2) : 'quiet';
      if (tag.dataset['mood'] === mood) continue;
      tag.dataset['mood'] = mood;
      tag.className = MOOD_TAG[mood];
      live(tag, `hud.map.${mood}`);
    }
  };
  const close = (): void => {
    if (element.hidden) return;
    if (element.contains(document.activeElement)) (document.activeElement as HTMLElement).blur();
    element.hidden = true;
    onToggle(false);
  };
  const travel = (to: string, at: string | null): void => {
    close();
    go(to, at);
  };

  const placeRow = (place: Place): HTMLElement => {
    const tag = el('span', 'tag');
    moods.push({ place, tag });
    const name = live(el('span', 'place-name serif'), place.title);
    return el('li', '', {}, name, tag, wayThere(place.title, () => travel(hall?.id ?? '', place.id)));
  };
  const group = (label: MessageKey, rows: readonly HTMLElement[]): HTMLElement | null =>
    rows.length > 0 ? el('section', '', {}, el('h3', '', {}, text(label)), el('ul', '', {}, ...rows)) : null;

  const build = (): void => {
    const of = hall;
    if (!of) return;
    moods = [];
    const slots = new Map(of.slots.map((slot) => [slot.id, slot.position]));
    const titled = (title: Bilingual) => () => pick(title);
    const hallName = (id: string) => () => {
      const known = halls.find((other) => other.id === id);
      return known ? pick(known.place) : id;
    };
    const groups = [
      group('hud.map.sights', of.checkins.map(({ id, title, position }) => placeRow({ id, title: titled(title), position }))),
      group('hud.map.booths', of.booths.map(({ id, title, slot }) => placeRow({ id, title: titled(title), position: slots.get(slot) ?? [0, 0, 0] }))),
      group('hud.map.panels', of.panels.map(({ id, title, position }) => placeRow({ id, title: titled(title), position }))),
      group('hud.map.halls', [...new Set(of.portals.map((portal) => portal.hall))].map((id) => {
        const shape = halls.find((other) => other.id === id)?.shape ?? 'circle';
        return el('li', '', {}, glyph(shape), live(el('span', 'place-name serif'), hallName(id)), wayThere(hallName(id), () => travel(id, null)));
      })),
    ];
    list.replaceChildren(...groups.filter((node) => node !== null));
    element.replaceChildren(
      sheetHandle(element, close),
      el('header', 'panel-head', {}, glyph(of.shape), live(el('h2', '', { tabindex: -1 }), () => pick(of.place)),
        live(el('span', 'map-here'), () => t('hud.map.here', { count: number(here) })),
        button({ label: 'site.close', icon: 'close', iconOnly: true, className: 'close', onPress: close })),
      el('div', 'map-body', {}, el('div', 'map-picture', {}, canvas, legend()), list),
    );
    showMoods();
  };

  const resized = new ResizeObserver(redraw);
  resized.observe(canvas);
  return {
    element,
    get isOpen() {
      return !element.hidden;
    },
    setHall(next) {
      hall = next;
      floor = null;
      state = null;
      drawing.forget();
      build();
      fetchBytes(next.floor).then(Floor.parse).then((loaded) => {
        if (hall !== next) return;
        floor = loaded;
        drawing.forget();
        redraw();
      }).catch(() => {
        // The hall's own loading says so; the map shows its bounds instead.
      });
    },
    setBooths() {
      drawing.forget();
      build();
      redraw();
    },
    setHalls(next) {
      halls = next;
      build();
    },
    setPeople(count) {
      here = count;
      const node = element.querySelector('.map-here');
      if (node) live(node, () => t('hud.map.here', { count: number(here) }));
    },
    set(next) {
      state = next;
      redraw();
      showMoods();
    },
    open() {
      element.hidden = false;
      onToggle(true);
      drawing.forget();
      redraw();
      element.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
    },
    close,
    dispose: () => resized.disconnect(),
  };
}

/** "前往" alone would say the same for every place to whoever hears it. */
function wayThere(place: () => string, onPress: () => void): HTMLButtonElement {
  const node = button({ label: 'hud.map.go', className: 'btn', onPress });
  return live(node, () => t('hud.map.go_to', { place: place() }), 'aria-label');
}

function legend(): HTMLElement {
  const moods = ['quiet', 'lively', 'crowded'] as const;
  return el('p', 'map-legend', {}, ...moods.map((mood, index) => el('span', `dense-${index + 1}`, {}, el('i'), text(`hud.map.${mood}`))));
}
