/**
 * The visitor's page over the hall: what is always there (place, people near, map, leave, chat, emotes), and what comes and goes
 * (panel, map, loading, connection). Corners only, the centre stays empty, and no control moves when a panel opens.
 *
 * {@link Hud} is what the hall tells the page; {@link HudActions} is what the page asks of the hall. Keys handled here: Enter
 * (chat), M (map), P (programme), H (hand), Esc (close what is open). All others are the hall's; it leaves keys alone while a field has focus.
 */
import { fetchHalls, type Booth, type HallDescriptor, type HallSummary, type Panel } from '../net/api';
import type { Announcement, Hands, Invitation, Part, Sanction, Stage } from '../protocol/generated';
import type { Point } from '../player/route';
import type { Choice } from '../reach/choice';
import { isMessageKey, live, number, onLang, pick, t, type MessageKey, type Params } from '../text/catalogue';
import { createAnnouncements } from './announcements';
import { createChat } from './chat';
import { createCover } from './cover';
import { button, el, icon, text } from './dom';
import { createGuidePlate } from './guidePlate';
import { aheadSaid } from './hallLoad';
import { createInfoPanel, type InfoPanelEvents } from './infoPanel';
import { createJoystick, type Joystick } from './joystick';
import { isTouch, keysHelp } from './keysHelp';
import { createLetterCard, type LetterActions } from './letterCard';
import { openNearby } from './nearby';
import { openPersonSheet, type PersonSheetActions, type Subject } from './personSheet';
import { createPlaceMap } from './placeMap';
import { createPopover } from './popover';
import { openProgramme } from './programmeSheet';
import { startReminders } from './reminderPlates';
import { createStagePlate } from './stagePlate';
import { hintsSeen, rememberHintsSeen, type Profile } from './profile';
import { openReachSheet } from './reachSheet';
import { openSettings } from './settings';
import { glyph } from './shapes';
import { openStamps } from './stamps';
import { startTheme } from './theme';
import { createToasts } from './toasts';
import type { IconName } from './icons';
import '../styles/hud.css';
import '../styles/reach.css';

export type Emote = 'wave' | 'clap' | 'talk';

/** What the visitor's next E, or tap, would do: the keys `hud.prompt.*` of the catalogue. */
export type Prompt = 'sit' | 'stand' | 'read';

/** `lost`: trying to come back; `gone`: given up, the visitor decides. */
export type ConnectionState = 'connected' | 'reconnecting' | 'gone';

/** Why there is no hall to see: the keys `message.*` of the catalogue, shown over everything. */
export type Trouble =
  | 'removed' | 'banned' | 'hall-closed' | 'hall-locked'
  | 'no-webgl' | 'context-lost' | 'hall-full' | 'no-such-hall' | 'replaced' | 'refused' | 'gone' | 'load-failed';

export interface HudActions {
  /** False while there is no line. */
  sendChat(text: string): boolean;
  emote(emote: Emote): void;
  /** Raises one's hand at an event; false while there is no line. */
  hand(up: boolean): boolean;
  /** Gives somebody the floor, or takes it back. */
  floor(id: number, give: boolean): void;
  /** To another hall, or to a spawn point, booth, panel or portal of this one. */
  go(hall: string, at: string | null): void;
  /** Back to the landing page. */
  leave(): void;
  /** Does what the prompt says. */
  interact(): void;
  enterVr(): void;
  enterAr(): void;
  leaveXr(): void;
  setProfile(profile: Profile): void;
  /** Tries again what failed: the connection, or the load. */
  retry(): void;
  /** What a published booth's panel asks for. */
  booth: Pick<InfoPanelEvents, 'opened' | 'looks' | 'choose' | 'leaveCard'>;
  /** Reports, and who is not to be seen. */
  care: PersonSheetActions;
  /** Whoever is near and known by name, the nearest first. */
  peopleNear(): readonly { id: number; name: string }[];
  bubble(): boolean;
  setBubble(on: boolean): void;
  /** Messages that the visitor allows, and where one of them leads. */
  reach: LetterActions & { choice(): Choice; choose(choice: Choice): void; stop(): void };
}

export type ChatLine = { id: number; name: string; text: string; self: boolean; badge?: string; line?: number; stage?: boolean };

export type MapState = {
  self: { x: number; z: number; yaw: number };
  /** x, z of each visitor in metres, the first `count` pairs; read until the next call. */
  dots: Float32Array;
  count: number;
  /** Where the visitor is being led, from where they stand; empty where they are not. */
  way: readonly Point[];
};

export interface Hud {
  readonly element: HTMLElement;
  /** Drawn while the page is used by touch; whoever reads the touches moves it. */
  readonly joystick: Joystick;
  /** Whether the map is open: only then is {@link setMap} worth calling, at most twice a second. */
  readonly mapOpen: boolean;
  /** Whether a full sheet covers the canvas, so that nothing need be drawn under it. */
  readonly covered: boolean;
  setPlace(hall: HallDescriptor): void;
  setSelf(profile: Profile): void;
  setNearby(count: number): void;
  setPopulation(population: { here: number; halls: Readonly<Record<string, number>> }): void;
  setMap(state: MapState): void;
  setPrompt(prompt: Prompt | null, params?: Params): void;
  setLoading(progress: { loaded: number; total: number } | null): void;
  /** Waiting outside a full hall, so many before oneself; null when that is over. */
  setQueue(queue: { ahead: number } | null): void;
  /** Watching a full hall, so many to be let in before oneself (null: not known yet); null when one is in. */
  setObserver(observer: { ahead: number | null } | null): void;
  setConnection(state: ConnectionState): void;
  setXr(xr: { vr: boolean; ar: boolean; active: null | 'vr' | 'ar' }): void;
  /** Ids of the check-in points reached; a new one is celebrated with a toast. */
  setStamps(reached: readonly string[]): void;
  addChat(line: ChatLine): void;
  /** These lines were taken back. */
  clearChat(lines: readonly number[]): void;
  /** Why nothing can be said here, but for being an observer; null when it can. */
  setMuted(why: MessageKey | null): void;
  /** What takes place here, one's own part in it, and for who leads the hands that are up. */
  setStage(stage: Stage): void;
  setPart(part: Part): void;
  setHands(hands: Hands): void;
  /** One's own id here; null for who only watches. */
  setOwnId(id: number | null): void;
  setAnnouncements(items: readonly Announcement[]): void;
  /** A message that the visitor allowed, until it is answered; null: none. */
  setLetter(letter: Invitation | null): void;
  /** Ask whether the visitor would like any. */
  offerLetters(): void;
  /** Where the visitor is being led; `metres` null while it is not known. */
  setGuide(guide: { title: () => string; metres: number | null } | null): void;
  openPerson(id: number, name: string): void;
  /** `item`: what of a booth to begin with. */
  showPanel(panel: Panel | Booth, item?: string | null): void;
  /** The booths of the place are others now; what is open stays open. */
  setBooths(hall: HallDescriptor): void;
  /** The server's word on the card that was left at a booth. */
  cardAnswered(booth: string, kept: boolean): void;
  closePanel(): void;
  /** A notice of the server (docs/protocol.md) as a toast. */
  notice(code: string, params?: Params): void;
  toast(key: MessageKey, params?: Params): void;
  /** What keeps the visitor out, before its message. */
  setSanction(sanction: Sanction): void;
  showMessage(trouble: Trouble, params?: Params): void;
  hideMessage(): void;
  dispose(): void;
}

const EMOTES: readonly { emote: Emote; icon: IconName; key: string }[] = [
  { emote: 'wave', icon: 'wave', key: '1' }, { emote: 'clap', icon: 'clap', key: '2' }, { emote: 'talk', icon: 'talk', key: '3' },
];

/** Notices after which what was written stands in the field again. */
const NOT_SAID = new Set(['chat_too_fast', 'chat_too_long', 'chat_slow', 'chat_words']);

export function createHud(root: HTMLElement, actions: HudActions): Hud {
  startTheme();
  let hall: HallDescriptor | null = null;
  let halls: readonly HallSummary[] = [];
  let profile: Profile = { name: '', look: 0 };
  let nearby = 0;
  /** Let in before this observer. */
  let ahead: number | null = null;
  let prompt: Prompt | null = null;
  let promptSaid = '';
  const reached = new Set<string>();
  /** The first stamps told of a hall are those of earlier visits. */
  let stampsKnown = false;
  let disposed = false;

  const joystick = createJoystick();
  const toasts = createToasts();
  const cover = createCover(actions);
  const announcements = createAnnouncements();
  const stage = createStagePlate(actions);
  const stopReminders = startReminders(actions.go);
  const openSheet = (subject: Subject): void => openPersonSheet(subject, actions.care);
  const chat = createChat(actions.sendChat, (said) => openSheet({ what: 'message', id: said.id, line: said.line ?? null, booth: null, name: said.name, said: said.text }));
  let observer = false;
  let muted: MessageKey | null = null;
  const sayMuted = (): void => chat.setMuted(observer ? 'observer.no_chat' : muted);
  const panel = createInfoPanel({
    report: (booth) => openSheet({ what: 'booth', id: null, line: null, booth: booth.id, name: pick(booth.title) }),
    ...actions.booth,
    copied: (done) => notice(done ? 'hud.panel.copied' : 'hud.panel.not_copied', {}),
    ownName: () => profile.name,
  });

  const sign = el('span', 'place-sign', {}, glyph('circle'));
  const placeName = el('h1', 'serif');
  const near = el('button', 'near', { type: 'button' });
  near.addEventListener('click', () => openPeopleNear());
  const place = el('div', 'plate place', { hidden: true }, sign, placeName, el('span', 'sep'), near);

  const mapButton = button({ label: 'hud.map.title', icon: 'map', className: 'hud-button', onPress: () => toggleMap() });
  mapButton.setAttribute('aria-expanded', 'false');
  const map = createPlaceMap(actions.go, (open) => {
    mapButton.classList.toggle('on', open);
    mapButton.setAttribute('aria-expanded', String(open));
  });
  function toggleMap(): void {
    if (map.isOpen) return map.close();
    panel.close();
    map.open();
  }

  const vr = button({ label: 'hud.vr', icon: 'headset', className: 'hud-button xr', onPress: () => press(vr, actions.enterVr) });
  const ar = button({ label: 'hud.ar', icon: 'cube', className: 'hud-button xr', onPress: () => press(ar, actions.enterAr) });
  const press = (node: HTMLElement, enter: () => void): void => (node.classList.contains('on') ? actions.leaveXr() : enter());
  vr.hidden = ar.hidden = true;
  const leave = button({ label: 'hud.leave', icon: 'leave', className: 'hud-button', onPress: actions.leave });

  const emotes = createPopover({
    label: 'hud.emotes', icon: 'smile', className: 'emotes',
    fill: (close) => EMOTES.map(({ emote, icon: name, key }) => menuItem(`hud.emote.${emote}`, name, () => {
      actions.emote(emote);
      close();
    }, el('kbd', 'kbd', { 'aria-hidden': true }, key))),
  });
  const menu = createPopover({
    label: 'hud.more', icon: 'more', className: 'menu',
    fill: (close) => [
      hall && hall.checkins.length > 0 ? menuItem(() => t('hud.stamps', { done: number(stampsHere()), all: number(hall?.checkins.length ?? 0) }), 'stamp', () => {
        close();
        if (hall) openStamps(hall, reached);
      }) : null,
      menuItem('hud.programme', 'calendar', () => {
        close();
        showProgramme();
      }, el('kbd', 'kbd', { 'aria-hidden': true }, 'P')),
      menuItem('settings.title', 'settings', () => {
        close();
        openSettings(profile, actions.setProfile, { bubble: actions.bubble(), setBubble: actions.setBubble });
      }),
      menuItem('reach.title', 'megaphone', () => {
        close();
        openReach();
      }),
      menuItem('keys.title', 'keyboard', () => {
        close();
        showKeys();
      }),
      el('a', 'menu-item', { href: hall ? `/halls/${encodeURIComponent(hall.id)}?text` : '/?text' }, icon('text'), text('landing.text_version')),
    ].filter((node) => node !== null),
  });
  const showProgramme = (): void => void openProgramme(halls, actions.go);
  const stampsHere = (): number => hall?.checkins.filter(({ id }) => reached.has(id)).length ?? 0;

  const promptText = el('span');
  const promptButton = el('button', 'plate prompt', { type: 'button', hidden: true }, el('kbd', 'kbd', { 'aria-hidden': true }, 'E'), promptText);
  promptButton.addEventListener('click', () => actions.interact());

  const line = live(el('p', 'plate connection', { role: 'status', hidden: true }), 'hud.reconnecting');
  const observing = el('p', 'plate observing', { role: 'status', hidden: true });
  const keys = el('div');
  const openReach = (): void => openReachSheet(actions.reach.choice(), (choice) => {
    actions.reach.choose(choice);
    notice(choice.rate === 'none' ? 'reach.saved_off' : 'reach.saved_on', {});
  });
  const letters = createLetterCard({
    ...actions.reach,
    off: () => {
      actions.reach.off();
      notice('reach.saved_off', {});
    },
  });
  const guide = createGuidePlate(actions.reach.stop);
  const corner = el('div', 'hud-corner', {}, observing, guide.element, letters.element, keys);
  const hideKeys = (): void => {
    rememberHintsSeen();
    keys.replaceChildren();
  };
  const showKeys = (): void => keys.replaceChildren(keysHelp(observer, hideKeys));

  const element = el(
    'div', `hud${isTouch() ? ' touch' : ''}`, {},
    el('div', 'hud-shade', { 'aria-hidden': true }),
    el('header', 'hud-top', {}, place, el('nav', 'hud-nav', {}, vr, ar, mapButton, leave)),
    el('div', 'hud-upper', {}, el('div', 'hud-news', {}, stage.element, announcements.element), corner), line, joystick.element, promptButton,
    el('div', 'hud-bottom', {}, chat.element, el('div', 'hud-tools', {}, emotes.element, menu.element)),
    panel.element, map.element, toasts.element, cover.element,
  );
  root.append(element);
  document.documentElement.dataset['page'] = 'hall';
  if (!hintsSeen()) showKeys();
  void fetchHalls().then((known) => {
    halls = known;
    if (!disposed) map.setHalls(halls);
  }).catch(() => {
    // Only the names of other halls are missing: their ids stand in the map.
  });

  /** Enter, M and Esc; a field, a focused control and an open dialog keep their own keys. */
  const keydown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === 'Escape') return closeTopmost();
    if (keepsKeys(event.target) || cover.isOpen) return;
    if (event.code === 'KeyM') toggleMap();
    else if (event.code === 'KeyP') showProgramme();
    else if (event.code === 'KeyH' && !event.repeat) stage.toggleHand();
    else if (event.key === 'Enter') {
      event.preventDefault();
      chat.focus();
    }
  };
  const closeTopmost = (): void => {
    if (emotes.isOpen) emotes.close();
    else if (menu.isOpen) menu.close();
    else if (map.isOpen) map.close();
    else if (keys.firstChild) hideKeys();
    else panel.close();
  };
  window.addEventListener('keydown', keydown);

  const sayTitle = (): void => {
    if (hall) document.title = t('hud.page_title', { place: pick(hall.place) });
  };
  const stopLang = onLang(sayTitle);
  const sayObserving = (): string => {
    const watching = t('observer.watching', { place: hall ? pick(hall.place) : t('message.this_hall') });
    return ahead === null ? watching : `${watching}\n${t(aheadSaid(ahead, false), { count: ahead })}`;
  };
  const sayNear = (): string => (nearby > 0 ? t('hud.near', { count: number(nearby) }) : t('hud.near_nobody'));
  const isObserver = (is: boolean): void => {
    const changed = observer !== is;
    observer = is;
    sayMuted();
    if (changed && keys.firstChild) showKeys();
  };
  const openPeopleNear = (): void => openNearby(actions.peopleNear(), (person) => openSheet({ what: 'person', id: person.id, line: null, booth: null, name: person.name }));
  const notice = (key: MessageKey, params: Params): void => toasts.show(() => t(key, params));

  return {
    element,
    joystick,
    get mapOpen() {
      return map.isOpen;
    },
    get covered() {
      return cover.isOpen;
    },
    setPlace(next) {
      reached.clear();
      stampsKnown = false;
      hall = next;
      sign.replaceChildren(glyph(next.shape));
      live(placeName, () => pick(next.place));
      live(near, sayNear);
      place.hidden = false;
      sayTitle();
      live(observing, sayObserving);
      panel.close();
      map.close();
      map.setHall(next);
      cover.setPlace(next);
    },
    setSelf(next) {
      profile = { ...next };
    },
    setNearby(count) {
      if (count === nearby) return;
      nearby = count;
      live(near, sayNear);
    },
    setPopulation({ here }) {
      map.setPeople(here);
      stage.setPeople(here);
    },
    setMap: (state) => map.set(state),
    setPrompt(next, params = {}) {
      const said = next ? t(`hud.prompt.${next}`, params) : '';
      if (next === prompt && said === promptSaid) return;
      prompt = next;
      promptSaid = said;
      promptButton.hidden = next === null;
      if (next) live(promptText, () => t(`hud.prompt.${next}`, params));
    },
    setLoading: (progress) => cover.setLoading(progress),
    setQueue: (queue) => cover.setQueue(queue),
    setObserver(observer) {
      observing.hidden = observer === null;
      emotes.element.hidden = observer !== null;
      isObserver(observer !== null);
      stage.setObserver(observer !== null);
      ahead = observer?.ahead ?? null;
      live(observing, sayObserving);
    },
    setConnection(state) {
      line.hidden = state !== 'reconnecting';
      if (state === 'gone') cover.showTrouble('gone', {});
      else if (state === 'connected') cover.hideTrouble();
    },
    setXr({ vr: hasVr, ar: hasAr, active }) {
      vr.hidden = !hasVr;
      ar.hidden = !hasAr;
      for (const [node, kind] of [[vr, 'vr'], [ar, 'ar']] as const) {
        node.classList.toggle('on', active === kind);
        const label = node.querySelector('span');
        if (label) live(label, () => t(active === kind ? `hud.leave_${kind}` : `hud.${kind}`));
      }
    },
    setStamps(ids) {
      const fresh = ids.filter((id) => !reached.has(id));
      for (const id of ids) reached.add(id);
      const kept = !stampsKnown;
      stampsKnown = true;
      if (kept) return;
      for (const id of fresh) {
        const checkin = hall?.checkins.find((each) => each.id === id);
        if (checkin) toasts.show(() => t('stamps.new', { place: pick(checkin.title), done: number(stampsHere()), all: number(hall?.checkins.length ?? 0) }));
      }
    },
    addChat: (said) => chat.add(said),
    clearChat: (lines) => chat.clear(lines),
    setMuted(why) {
      muted = why;
      sayMuted();
    },
    setStage: (next) => stage.setStage(next),
    setPart: (part) => stage.setPart(part),
    setHands: (hands) => stage.setHands(hands),
    setOwnId: (id) => stage.setSelf(id),
    setAnnouncements: (items) => announcements.set(items),
    setLetter: (letter) => letters.show(letter),
    offerLetters: () => letters.offer(openReach),
    setGuide: (to) => guide.show(to),
    openPerson: (id, name) => openSheet({ what: 'person', id, line: null, booth: null, name }),
    showPanel(subject, item = null) {
      map.close();
      panel.show(hall?.id ?? '', subject, item);
    },
    setBooths(next) {
      map.setBooths();
      const { booth: open } = panel;
      if (!open) return;
      const now = next.booths.find(({ id }) => id === open.id);
      if (now === undefined) {
        panel.close();
        notice('booth.gone', {});
      } else if (JSON.stringify(now) !== JSON.stringify(open)) {
        panel.renew(now);
        notice('booth.changed', {});
      }
    },
    cardAnswered: (booth, kept) => panel.cardAnswered(booth, kept),
    closePanel: () => panel.close(),
    notice(code, params = {}) {
      if (NOT_SAID.has(code)) chat.giveBack();
      const key = `notice.${code}`;
      notice(isMessageKey(key) ? key : 'notice.other', { ...params, code });
    },
    toast: (key, params = {}) => notice(key, params),
    setSanction: (sanction) => cover.setSanction(sanction),
    showMessage: (trouble, params = {}) => cover.showTrouble(trouble, params),
    hideMessage: () => cover.hideTrouble(),
    dispose() {
      disposed = true;
      window.removeEventListener('keydown', keydown);
      emotes.close();
      menu.close();
      chat.dispose();
      announcements.dispose();
      stage.dispose();
      stopReminders();
      toasts.dispose();
      cover.dispose();
      map.dispose();
      stopLang();
      element.remove();
    },
  };
}

function keepsKeys(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, button, a, dialog') !== null;
}

function menuItem(label: MessageKey | (() => string), name: IconName, onPress: () => void, after: Node | null = null): HTMLButtonElement {
  const node = button({ label, icon: name, className: 'menu-item', onPress });
  if (after) node.append(after);
  return node;
}
