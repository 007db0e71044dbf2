/**
 * One visit: from the landing page's button to leaving. Puts stage, world, crowd, player, headset and HUD together; what each of
 * them does is theirs, and what runs in a frame is in `frames.ts`.
 *
 * Loaded by `visitor.ts` when a hall is entered, with three.js; the landing page needs nothing of this.
 */
import { Input } from '../input/input';
import type { Press } from '../input/intent';
import { fetchBooths } from '../net/api';
import type { EndReason } from '../net/connection';
import type { Gesture } from '../player/gestures';
import type { Offer } from '../player/places';
import { Player } from '../player/player';
import { Stamps } from '../player/stamps';
import type { Welcome } from '../protocol/generated';
import type { Guide } from '../reach/guide';
import type { Letters } from '../reach/letters';
import { lang, pick, t } from '../text/catalogue';
import { Hud } from '../ui/hud/hud';
import type { Profile } from '../ui/profile';
import { closeSanctions, howEnded, openSanction, sanctionSentence } from '../ui/sanctions';
import { Headset } from '../xr/headset';
import { sameAddress, type Address } from './address';
import { BoothNews } from './boothNews';
import { Care } from './care';
import { debugHandle } from './debug';
import { Frames } from './frames';
import { Hearing } from './hearing';
import { Interaction } from './interaction';
import { Journey } from './journey';
import { Leading } from './leading';
import { Muting } from './muting';
import { Presence } from './presence';
import { Preview } from './preview';
import { createRequests, type RequestParts } from './requests';
import { ShownHall } from './shownHall';
import { Stage, type Drawing } from './stage';
import { TROUBLE } from './trouble';
import { World } from './world';
import { Worn } from './worn';

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

export class Visit {
  readonly stage: Stage;
  readonly world: World;
  readonly player: Player;
  readonly presence: Presence;
  readonly headset: Headset;
  readonly care: Care;
  readonly #hud: Hud;
  readonly #worn: Worn;
  readonly #muting: Muting;
  readonly #leading: Leading;
  readonly #input: Input;
  readonly #stamps = new Stamps();
  readonly #journey: Journey;
  readonly #interaction: Interaction;
  readonly #hearing: Hearing;
  readonly #boothNews: BoothNews;
  readonly #preview: Preview | null;
  readonly #frames: Frames;
  #afterFrame: (() => void) | null = null;
  #disposed = false;

  constructor(private readonly options: VisitOptions) {
    this.stage = new Stage(options.root, options, () => this.#hud.showMessage('context-lost'));
    this.world = new World(this.stage);
    this.player = new Player(this.stage.rig, this.stage.camera);
    this.#hud = new Hud(options.root, createRequests(() => this.#requestParts()));
    this.#hud.setSelf(options.profile);
    this.#worn = new Worn(options.profile, {
      changed: (profile) => this.#hud.setSelf(profile),
      look: (look) => this.presence.setLook(look),
    });
    this.#muting = new Muting(() => this.presence.onStage, (closed) => this.#hud.setMuted(closed));
    this.care = this.#createCare();
    this.#leading = this.#createLeading();
    this.#journey = this.#createJourney();
    this.#interaction = this.#createInteraction();
    this.#input = this.#createInput();
    this.headset = this.#createHeadset();
    this.presence = this.#createPresence();
    this.#preview = options.preview === null ? null : this.#createPreview(options.preview);
    this.#boothNews = this.#createBoothNews();
    this.#hearing = this.#createHearing();
    this.#frames = this.#createFrames();
  }

  /** The hall is there and the visitor stands in it. */
  get inHall(): boolean {
    return this.#journey.settled && this.presence.crowd !== null;
  }

  get profile(): Profile {
    return this.#worn.profile;
  }

  get guide(): Guide {
    return this.#leading.guide;
  }

  get letters(): Letters {
    return this.#leading.letters;
  }

  start(): void {
    if (this.options.debug) {
      const { handle, frame } = debugHandle(this);
      window.yuanzhan = handle;
      this.#afterFrame = frame;
    }
    this.presence.start();
    this.#journey.bring();
    this.stage.renderer.setAnimationLoop((time_ms) => {
      this.#frames.run(time_ms / 1000);
      this.#afterFrame?.();
    });
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
    this.#worn.choose(profile);
    this.presence.say({ t: 'profile', name: profile.name, look: profile.look });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    delete window.yuanzhan;
    this.#leading.dispose();
    this.presence.leave();
    this.#boothNews.dispose();
    this.#preview?.dispose();
    this.headset.dispose();
    this.#input.dispose();
    this.world.dispose();
    this.#hud.dispose();
    this.stage.dispose();
  }

  // --- put together: each part, and what it tells the others ------------------------------------------------------

  #createCare(): Care {
    return new Care({
      sanctioned: (sanction) => {
        openSanction(sanction);
        this.#tell(() => sanctionSentence(sanction));
      },
      lifted: (acts) => void howEnded(acts).then((saying) => {
        if (!this.#disposed) this.#hud.toast(saying);
      }),
      muted: (by) => this.#muting.muted(by),
    });
  }

  #createLeading(): Leading {
    return new Leading({
      stage: this.stage, world: this.world, player: this.player, hud: this.#hud,
      joined: () => this.presence.joined,
      say: (message) => this.presence.say(message),
      tell: (text) => this.#tell(() => text),
      go: (address) => this.go(address),
    });
  }

  #createJourney(): Journey {
    const hall = new ShownHall(() => ({
      boothNews: this.#boothNews, headset: this.headset, hud: this.#hud, player: this.player, presence: this.presence, preview: this.#preview, stamps: this.#stamps, world: this.world,
    }));
    return new Journey(hall, this.options.address, {
      ask: ({ hall, at }) => this.presence.say({ t: 'go', hall, at }),
      at: (address, instead) => this.options.arrived(address, instead),
      arrived: (welcome, at, asked) => this.#hearing.arrive(welcome, at, asked),
      failed: (error) => hall.failed(error),
    }, this.options.linked);
  }

  #createInteraction(): Interaction {
    return new Interaction(this.stage, this.world, this.player, {
      offered: (offer) => this.#showOffer(offer),
      person: (id) => this.#hud.openPerson(id, this.presence.names.byId.get(id)?.name ?? t('person.unnamed')),
      crowd: () => this.#frames.seen,
      read: (subject, item) => this.#hud.showPanel(subject, item),
      sit: (seat) => void this.presence.say({ t: 'sit', seat }),
    });
  }

  #createInput(): Input {
    return new Input(this.stage.canvas, this.#hud.joystick, {
      press: (press) => this.#press(press),
      tap: (x, y) => {
        if (this.inHall && !this.headset.mode) this.#interaction.tap(x, y);
      },
    });
  }

  #createHeadset(): Headset {
    return new Headset(this.stage, this.player, {
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
  }

  #createPresence(): Presence {
    return new Presence(
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
  }

  #createPreview(booth: string): Preview {
    return new Preview(this.#hud.element, booth, this.stage, this.world, {
      walker: this.player.walker,
      go: (place) => {
        if (this.world.hall) this.presence.say({ t: 'go', hall: this.world.hall.id, at: place });
      },
      stand: (x, z, yaw, pitch) => {
        this.teleport(x, z, yaw);
        this.player.walker.pitch = pitch;
      },
    });
  }

  #createBoothNews(): BoothNews {
    return new BoothNews({
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
  }

  #createHearing(): Hearing {
    return new Hearing({
      speaks: (does) => this.#muting.speaks(does),
      ruled: (rules) => this.#muting.ruled(rules),
      named: (name) => this.#worn.named(name),
      profileRefused: () => this.#worn.refused(),
      booths: this.#boothNews, care: this.care, headset: this.headset, hud: this.#hud, interaction: this.#interaction,
      journey: this.#journey, letters: this.letters, player: this.player, presence: this.presence,
    });
  }

  #createFrames(): Frames {
    return new Frames({
      care: this.care, headset: this.headset, hud: this.#hud, input: this.#input, interaction: this.#interaction, leading: this.#leading,
      player: this.player, presence: this.presence, preview: this.#preview, stage: this.stage, stamps: this.#stamps, world: this.world,
      inHall: () => this.inHall,
      go: (address) => this.go(address),
    });
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

  // --- what happens -----------------------------------------------------------------------------------------------

  #welcomed(message: Welcome): void {
    this.#worn.welcomed({ name: message.name, look: message.look });
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

  #retry(): void {
    this.#hud.hideMessage();
    if (!this.presence.joined) this.presence.retry();
    this.#journey.bring();
  }

  #press(press: Press): void {
    if (press === 'interact') this.#interaction.interact();
    else if (press === 'view') this.player.toggleView();
    else this.#gesture(press);
  }

  #gesture(gesture: Gesture): void {
    if (this.presence.observer) return;
    this.player.gesture(gesture, performance.now() / 1000);
  }

  #showOffer(offer: Offer | null): void {
    if (offer?.kind === 'read') this.#hud.setPrompt('read', { title: pick(offer.subject.title) });
    else this.#hud.setPrompt(offer?.kind ?? null);
  }

  /** In a headset the page is not seen. */
  #tell(saying: () => string): void {
    if (this.headset.mode) this.headset.tell(saying());
  }
}
