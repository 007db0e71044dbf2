/**
 * One visit: from the landing page's button to leaving. Puts stage, hall, crowd, player and HUD together and runs the frame.
 *
 * Loaded by `visitor.ts` when a hall is entered, with three.js; the landing page needs nothing of this.
 */
import { ApiError, fetchBytes, fetchHall, type HallDescriptor } from '../net/api';
import type { EndReason } from '../net/connection';
import { Input } from '../input/input';
import type { Intent, Press } from '../input/intent';
import type { Offer } from '../player/places';
import { Floor } from '../player/floor';
import { Player } from '../player/player';
import { Stamps } from '../player/stamps';
import type { Gesture } from '../player/gestures';
import type { ServerMessage, Welcome } from '../protocol/generated';
import { createHud, type Hud, type HudActions, type Trouble } from '../ui/hud';
import { lang, pick } from '../text/catalogue';
import type { Profile } from '../ui/profile';
import { sameAddress, type Address } from './address';
import type { DebugHandle, DebugPerson } from './debug';
import { Presence } from './presence';
import { Stage } from './stage';
export { WebGlMissing } from './stage';
import { loadHall } from './standin';
import { AvatarSystem } from '../avatars/system';

export interface VisitOptions {
  root: HTMLElement;
  address: Address;
  profile: Profile;
  /** The hall changed: the page's address follows. */
  arrived(address: Address): void;
  /** The visitor left for the landing page. */
  left(): void;
  debug: boolean;
}

type HallScene = Awaited<ReturnType<typeof loadHall>>;

const TROUBLE: Readonly<Record<EndReason, Trouble | null>> = {
  left: null,
  replaced: 'replaced',
  hall_full: 'hall-full',
  no_such_hall: 'no-such-hall',
  bad_name: 'refused',
  bad_look: 'refused',
  refused: 'refused',
};

/** Frames after a pause (hidden tab, long load) count as this, so that nobody leaps. */
const LONGEST_FRAME_S = 0.1;
const HUD_INTERVAL_S = 0.5;
const MAP_DOTS_MAX = 16_384;

/** What the systems of one frame know. */
interface Frame {
  now_s: number;
  dt_s: number;
  intent: Intent;
}

export class Visit {
  readonly stage: Stage;
  readonly player: Player;
  readonly presence: Presence;
  readonly #hud: Hud;
  readonly #input: Input;
  readonly #stamps = new Stamps();
  readonly #dots = new Float32Array(MAP_DOTS_MAX * 2);
  #profile: Profile;
  #wish: Address;
  #hall: HallDescriptor | null = null;
  #scene: HallScene | null = null;
  #avatars: AvatarSystem | null = null;
  /** Where the server has put us while the hall was not there yet. */
  #welcome: Welcome | null = null;
  #loads = 0;
  #offer: Offer | null = null;
  #nextHud_s = 0;
  #last_s = 0;
  #disposed = false;
  #frames = 0;
  readonly #track: { t_ms: number; x: number; z: number }[] = [];

  /** Everything that runs in a frame, in this order. */
  readonly #systems: readonly ((frame: Frame) => void)[] = [
    (frame) => this.#movePlayer(frame),
    (frame) => this.#report(frame),
    (frame) => this.#updateCrowd(frame),
    () => this.#usePlaces(),
    (frame) => this.#drawScene(frame),
    (frame) => this.#tellHud(frame),
  ];

  constructor(private readonly options: VisitOptions) {
    this.#profile = options.profile;
    this.#wish = options.address;
    this.stage = new Stage(options.root, () => this.#hud.showMessage('context-lost'));
    this.player = new Player(this.stage.rig, this.stage.camera);
    this.#hud = createHud(options.root, this.#actions());
    this.#hud.setSelf(options.profile);
    this.#input = new Input(this.stage.canvas, this.#hud.joystick, {
      press: (press) => this.#press(press),
      tap: () => {},
    });
    this.presence = new Presence(
      () => ({ ...this.#wish, name: this.#profile.name, look: this.#profile.look, lang: lang() === 'zh' ? 'zh-CN' : 'en' }),
      {
        welcome: (message) => this.#welcomed(message),
        message: (message) => this.#heard(message),
        line: (state) => this.#hud.setConnection(state),
        ended: (reason) => this.#ended(reason),
      },
    );
  }

  start(): void {
    this.presence.start();
    void this.#load(this.#wish.hall);
    if (this.options.debug) window.yuanzhan = this.#debugHandle();
    this.stage.renderer.setAnimationLoop((time_ms) => this.#frame(time_ms / 1000));
  }

  /** The address bar changed by itself: go where it says, if that is elsewhere. */
  follow(address: Address): void {
    if (!sameAddress(address, this.#wish)) this.go(address);
  }

  /** To another hall or place, by portal, map, or the browser's back button. */
  go(address: Address): void {
    this.#wish = address;
    this.presence.say({ t: 'go', hall: address.hall, at: address.at });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    delete window.yuanzhan;
    this.presence.leave();
    this.#input.dispose();
    this.#scene?.dispose();
    this.#avatars?.dispose();
    this.#hud.dispose();
    this.stage.dispose();
  }

  // --- the hall -------------------------------------------------------------------------------------------------

  async #load(id: string): Promise<void> {
    const load = ++this.#loads;
    const stale = (): boolean => load !== this.#loads || this.#disposed;
    this.#hud.setLoading({ loaded: 0, total: 0 });
    try {
      const hall = await fetchHall(id);
      if (stale()) return;
      this.#hud.setPlace(hall);
      const [floor, scene, avatars] = await Promise.all([
        fetchBytes(hall.floor).then((bytes) => Floor.parse(bytes)),
        loadHall(hall, this.stage.scene),
        this.#avatars ?? AvatarSystem.load('/avatars/', this.stage.renderer, this.stage.small ? 'phone' : 'desktop'),
      ]);
      if (stale()) return scene.dispose();
      this.#scene?.dispose();
      this.#scene = scene;
      if (!this.#avatars) this.stage.scene.add(avatars.object);
      this.#avatars = avatars;
      this.#hall = hall;
      this.presence.setFloor((x, z) => floor.heightAt(x, z));
      this.player.enter(hall, floor);
      this.#hud.setLoading(null);
      this.#hud.setStamps(this.#stamps.of(hall.id));
      if (this.#welcome?.hall === hall.id) this.#arrive(this.#welcome);
    } catch (error) {
      if (stale()) return;
      this.#hud.setLoading(null);
      this.#hud.showMessage(error instanceof ApiError && error.code === 'no_such_hall' ? 'no-such-hall' : 'load-failed');
      console.warn('yuanzhan: the hall could not be loaded', error);
    }
  }

  #welcomed(message: Welcome): void {
    this.#welcome = message;
    this.#hud.hideMessage();
    this.#profile = { name: message.name, look: message.look };
    this.#hud.setSelf(this.#profile);
    const changed = this.#hall !== null && this.#hall.id !== message.hall;
    const address = { hall: message.hall, at: this.#wish.hall === message.hall ? this.#wish.at : null };
    this.#wish = address;
    this.options.arrived(address);
    if (changed) void this.#load(message.hall);
    else if (this.#hall) this.#arrive(message);
  }

  /** Hall and place are both known: stand there. */
  #arrive(message: Welcome): void {
    this.player.stand(message.x, message.y, message.z, message.yaw);
    this.presence.reporter.placed(this.player.stance(performance.now() / 1000, null), performance.now() / 1000);
    this.#welcome = null;
  }

  get #inHall(): boolean {
    return this.#hall !== null && this.#welcome === null && this.presence.crowd !== null;
  }

  // --- messages -------------------------------------------------------------------------------------------------

  #heard(message: ServerMessage): void {
    const now_s = performance.now() / 1000;
    switch (message.t) {
      case 'said':
        this.#hud.addChat({ id: message.id, name: message.name, text: message.text, self: this.presence.isSelf(message) });
        break;
      case 'population':
        this.#hud.setPopulation({ here: message.here, halls: message.halls });
        break;
      case 'seated':
        if (message.seat === null) this.player.stand(message.x, message.y, message.z, message.yaw);
        else this.player.sit(message.seat, message.x, message.y, message.z, message.yaw);
        this.presence.reporter.placed(this.player.stance(now_s, null), now_s);
        break;
      case 'correct':
        this.player.place(message.x, message.y, message.z, message.yaw);
        this.presence.reporter.placed(this.player.stance(now_s, null), now_s);
        break;
      case 'notice':
        this.#hud.notice(message.code, message.params ?? {});
        break;
    }
  }

  #ended(reason: EndReason): void {
    const trouble = TROUBLE[reason];
    if (trouble && !this.#disposed) this.#hud.showMessage(trouble);
  }

  #debugHandle(): DebugHandle {
    const visit = this;
    const place = new Float32Array(4);
    const person = (slot: number): DebugPerson => {
      const crowd = visit.presence.crowd!;
      const [x = 0, y = 0, z = 0, yaw = 0] = crowd.positionAt(slot, performance.now() / 1000 - crowd.epoch, place);
      const id = crowd.ids[slot] as number;
      const name = visit.presence.names.byId.get(id)?.name ?? null;
      return { id, name, look: crowd.looks[slot] as number, x, y, z, yaw, action: crowd.actions[slot] as number, xr: crowd.xr.has(slot) };
    };
    return {
      get ready() {
        return visit.#inHall;
      },
      get frames() {
        return visit.#frames;
      },
      get connection() {
        return visit.presence.connectionState;
      },
      me() {
        const { walker } = visit.player;
        const stance = visit.player.stance(performance.now() / 1000, null);
        return {
          id: visit.presence.id ?? -1, name: visit.#profile.name, look: visit.#profile.look, x: walker.x, y: walker.y, z: walker.z,
          yaw: walker.yaw, action: stance.action, xr: false, hall: visit.#hall?.id ?? null,
        };
      },
      others() {
        const crowd = visit.presence.crowd;
        if (!crowd) return [];
        return [...crowd.present.keys()].filter((slot) => crowd.present[slot] === 1 && slot !== crowd.selfSlot).map(person);
      },
      track: () => visit.#track,
      place: (x, z, yaw) => visit.player.place(x, visit.player.walker.y, z, yaw),
      render: () => ({ ...visit.stage.renderer.info.render, pixelRatio: visit.stage.pixelRatio }),
      xr: () => ({ mode: null, floorY: 0, headY: 0, rigYaw: 0, panel: false }),
    };
  }

  // --- the frame ------------------------------------------------------------------------------------------------

  #frame(now_s: number): void {
    const real_s = now_s - this.#last_s;
    this.#last_s = now_s;
    const dt_s = Math.min(LONGEST_FRAME_S, Math.max(0, real_s));
    this.stage.pace(real_s);
    const frame: Frame = { now_s, dt_s, intent: this.#input.read(dt_s) };
    for (const system of this.#systems) system(frame);
    this.#frames += 1;
    if (this.options.debug) this.#recordTrack();
  }

  #recordTrack(): void {
    const t_ms = performance.timeOrigin + performance.now();
    this.#track.push({ t_ms, x: this.player.walker.x, z: this.player.walker.z });
    while ((this.#track[0]?.t_ms ?? t_ms) < t_ms - 2000) this.#track.shift();
  }

  #movePlayer({ intent, dt_s }: Frame): void {
    if (!this.#inHall) return;
    if (this.player.walker.seat !== null && (intent.forward !== 0 || intent.right !== 0)) this.#standUp();
    this.player.walk(intent, dt_s);
  }

  #report({ now_s }: Frame): void {
    if (this.#inHall) this.presence.report(this.player.stance(now_s, null), now_s);
  }

  #updateCrowd({ now_s, dt_s }: Frame): void {
    const { crowd } = this.presence;
    if (!crowd || !this.#inHall) return;
    const { walker, eye } = this.player;
    this.presence.update(walker.x, walker.z, now_s);
    if (eye.outside) {
      const stance = this.player.stance(now_s, null);
      crowd.placeSelf(stance.x, stance.y, stance.z, stance.yaw, walker.speed, stance.action, now_s);
    }
    this.#avatars?.setSelfSlot(eye.outside ? null : crowd.selfSlot);
    this.#avatars?.update(crowd, this.stage.camera, now_s - crowd.epoch);
    void dt_s;
  }

  #usePlaces(): void {
    const { places, walker } = this.player;
    if (!this.#inHall || !places || !this.#hall) return;
    const portal = places.entered(walker);
    if (portal) this.go({ hall: portal.hall, at: null });
    const checkin = places.checkinAt(walker);
    if (checkin && this.#stamps.add(this.#hall.id, checkin.id)) this.#hud.setStamps(this.#stamps.of(this.#hall.id));
    this.#offer = this.player.offer();
    if (this.#offer === null) this.#hud.setPrompt(null);
    else if (this.#offer.kind === 'read') this.#hud.setPrompt('read', { title: pick(this.#offer.subject.title) });
    else this.#hud.setPrompt(this.#offer.kind);
  }

  #drawScene({ now_s, dt_s }: Frame): void {
    if (this.#hud.covered || !this.#scene) return;
    this.#scene.update();
    void now_s, dt_s;
    this.stage.draw();
  }

  #tellHud({ now_s }: Frame): void {
    if (now_s < this.#nextHud_s || !this.#inHall) return;
    this.#nextHud_s = now_s + HUD_INTERVAL_S;
    const { walker } = this.player;
    this.#hud.setNearby(this.presence.nearby(walker.x, walker.z, now_s));
    if (!this.#hud.mapOpen) return;
    this.#hud.setMap({ self: walker, dots: this.#dots, count: this.presence.dots(this.#dots, now_s) });
  }

  // --- what the visitor does ------------------------------------------------------------------------------------

  #press(press: Press): void {
    if (press === 'interact') this.#interact();
    else if (press === 'view') this.player.eye.toggle();
    else this.#gesture(press);
  }

  #gesture(gesture: Gesture): void {
    this.player.gesture(gesture, performance.now() / 1000);
  }

  #interact(): void {
    const offer = this.#offer;
    if (!offer) return;
    if (offer.kind === 'sit') this.presence.say({ t: 'sit', seat: offer.seat.id });
    else if (offer.kind === 'stand') this.#standUp();
    else this.#hud.showPanel(offer.subject);
  }

  #standUp(): void {
    if (this.player.walker.seat === null) return;
    this.player.walker.seat = null;
    this.presence.say({ t: 'sit', seat: null });
  }

  #actions(): HudActions {
    return {
      sendChat: (text) => {
        if (this.presence.say({ t: 'chat', text })) this.#gesture('talk');
      },
      emote: (emote) => this.#gesture(emote),
      go: (hall, at) => this.go({ hall, at }),
      leave: () => this.options.left(),
      interact: () => this.#interact(),
      enterVr: () => {},
      enterAr: () => {},
      leaveXr: () => {},
      setProfile: (profile) => {
        this.#profile = profile;
        this.presence.say({ t: 'profile', name: profile.name, look: profile.look });
      },
      retry: () => {
        if (this.#hall) this.presence.retry();
        else void this.#load(this.#wish.hall);
      },
    };
  }
}
