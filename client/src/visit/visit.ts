/**
 * One visit: from the landing page's button to leaving. Puts stage, world, crowd, player, headset and HUD together and runs
 * the frame; what each of them does is theirs.
 *
 * Loaded by `visitor.ts` when a hall is entered, with three.js; the landing page needs nothing of this.
 */
import { Input } from '../input/input';
import type { Intent, Press } from '../input/intent';
import { ApiError, fetchBooths } from '../net/api';
import type { EndReason } from '../net/connection';
import { SeenCrowd } from '../crowd/seen';
import type { Gesture } from '../player/gestures';
import type { Offer } from '../player/places';
import { Player } from '../player/player';
import { Stamps } from '../player/stamps';
import type { Rules, Welcome } from '../protocol/generated';
import { onChoiceElsewhere } from '../reach/choice';
import { Guide } from '../reach/guide';
import { Letters } from '../reach/letters';
import { Trail } from '../scene/trail';
import { lang, onLang, pick, t } from '../text/catalogue';
import { closeSanctions, openSanction, sanctionSentence } from '../ui/sanctions';
import type { Trouble } from '../ui/hud/cover';
import { Hud } from '../ui/hud/hud';
import type { Profile } from '../ui/profile';
import { Headset } from '../xr/headset';
import { sameAddress, type Address } from './address';
import { BoothNews } from './boothNews';
import { Care } from './care';
import { debugHandle } from './debug';
import { Hearing } from './hearing';
import { Interaction } from './interaction';
import { Journey } from './journey';
import { Presence } from './presence';
import { Preview } from './preview';
import { createRequests, type RequestParts } from './requests';
import { Stage, type Drawing } from './stage';
import { World } from './world';

export { WebGlMissing } from './stage';

export interface VisitOptions {
  root: HTMLElement;
  address: Address;
  profile: Profile;
  /** The address was a link, not a reload of the page or a way back. */
  linked: boolean;
  /** The visitor is at this address now; `instead` of the one in the address bar, or after it. */
  arrived(address: Address, instead: boolean): void;
  /** The visitor left for the landing page. */
  left(): void;
  debug: boolean;
  /** Draw as little as on a phone, whatever the device. */
  frugal: boolean;
  /** Less than always for tests, where software stands for a graphics card. */
  drawing: Drawing;
  /** The exhibitor's own booth that is looked at before it is published, by id. */
  preview: string | null;
}

const TROUBLE: Readonly<Record<EndReason, Trouble | null>> = {
  left: null,
  replaced: 'replaced',
  hall_full: 'hall-full',
  no_such_hall: 'no-such-hall',
  bad_name: 'refused',
  bad_look: 'refused',
  refused: 'refused',
  removed: 'removed',
  banned: 'banned',
  hall_closed: 'hall-closed',
  hall_locked: 'hall-locked',
};

/** Frames after a pause (hidden tab, long load) count as this, so that nobody leaps. Slow frames still walk at full speed. */
const LONGEST_FRAME_S = 0.5;
const HUD_INTERVAL_S = 0.5;
const MAP_INTERVAL_S = 1;
const MAP_DOTS_MAX = 16_384;

/** What the systems of one frame know. */
interface Frame {
  now_s: number;
  dt_s: number;
  intent: Intent;
}

export class Visit {
  readonly stage: Stage;
  readonly world: World;
  readonly player: Player;
  readonly presence: Presence;
  readonly headset: Headset;
  readonly care: Care;
  readonly letters: Letters;
  readonly guide: Guide;
  readonly #trail = new Trail(matchMedia('(prefers-reduced-motion: reduce)').matches);
  readonly #stopLang: () => void;
  readonly #stopChoice: () => void;
  profile: Profile;
  /** What the server has last said, or not refused, that the visitor wears. */
  #worn: Profile;
  readonly #hud: Hud;
  readonly #input: Input;
  readonly #stamps = new Stamps();
  readonly #dots = new Float32Array(MAP_DOTS_MAX * 2);
  readonly #journey: Journey;
  readonly #interaction: Interaction;
  readonly #hearing: Hearing;
  readonly #boothNews: BoothNews;
  readonly #preview: Preview | null;
  #seen: SeenCrowd | null = null;
  #muted = false;
  #speaks = false;
  #rules: Rules = { t: 'rules', door: 'open', slow_s: 0, speakers_only: false };
  #nextHud_s = 0;
  #nextMap_s = 0;
  #last_s = 0;
  #afterFrame: (() => void) | null = null;
  #disposed = false;

  /** Everything that runs in a frame, in this order. */
  readonly #systems: readonly ((frame: Frame) => void)[] = [
    (frame) => this.#movePlayer(frame),
    (frame) => this.#report(frame),
    (frame) => this.#usePlaces(frame),
    (frame) => this.#lead(frame),
    (frame) => this.#updateCrowd(frame),
    (frame) => this.#draw(frame),
    (frame) => this.#tellHud(frame),
  ];

  constructor(private readonly options: VisitOptions) {
    this.profile = this.#worn = options.profile;
    this.stage = new Stage(options.root, options, () => this.#hud.showMessage('context-lost'));
    this.world = new World(this.stage);
    this.player = new Player(this.stage.rig, this.stage.camera);
    this.#hud = new Hud(options.root, createRequests(() => this.#requestParts()));
    this.#hud.setSelf(options.profile);
    this.care = new Care({
      sanctioned: (sanction) => {
        openSanction(sanction);
        if (this.headset.mode) this.headset.tell(sanctionSentence(sanction));
      },
      lifted: () => this.#hud.toast('sanction.lifted'),
      muted: (muted) => {
        this.#muted = muted;
        this.#sayMuted();
      },
    });
    this.guide = this.#createGuide();
    this.letters = this.#createLetters();
    this.#stopLang = onLang(() => {
      if (this.presence.joined) this.letters.welcomed();
    });
    this.#stopChoice = onChoiceElsewhere((choice) => this.letters.elsewhere(choice));
    this.stage.scene.add(this.#trail.object);
    this.#journey = this.#createJourney(options.address);
    this.#interaction = new Interaction(this.stage, this.world, this.player, {
      offered: (offer) => this.#showOffer(offer),
      person: (id) => this.#hud.openPerson(id, this.presence.names.byId.get(id)?.name ?? t('person.unnamed')),
      crowd: () => this.#seen,
      read: (subject, item) => this.#hud.showPanel(subject, item),
      sit: (seat) => void this.presence.say({ t: 'sit', seat }),
    });
    this.#input = new Input(this.stage.canvas, this.#hud.joystick, {
      press: (press) => this.#press(press),
      tap: (x, y) => {
        if (this.inHall && !this.headset.mode) this.#interaction.tap(x, y);
      },
    });
    this.headset = new Headset(this.stage, this.player, {
      refused: () => this.#hud.toast('xr.refused'),
      changed: (support, mode) => {
        this.#hud.setXr({ ...support, active: mode });
        this.world.setInHeadset(mode === 'vr');
      },
      teleported: () => this.#teleported(),
      sit: (seat) => this.#interaction.sitOn(seat),
      standUp: () => this.#interaction.standUp(),
      showHall: (visible) => this.world.setHallVisible(visible),
      nearestExhibit: () => this.#interaction.nearestExhibit(),
    });
    this.presence = new Presence(
      () => ({
        ...this.#journey.wish, name: this.profile.name, look: this.profile.look, lang: lang() === 'zh' ? 'zh-CN' : 'en',
        stood: this.#journey.there ? this.player.stood : null,
      }),
      {
        welcome: (message) => this.#welcomed(message),
        message: (message) => this.#hearing.heard(message),
        line: (state) => this.#hud.setConnection(state),
        ended: (reason) => this.#ended(reason),
      },
    );
    this.#preview = options.preview === null ? null : new Preview(this.#hud.element, options.preview, this.stage, this.world, {
      walker: this.player.walker,
      go: (place) => {
        if (this.world.hall) this.presence.say({ t: 'go', hall: this.world.hall.id, at: place });
      },
      stand: (x, z, yaw, pitch) => {
        this.teleport(x, z, yaw);
        this.player.walker.pitch = pitch;
      },
    });
    this.#boothNews = new BoothNews({
      fetch: fetchBooths,
      show: (hall, booths) => {
        if (this.world.hall?.id !== hall) return;
        this.world.setBooths(booths);
        this.#hud.setBooths(this.world.hall);
      },
      after: (seconds, run) => {
        const timer = setTimeout(run, seconds * 1000);
        return () => clearTimeout(timer);
      },
      random: Math.random,
    });
    this.#hearing = new Hearing({
      care: this.care,
      speaks: (does) => {
        this.#speaks = does;
        this.#sayMuted();
      },
      ruled: (rules) => {
        this.#rules = rules;
        this.#sayMuted();
      },
      named: (name) => { this.#worn = { ...this.#worn, name }; },
      profileRefused: () => this.#wear(this.#worn),
      letters: this.letters,
      booths: this.#boothNews, hud: this.#hud, player: this.player, headset: this.headset, interaction: this.#interaction, journey: this.#journey, presence: this.presence,
    });
  }

  /** The hall is there and the visitor stands in it. */
  get inHall(): boolean {
    return this.#journey.settled && this.presence.crowd !== null;
  }

  start(): void {
    if (this.options.debug) {
      const { handle, frame } = debugHandle(this);
      window.yuanzhan = handle;
      this.#afterFrame = frame;
    }
    this.presence.start();
    this.#journey.bring();
    this.stage.renderer.setAnimationLoop((time_ms) => this.#frame(time_ms / 1000));
  }

  /** The address bar changed by itself: go where it says, if that is elsewhere. */
  follow(address: Address): void {
    if (!sameAddress(address, this.#journey.wish)) this.go(address);
  }

  /** To another hall or place, by portal, map, or the browser's back button. */
  go(address: Address): void {
    this.#interaction.stop();
    // Who was sent away from one hall, or lost the line for good, knocks at the next.
    if (!this.#journey.go(address) && this.presence.connectionState === 'ended') this.#retry();
  }

  /** To a place of this hall at once. */
  teleport(x: number, z: number, yaw: number): void {
    this.player.place(x, this.player.walker.y, z, yaw);
    this.headset.settle();
    this.#teleported();
  }

  setProfile(profile: Profile): void {
    this.#worn = { name: this.#worn.name, look: this.profile.look };
    this.#wear(profile);
    this.presence.say({ t: 'profile', name: profile.name, look: profile.look });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    delete window.yuanzhan;
    this.#stopLang();
    this.#stopChoice();
    this.#trail.dispose();
    this.presence.leave();
    this.#boothNews.dispose();
    this.#preview?.dispose();
    this.headset.dispose();
    this.#input.dispose();
    this.world.dispose();
    this.#hud.dispose();
    this.stage.dispose();
  }

  // --- messages that the visitor allows ---------------------------------------------------------------------------

  #createGuide(): Guide {
    return new Guide({
      changed: (goal, way, metres) => {
        this.#trail.show(way, (x, z) => this.world.floor?.heightAt(x, z) ?? this.player.walker.y);
        this.#hud.setGuide(goal && { title: goal.title, metres });
      },
      arrived: (goal) => {
        this.letters.arrived(goal.id);
        this.#hud.toast('guide.arrived', { title: goal.title() });
        if (this.headset.mode) this.headset.tell(t('guide.arrived', { title: goal.title() }));
      },
      gone: () => this.#hud.toast('reach.gone'),
    });
  }

  #createLetters(): Letters {
    return new Letters({
      say: (message) => this.presence.say(message),
      lang: () => (lang() === 'zh' ? 'zh-CN' : 'en'),
      show: (letter) => this.#hud.setLetter(letter),
      lead: (letter) => {
        const { hall = '', booth = '', title_zh = '', title_en = '' } = letter;
        this.guide.begin({ id: letter.id, hall, booth, title: () => pick({ zh: title_zh, en: title_en }) });
        if (hall !== this.world.hall?.id) this.go({ hall, at: null });
      },
      recalled: (id) => {
        if (this.guide.goal?.id !== id) return;
        this.guide.stop();
        this.#hud.toast('reach.gone');
      },
      seen: () => !document.hidden && !this.#hud.covered,
      now_ms: Date.now,
    });
  }

  #lead({ now_s }: Frame): void {
    const { hall, floor } = this.world;
    if (this.inHall && hall && floor) this.guide.update(now_s, this.player.walker, hall, floor);
    this.#trail.object.visible = this.#trail.shown && this.inHall && this.guide.goal?.hall === hall?.id;
    this.#trail.update(now_s);
  }

  // --- the hall -------------------------------------------------------------------------------------------------

  #createJourney(wish: Address): Journey {
    const { world } = this;
    const halls = {
      get shown() {
        return world.hall?.id ?? null;
      },
      get loading() {
        return world.loading;
      },
      load: (id: string) => this.#load(id),
      keep: () => this.#keepHall(),
    };
    return new Journey(halls, wish, {
      ask: ({ hall, at }) => this.presence.say({ t: 'go', hall, at }),
      at: (address, instead) => this.options.arrived(address, instead),
      arrived: (welcome, at, asked) => this.#hearing.arrive(welcome, at, asked),
      failed: (error) => this.#loadFailed(error),
    }, this.options.linked);
  }

  async #load(id: string): Promise<boolean> {
    this.#hud.setLoading({ loaded: 0, total: 0 });
    const loaded = await this.world.load(id, {
      described: (hall) => this.#hud.setPlace(hall),
      progress: (loaded_bytes, total_bytes) => this.#hud.setLoading({ loaded: loaded_bytes, total: total_bytes }),
    });
    if (loaded) this.#enterHall();
    return loaded;
  }

  #loadFailed(error: unknown): void {
    this.#hud.setLoading(null);
    this.#hud.showMessage(error instanceof ApiError && error.code === 'no_such_hall' ? 'no-such-hall' : 'load-failed');
    console.info('yuanzhan: the hall could not be loaded', error);
  }

  #enterHall(): void {
    const { hall, floor } = this.world;
    if (!hall || !floor) return;
    this.presence.setFloor((x, z) => floor.heightAt(x, z));
    this.player.enter(hall, floor);
    this.headset.enterHall(hall, floor);
    this.#hud.setLoading(null);
    this.#hud.setStamps(this.#stamps.of(hall.id));
    this.#boothNews.shows(hall.id, hall.booths_revision);
    void this.#preview?.begin(hall);
  }

  /** Back before the other hall had come. */
  #keepHall(): void {
    const { hall, loading } = this.world;
    if (loading === null || !hall) return;
    this.world.keep();
    this.#hud.setPlace(hall);
    this.#hud.setStamps(this.#stamps.of(hall.id));
    this.#hud.setLoading(null);
  }

  #wear(profile: Profile): void {
    this.profile = profile;
    this.#hud.setSelf(profile);
    this.presence.setLook(profile.look);
  }

  #welcomed(message: Welcome): void {
    this.#worn = { name: message.name, look: message.look };
    this.profile = this.#worn;
    this.#hud.setSelf(this.profile);
    this.#hearing.welcomed(message);
    this.letters.welcomed();
  }

  #teleported(): void {
    this.#interaction.stop();
    this.presence.reporter.teleported();
  }

  #ended(reason: EndReason): void {
    const trouble = TROUBLE[reason];
    if (!trouble || this.#disposed) return;
    closeSanctions();
    if (this.care.last && (reason === 'removed' || reason === 'banned')) this.#hud.setSanction(this.care.last);
    this.#hud.setQueue(null);
    void this.headset.leave();
    this.#hud.showMessage(trouble);
  }

  // --- the frame ------------------------------------------------------------------------------------------------

  #frame(now_s: number): void {
    const real_s = now_s - this.#last_s;
    this.#last_s = now_s;
    const dt_s = Math.min(LONGEST_FRAME_S, Math.max(0, real_s));
    this.stage.pace(real_s);
    const frame: Frame = { now_s, dt_s, intent: this.#input.read(dt_s) };
    for (const system of this.#systems) system(frame);
    this.#afterFrame?.();
  }

  #movePlayer({ intent, dt_s }: Frame): void {
    if (!this.inHall) return;
    if (this.headset.mode) return this.headset.update(dt_s);
    if (this.care.frozen) return this.player.walk({ ...intent, forward: 0, right: 0 }, dt_s, null);
    this.player.walk(intent, dt_s, this.#interaction.steer(intent, dt_s));
  }

  #report({ now_s }: Frame): void {
    if (this.inHall) this.presence.report(this.player.stance(now_s, this.headset.pose()), now_s);
  }

  #usePlaces({ now_s }: Frame): void {
    const { places, walker } = this.player;
    const { hall } = this.world;
    if (!this.inHall || !places || !hall) return;
    this.#preview?.look(now_s);
    const portal = places.entered(walker);
    if (portal) this.go({ hall: portal.hall, at: null });
    const checkin = places.checkinAt(walker);
    if (checkin && this.#stamps.add(hall.id, checkin.id)) {
      this.#hud.setStamps(this.#stamps.of(hall.id));
      if (this.letters.mayOffer()) this.#hud.offerLetters();
    }
    this.#interaction.look(now_s);
  }

  #showOffer(offer: Offer | null): void {
    if (offer?.kind === 'read') this.#hud.setPrompt('read', { title: pick(offer.subject.title) });
    else this.#hud.setPrompt(offer?.kind ?? null);
  }

  #updateCrowd({ now_s }: Frame): void {
    const { crowd } = this.presence;
    if (!crowd || !this.inHall) return;
    const { walker, eye } = this.player;
    this.presence.update(walker.x, walker.z, now_s);
    if (eye.outside) {
      const stance = this.player.stance(now_s, null);
      crowd.placeSelf(stance.x, stance.y, stance.z, stance.yaw, walker.speed, stance.action, now_s);
    }
    this.world.setSelfSlot(eye.outside ? null : crowd.selfSlot);
    if (this.#seen?.crowd !== crowd) this.#seen = new SeenCrowd(crowd);
    this.#seen.look(this.care.hidden, walker.x, walker.z, this.care.bubble_m);
    this.world.updateCrowd(crowd, this.#seen, this.presence.names, now_s);
  }

  #draw({ now_s, dt_s }: Frame): void {
    if (!this.world.scene || (this.#hud.covered && !this.headset.mode)) return;
    this.world.updateHall(now_s, dt_s);
    this.stage.draw();
  }

  #tellHud({ now_s }: Frame): void {
    if (now_s < this.#nextHud_s || !this.inHall) return;
    this.#nextHud_s = now_s + HUD_INTERVAL_S;
    const { walker } = this.player;
    this.letters.look();
    this.#hud.setNearby(this.presence.nearby(walker.x, walker.z, now_s));
    if (!this.#hud.mapOpen || now_s < this.#nextMap_s) return;
    this.#nextMap_s = now_s + MAP_INTERVAL_S;
    this.#hud.setMap({ self: walker, dots: this.#dots, count: this.presence.dots(this.#dots, now_s), way: this.guide.way });
  }

  // --- what the visitor does ------------------------------------------------------------------------------------

  #press(press: Press): void {
    if (press === 'interact') this.#interaction.interact();
    else if (press === 'view') this.player.toggleView();
    else this.#gesture(press);
  }

  #gesture(gesture: Gesture): void {
    if (this.presence.observer) return;
    this.player.gesture(gesture, performance.now() / 1000);
  }

  #requestParts(): RequestParts {
    return {
      care: this.care, guide: this.guide, headset: this.headset, interaction: this.#interaction, letters: this.letters, player: this.player, presence: this.presence, world: this.world,
      gesture: (gesture) => this.#gesture(gesture),
      go: (address) => this.go(address),
      leave: () => this.options.left(),
      retry: () => this.#retry(),
      setProfile: (profile) => this.setProfile(profile),
      reportFailed: () => this.#hud.toast('notice.report_failed'),
    };
  }

  /** Said to this visitor or to all here: nothing can be written. Slow mode says so at the line that came too soon. */
  #sayMuted(): void {
    this.#hud.setMuted(this.#muted ? 'hud.chat.muted' : this.#rules.speakers_only && !this.presence.onStage && !this.#speaks ? 'hud.chat.speakers' : null);
  }

  #retry(): void {
    this.#hud.hideMessage();
    if (!this.presence.joined) this.presence.retry();
    this.#journey.bring();
  }
}
