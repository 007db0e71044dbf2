/**
 * The visitor's page over the hall: what is always there (place, people near, map, leave, chat, emotes), and what comes and goes
 * (panel, map, loading, connection). Corners only, the centre stays empty, and no control moves when a panel opens.
 *
 * {@link Hud} is what the hall tells the page; {@link HudActions} is what the page asks of the hall. Keys handled here: Enter
 * (chat), M (map), P (programme), H (hand), Esc (close what is open). All others are the hall's; it leaves keys alone while a field has focus.
 */
import { fetchHalls, type Booth, type HallDescriptor, type HallSummary, type Panel } from '../../net/api';
import type { Announcement, Hands, Invitation, Part, Sanction, Stage } from '../../protocol/generated';
import { isMessageKey, live, number, onLang, pick, t, type MessageKey, type Params } from '../../text/catalogue';
import { createAnnouncements } from './announcements';
import { createChat, type Chat, type ChatClosed, type ChatLine } from './chat';
import { createCover, type Cover, type Trouble } from './cover';
import { button, el } from '../dom';
import { createGuidePlate, type GuidePlate } from './guidePlate';
import { createInfoPanel, type InfoPanel } from './infoPanel';
import { createJoystick } from './joystick';
import { createKeysPlate } from './keysHelp';
import { createLetterCard, type LetterCard } from './letterCard';
import type { MapState } from '../mapDrawing';
import { openNearby } from './nearby';
import { openPersonSheet, type Subject } from '../personSheet';
import { createPlaceMap, type PlaceMap } from './placeMap';
import type { Popover } from './popover';
import { hintsSeen, type Profile } from '../profile';
import { openProgramme } from '../programmeSheet';
import { openReachSheet } from './reachSheet';
import { startReminders } from '../reminderPlates';
import { openSettings } from './settings';
import { createStagePlate, type StagePlate } from './stagePlate';
import { StampBook } from './stamps';
import { startTheme } from '../theme';
import { createToasts } from '../toasts';
import { isTouch } from '../touch';
import type { HudActions } from './actions';
import { createEmotes } from './emotes';
import { createHeadsetButtons, type HeadsetButtons } from './headsetButtons';
import { listenToKeys } from './keys';
import { createHudMenu } from './menu';
import { createObserverPlate } from './observerPlate';
import { createPlacePlate, type PlacePlate } from './placePlate';
import { createPromptPlate, type Prompt, type PromptPlate } from './promptPlate';
import '../../styles/hud.css';
import '../../styles/reach.css';

/** What a booth's panel has of it: it comes lighter, or with other textures, without a word. */
const tells = ({ title, body, slot, version, dress }: Booth): string => JSON.stringify([title, body, slot, version, dress]);

/** `lost`: trying to come back; `gone`: given up, the visitor decides. */
export type ConnectionState = 'connected' | 'reconnecting' | 'gone';

/** Notices after which what was written stands in the field again. */
const NOT_SAID = new Set(['chat_too_fast', 'chat_too_long', 'chat_slow', 'chat_words']);

export class Hud {
  readonly element: HTMLElement;
  /** Drawn while the page is used by touch; whoever reads the touches moves it. */
  readonly joystick = createJoystick();
  readonly #toasts = createToasts();
  readonly #announcements = createAnnouncements();
  readonly #observing = createObserverPlate();
  readonly #keys = createKeysPlate();
  readonly #stamps = new StampBook();
  readonly #line = live(el('p', 'plate connection', { role: 'status', hidden: true }), 'hud.reconnecting');
  readonly #cover: Cover;
  readonly #stage: StagePlate;
  readonly #chat: Chat;
  readonly #panel: InfoPanel;
  readonly #place: PlacePlate;
  readonly #mapButton: HTMLButtonElement;
  readonly #map: PlaceMap;
  readonly #headset: HeadsetButtons;
  readonly #emotes: Popover;
  readonly #menu: Popover;
  readonly #prompt: PromptPlate;
  readonly #letters: LetterCard;
  readonly #guide: GuidePlate;
  readonly #stops: readonly (() => void)[];
  #hall: HallDescriptor | null = null;
  #halls: readonly HallSummary[] = [];
  #profile: Profile = { name: '', look: 0 };
  #observer = false;
  #muted: ChatClosed | null = null;
  #disposed = false;

  constructor(root: HTMLElement, private readonly actions: HudActions) {
    startTheme();
    this.#cover = createCover(actions);
    this.#stage = createStagePlate(actions);
    this.#chat = createChat(actions.sendChat, (said) => this.#open({ what: 'message', id: said.id, line: said.line ?? null, booth: null, name: said.name, said: said.text }));
    this.#panel = this.#createPanel();
    this.#place = createPlacePlate(() => this.#openNearby());
    this.#mapButton = button({ label: 'hud.map.title', icon: 'map', className: 'hud-button', onPress: () => this.#toggleMap() });
    this.#mapButton.setAttribute('aria-expanded', 'false');
    this.#map = createPlaceMap(actions.go, (open) => {
      this.#mapButton.classList.toggle('on', open);
      this.#mapButton.setAttribute('aria-expanded', String(open));
    });
    this.#headset = createHeadsetButtons(actions);
    this.#emotes = createEmotes(actions.emote);
    this.#menu = createHudMenu({
      hall: () => this.#hall,
      stamps: this.#stamps,
      openProgramme: () => this.#openProgramme(),
      openSettings: () => openSettings(this.#profile, actions.setProfile, { bubble: actions.bubble(), setBubble: actions.setBubble }),
      openReach: () => this.#openReach(),
      showKeys: () => this.#keys.show(),
    });
    this.#prompt = createPromptPlate(() => actions.interact());
    this.#letters = this.#createLetters();
    this.#guide = createGuidePlate(actions.reach.stop);
    this.element = this.#assemble();
    root.append(this.element);
    document.documentElement.dataset['page'] = 'hall';
    if (!hintsSeen()) this.#keys.show();
    this.#stops = [startReminders(actions.go), this.#listen(), onLang(() => this.#sayTitle())];
    void this.#nameHalls();
  }

  /** Whether the map is open: only then is {@link setMap} worth calling, at most twice a second. */
  get mapOpen(): boolean {
    return this.#map.isOpen;
  }

  /** Whether a full sheet covers the canvas, so that nothing need be drawn under it. */
  get covered(): boolean {
    return this.#cover.isOpen;
  }

  dispose(): void {
    this.#disposed = true;
    this.#emotes.close();
    this.#menu.close();
    for (const part of [this.#chat, this.#announcements, this.#stage, this.#toasts, this.#cover, this.#map]) part.dispose();
    for (const stop of this.#stops) stop();
    this.element.remove();
  }

  // --- the hall, and the way into it ------------------------------------------------------------------------------

  setPlace(hall: HallDescriptor): void {
    this.#hall = hall;
    this.#stamps.setHall(hall);
    this.#place.setPlace(hall);
    this.#sayTitle();
    this.#observing.setPlace(hall);
    this.#panel.close();
    this.#map.close();
    this.#map.setHall(hall);
    this.#cover.setPlace(hall);
  }

  /** The booths of the place are others now; what is open stays open. */
  setBooths(hall: HallDescriptor): void {
    this.#map.setBooths();
    const { booth: open } = this.#panel;
    if (!open) return;
    const now = hall.booths.find(({ id }) => id === open.id);
    if (now === undefined) {
      this.#panel.close();
      this.toast('booth.gone');
    } else {
      const isNews = tells(now) !== tells(open);
      this.#panel.renew(now, isNews);
      if (isNews) this.toast('booth.changed');
    }
  }

  setLoading(progress: { loaded: number; total: number } | null): void {
    this.#cover.setLoading(progress);
  }

  /** Waiting outside a full hall, so many before oneself; null when that is over. */
  setQueue(queue: { ahead: number } | null): void {
    this.#cover.setQueue(queue);
  }

  /** Watching a full hall, so many to be let in before oneself (null: not known yet); null when one is in. */
  setObserver(observer: { ahead: number | null } | null): void {
    this.#observer = observer !== null;
    this.#observing.set(observer);
    this.#emotes.element.hidden = this.#observer;
    this.#keys.setObserver(this.#observer);
    this.#stage.setObserver(this.#observer);
    this.#sayMuted();
  }

  setConnection(state: ConnectionState): void {
    this.#line.hidden = state !== 'reconnecting';
    if (state === 'gone') this.#cover.showTrouble('gone', {});
    else if (state === 'connected') this.#cover.hideTrouble();
  }

  /** What keeps the visitor out, before its message. */
  setSanction(sanction: Sanction): void {
    this.#cover.setSanction(sanction);
  }

  showMessage(trouble: Trouble, params: Params = {}): void {
    this.#cover.showTrouble(trouble, params);
  }

  hideMessage(): void {
    this.#cover.hideTrouble();
  }

  // --- the visitor ------------------------------------------------------------------------------------------------

  setSelf(profile: Profile): void {
    this.#profile = { ...profile };
  }

  /** One's own id here; null for who only watches. */
  setOwnId(id: number | null): void {
    this.#stage.setSelf(id);
  }

  setXr(xr: { vr: boolean; ar: boolean; active: null | 'vr' | 'ar' }): void {
    this.#headset.set(xr);
  }

  setPrompt(prompt: Prompt | null, params: Params = {}): void {
    this.#prompt.set(prompt, params);
  }

  setMap(state: MapState): void {
    this.#map.set(state);
  }

  /** Ids of the check-in points reached; a new one is celebrated with a toast. */
  setStamps(reached: readonly string[]): void {
    for (const { title } of this.#stamps.reach(reached)) {
      this.#toasts.show(() => t('stamps.new', { place: pick(title), done: number(this.#stamps.done), all: number(this.#stamps.all) }));
    }
  }

  /** Where the visitor is being led; `metres` null while it is not known. */
  setGuide(guide: { title: () => string; metres: number | null } | null): void {
    this.#guide.show(guide);
  }

  // --- others -----------------------------------------------------------------------------------------------------

  setNearby(count: number): void {
    this.#place.setNearby(count);
  }

  setPopulation({ here }: { here: number; halls: Readonly<Record<string, number>> }): void {
    this.#map.setPeople(here);
    this.#observing.setPeople(here);
    this.#stage.setPeople(here);
  }

  addChat(line: ChatLine): void {
    this.#chat.add(line);
  }

  /** These lines were taken back. */
  clearChat(lines: readonly number[]): void {
    this.#chat.clear(lines);
  }

  /** Why nothing can be said here, but for being an observer; null when it can. */
  setMuted(closed: ChatClosed | null): void {
    this.#muted = closed;
    this.#sayMuted();
  }

  openPerson(id: number, name: string): void {
    this.#open({ what: 'person', id, line: null, booth: null, name });
  }

  // --- news -------------------------------------------------------------------------------------------------------

  /** What takes place here, one's own part in it, and for who leads the hands that are up. */
  setStage(stage: Stage): void {
    this.#stage.setStage(stage);
  }

  setPart(part: Part): void {
    this.#stage.setPart(part);
  }

  setHands(hands: Hands): void {
    this.#stage.setHands(hands);
  }

  setAnnouncements(items: readonly Announcement[]): void {
    this.#announcements.set(items);
  }

  /** A message that the visitor allowed, until it is answered; null: none. */
  setLetter(letter: Invitation | null): void {
    this.#letters.show(letter);
  }

  /** Ask whether the visitor would like any. */
  offerLetters(): void {
    this.#letters.offer(() => this.#openReach());
  }

  /** A notice of the server (docs/protocol.md) as a toast. */
  notice(code: string, params: Params = {}): void {
    if (NOT_SAID.has(code)) this.#chat.giveBack();
    const key = `notice.${code}`;
    this.toast(isMessageKey(key) ? key : 'notice.other', { ...params, code });
  }

  toast(key: MessageKey, params: Params = {}): void {
    this.#toasts.show(() => t(key, params));
  }

  // --- the panel --------------------------------------------------------------------------------------------------

  /** `item`: what of a booth to begin with. */
  showPanel(panel: Panel | Booth, item: string | null = null): void {
    this.#map.close();
    this.#panel.show(this.#hall?.id ?? '', panel, item);
  }

  /** The server's word on the card that was left at a booth. */
  cardAnswered(booth: string, kept: boolean): void {
    this.#panel.cardAnswered(booth, kept);
  }

  closePanel(): void {
    this.#panel.close();
  }

  // --- put together -----------------------------------------------------------------------------------------------

  #assemble(): HTMLElement {
    const leave = button({ label: 'hud.leave', icon: 'leave', className: 'hud-button', onPress: this.actions.leave });
    const corner = el('div', 'hud-corner', {}, this.#observing.element, this.#guide.element, this.#letters.element, this.#keys.element);
    return el(
      'div', `hud${isTouch() ? ' touch' : ''}`, {},
      el('div', 'hud-shade', { 'aria-hidden': true }),
      el('header', 'hud-top', {}, this.#place.element, el('nav', 'hud-nav', {}, ...this.#headset.elements, this.#mapButton, leave)),
      el('div', 'hud-upper', {}, el('div', 'hud-news', {}, this.#stage.element, this.#announcements.element), corner),
      this.#line, this.joystick.element, this.#prompt.element,
      el('div', 'hud-bottom', {}, this.#chat.element, el('div', 'hud-tools', {}, this.#emotes.element, this.#menu.element)),
      this.#panel.element, this.#map.element, this.#toasts.element, this.#cover.element,
    );
  }

  #createPanel(): InfoPanel {
    return createInfoPanel({
      report: (booth) => this.#open({ what: 'booth', id: null, line: null, booth: booth.id, name: pick(booth.title) }),
      ...this.actions.booth,
      copied: (done) => this.toast(done ? 'hud.panel.copied' : 'hud.panel.not_copied'),
      ownName: () => this.#profile.name,
    });
  }

  #createLetters(): LetterCard {
    return createLetterCard({
      ...this.actions.reach,
      off: () => {
        this.actions.reach.off();
        this.toast('reach.saved_off');
      },
    });
  }

  #listen(): () => void {
    return listenToKeys({
      covered: () => this.#cover.isOpen,
      toggleMap: () => this.#toggleMap(),
      openProgramme: () => this.#openProgramme(),
      toggleHand: () => this.#stage.toggleHand(),
      chat: () => this.#chat.focus(),
      closeTopmost: () => this.#closeTopmost(),
    });
  }

  async #nameHalls(): Promise<void> {
    try {
      this.#halls = await fetchHalls();
      if (!this.#disposed) this.#map.setHalls(this.#halls);
    } catch {
      // Only the names of other halls are missing: their ids stand in the map.
    }
  }

  // --- what opens and closes --------------------------------------------------------------------------------------

  #toggleMap(): void {
    if (this.#map.isOpen) return this.#map.close();
    this.#panel.close();
    this.#map.open();
  }

  #closeTopmost(): void {
    if (this.#emotes.isOpen) this.#emotes.close();
    else if (this.#menu.isOpen) this.#menu.close();
    else if (this.#map.isOpen) this.#map.close();
    else if (this.#keys.isOpen) this.#keys.hide();
    else this.#panel.close();
  }

  #open(subject: Subject): void {
    openPersonSheet(subject, this.actions.care);
  }

  #openNearby(): void {
    openNearby(this.actions.peopleAround(), ({ id, name }) => this.openPerson(id, name || t('person.unnamed')));
  }

  #openProgramme(): void {
    openProgramme(this.#halls, this.actions.go);
  }

  #openReach(): void {
    openReachSheet(this.actions.reach.choice(), (choice) => {
      this.actions.reach.choose(choice);
      this.toast(choice.rate === 'none' ? 'reach.saved_off' : 'reach.saved_on');
    });
  }

  #sayMuted(): void {
    this.#chat.setMuted(this.#observer ? { saying: 'observer.no_chat' } : this.#muted);
  }

  #sayTitle(): void {
    if (this.#hall) document.title = t('hud.page_title', { place: pick(this.#hall.place) });
  }
}
