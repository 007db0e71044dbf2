/**
 * One visit: from the landing page's button to leaving. Puts stage, world, crowd, player, headset and HUD together and runs
 * the frame; what each of them does is theirs.
 *
 * Loaded by `visitor.ts` when a hall is entered, with three.js; the landing page needs nothing of this.
 */
import { Raycaster, Vector2, type Object3D } from 'three';
import { Input } from '../input/input';
import type { Intent, Press } from '../input/intent';
import { ApiError, type Seat } from '../net/api';
import type { EndReason } from '../net/connection';
import type { Gesture } from '../player/gestures';
import { pick as pickPlace, type Picked } from '../player/pick';
import type { Offer } from '../player/places';
import { Player } from '../player/player';
import { Stamps } from '../player/stamps';
import { Stroll } from '../player/stroll';
import type { Notice, ServerMessage, Welcome } from '../protocol/generated';
import { isMessageKey, lang, pick, t } from '../text/catalogue';
import { createHud, type Hud, type HudActions, type Trouble } from '../ui/hud';
import type { Profile } from '../ui/profile';
import { Headset } from '../xr/headset';
import { sameAddress, type Address } from './address';
import { debugHandle } from './debug';
import { Presence } from './presence';
import { Stage } from './stage';
import { World } from './world';

export { WebGlMissing } from './stage';

export interface VisitOptions {
  root: HTMLElement;
  address: Address;
  profile: Profile;
  /** The visitor is at this address now; `instead` of the one in the address bar, or after it. */
  arrived(address: Address, instead: boolean): void;
  /** The visitor left for the landing page. */
  left(): void;
  debug: boolean;
  /** Draw as little as on a phone, whatever the device. */
  frugal: boolean;
}

const TROUBLE: Readonly<Record<EndReason, Trouble | null>> = {
  left: null,
  replaced: 'replaced',
  hall_full: 'hall-full',
  no_such_hall: 'no-such-hall',
  bad_name: 'refused',
  bad_look: 'refused',
  refused: 'refused',
};

/** Frames after a pause (hidden tab, long load) count as this, so that nobody leaps. Slow frames still walk at full speed. */
const LONGEST_FRAME_S = 0.5;
const HUD_INTERVAL_S = 0.5;
const MAP_DOTS_MAX = 16_384;
/** What was tapped is done from where one stands when it is this near; otherwise one walks there first. */
const TAP_READ_M = 6;
const TAP_SIT_M = 1.6;
const TAP_WALK_MAX_M = 20;
/** Refusals of a `go`: the visitor is still where it was. */
const NOT_MOVED = new Set(['no_such_hall', 'hall_full', 'no_such_place', 'go_too_fast']);

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
  profile: Profile;
  /** Off only by the debug handle: everything else of a frame goes on. */
  drawing = true;
  readonly #hud: Hud;
  readonly #input: Input;
  readonly #stamps = new Stamps();
  readonly #stroll = new Stroll();
  readonly #dots = new Float32Array(MAP_DOTS_MAX * 2);
  /** Where the visitor wants to be: what the next hello says. */
  #wish: Address;
  /** Where the server has put us while the hall is not there yet. */
  #welcome: Welcome | null = null;
  /** Told while no hall was there to read it in. */
  #untold: Notice[] = [];
  #offer: Offer | null = null;
  #nextHud_s = 0;
  #last_s = 0;
  #afterFrame: (() => void) | null = null;
  #disposed = false;

  /** Everything that runs in a frame, in this order. */
  readonly #systems: readonly ((frame: Frame) => void)[] = [
    (frame) => this.#movePlayer(frame),
    (frame) => this.#report(frame),
    () => this.#usePlaces(),
    (frame) => this.#updateCrowd(frame),
    (frame) => this.#draw(frame),
    (frame) => this.#tellHud(frame),
  ];

  constructor(private readonly options: VisitOptions) {
    this.profile = options.profile;
    this.#wish = options.address;
    this.stage = new Stage(options.root, options.frugal, () => this.#hud.showMessage('context-lost'));
    this.world = new World(this.stage);
    this.player = new Player(this.stage.rig, this.stage.camera);
    this.#hud = createHud(options.root, this.#actions());
    this.#hud.setSelf(options.profile);
    this.#input = new Input(this.stage.canvas, this.#hud.joystick, {
      press: (press) => this.#press(press),
      tap: (x, y) => this.#tap(x, y),
    });
    this.headset = new Headset(this.stage, this.player, {
      changed: (support, mode) => {
        this.#hud.setXr({ ...support, active: mode });
        this.world.setInHeadset(mode !== null);
      },
      teleported: () => this.#teleported(),
      sit: (seat) => this.#sitOn(seat),
      standUp: () => this.#standUp(),
      showHall: (visible) => this.world.setHallVisible(visible),
      nearestExhibit: () => this.#nearestExhibit(),
    });
    this.presence = new Presence(
      () => ({ ...this.#wish, name: this.profile.name, look: this.profile.look, lang: lang() === 'zh' ? 'zh-CN' : 'en' }),
      {
        welcome: (message) => this.#welcomed(message),
        message: (message) => this.#heard(message),
        line: (state) => this.#hud.setConnection(state),
        ended: (reason) => this.#ended(reason),
      },
    );
  }

  /** The hall is there and the visitor stands in it. */
  get inHall(): boolean {
    return this.world.hall !== null && this.#welcome === null && this.presence.crowd !== null;
  }

  start(): void {
    if (this.options.debug) {
      const { handle, frame } = debugHandle(this);
      window.yuanzhan = handle;
      this.#afterFrame = frame;
    }
    this.presence.start();
    void this.#load(this.#wish.hall);
    this.stage.renderer.setAnimationLoop((time_ms) => this.#frame(time_ms / 1000));
  }

  /** The address bar changed by itself: go where it says, if that is elsewhere. */
  follow(address: Address): void {
    if (!sameAddress(address, this.#wish)) this.go(address);
  }

  /** To another hall or place, by portal, map, or the browser's back button. */
  go(address: Address): void {
    this.#wish = address;
    this.#stroll.stop();
    this.presence.say({ t: 'go', hall: address.hall, at: address.at });
  }

  /** To a place of this hall at once. */
  teleport(x: number, z: number, yaw: number): void {
    this.player.place(x, this.player.walker.y, z, yaw);
    this.headset.settle();
    this.#teleported();
  }

  setProfile(profile: Profile): void {
    this.profile = profile;
    this.presence.setLook(profile.look);
    this.presence.say({ t: 'profile', name: profile.name, look: profile.look });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    delete window.yuanzhan;
    this.presence.leave();
    this.headset.dispose();
    this.#input.dispose();
    this.world.dispose();
    this.#hud.dispose();
    this.stage.dispose();
  }

  // --- the hall -------------------------------------------------------------------------------------------------

  async #load(id: string): Promise<void> {
    this.#hud.setLoading({ loaded: 0, total: 0 });
    try {
      const loaded = await this.world.load(id, {
        described: (hall) => this.#hud.setPlace(hall),
        progress: (loaded_bytes, total_bytes) => this.#hud.setLoading({ loaded: loaded_bytes, total: total_bytes }),
      });
      if (loaded) this.#loaded();
    } catch (error) {
      if (this.#disposed) return;
      this.#hud.setLoading(null);
      this.#hud.showMessage(error instanceof ApiError && error.code === 'no_such_hall' ? 'no-such-hall' : 'load-failed');
      console.info('yuanzhan: the hall could not be loaded', error);
    }
  }

  #loaded(): void {
    const { hall, floor } = this.world;
    if (!hall || !floor) return;
    this.presence.setFloor((x, z) => floor.heightAt(x, z));
    this.player.enter(hall, floor);
    this.headset.enterHall(hall, floor);
    this.#hud.setLoading(null);
    this.#hud.setStamps(this.#stamps.of(hall.id));
    if (this.#welcome?.hall === hall.id) this.#arrive(this.#welcome);
  }

  #welcomed(message: Welcome): void {
    this.#welcome = message;
    this.#hud.hideMessage();
    this.profile = { name: message.name, look: message.look };
    this.#hud.setSelf(this.profile);
    const at = this.#wish.hall === message.hall ? this.#wish.at : null;
    this.#wish = { hall: message.hall, at };
    this.options.arrived(this.#wish, false);
    if (this.world.hall === null) return;
    if (this.world.hall.id === message.hall) this.#arrive(message);
    else void this.#load(message.hall);
  }

  /** Hall and place are both known: stand there. */
  #arrive(message: Welcome): void {
    this.player.stand(message.x, message.y, message.z, message.yaw);
    this.headset.settle();
    this.#placedByServer();
    this.#welcome = null;
    const subject = this.#wish.at === null ? null : this.player.places?.subject(this.#wish.at);
    if (subject) this.#hud.showPanel(subject);
    for (const notice of this.#untold.splice(0)) this.#notice(notice);
  }

  #placedByServer(): void {
    const now_s = performance.now() / 1000;
    this.#stroll.stop();
    this.presence.reporter.placed(this.player.stance(now_s, null), now_s);
  }

  #teleported(): void {
    this.#stroll.stop();
    this.presence.reporter.teleported();
  }

  // --- messages -------------------------------------------------------------------------------------------------

  #heard(message: ServerMessage): void {
    switch (message.t) {
      case 'said':
        this.#hud.addChat({ id: message.id, name: message.name, text: message.text, self: this.presence.isSelf(message) });
        break;
      case 'population':
        this.#hud.setPopulation({ here: message.here, halls: message.halls });
        break;
      case 'seated':
        if (message.seat === null) this.player.stand(message.x, message.y, message.z, this.player.walker.yaw);
        else this.player.sit(message.seat, message.x, message.y, message.z, message.yaw);
        this.headset.settle();
        this.#placedByServer();
        break;
      case 'correct':
        this.player.stand(message.x, message.y, message.z, message.yaw);
        this.headset.settle();
        this.#placedByServer();
        break;
      case 'notice':
        this.#notice(message);
        break;
    }
  }

  #notice(notice: Notice): void {
    if (!this.inHall) {
      this.#untold.push(notice);
      return;
    }
    const { code, params = {} } = notice;
    this.#hud.notice(code, params);
    const key = `notice.${code}`;
    if (this.headset.mode && isMessageKey(key)) this.headset.tell(t(key, params));
    if (!NOT_MOVED.has(code) || !this.world.hall) return;
    this.#wish = { hall: this.world.hall.id, at: null };
    this.options.arrived(this.#wish, true);
  }

  #ended(reason: EndReason): void {
    const trouble = TROUBLE[reason];
    if (!trouble || this.#disposed) return;
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
    if (this.player.walker.seat !== null && (intent.forward !== 0 || intent.right !== 0)) this.#standUp();
    const heading = this.#stroll.steer(this.player.walker, intent, dt_s);
    this.player.walk(intent, dt_s, heading);
  }

  #report({ now_s }: Frame): void {
    if (this.inHall) this.presence.report(this.player.stance(now_s, this.headset.pose()), now_s);
  }

  #usePlaces(): void {
    const { places, walker } = this.player;
    const { hall } = this.world;
    if (!this.inHall || !places || !hall) return;
    const portal = places.entered(walker);
    if (portal) this.go({ hall: portal.hall, at: null });
    const checkin = places.checkinAt(walker);
    if (checkin && this.#stamps.add(hall.id, checkin.id)) this.#hud.setStamps(this.#stamps.of(hall.id));
    this.#offer = this.player.offer();
    if (this.#offer === null) this.#hud.setPrompt(null);
    else if (this.#offer.kind === 'read') this.#hud.setPrompt('read', { title: pick(this.#offer.subject.title) });
    else this.#hud.setPrompt(this.#offer.kind);
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
    this.world.updateCrowd(crowd, this.presence.names, now_s);
  }

  #draw({ now_s, dt_s }: Frame): void {
    if (!this.drawing || !this.world.scene || (this.#hud.covered && !this.headset.mode)) return;
    this.world.updateHall(now_s, dt_s);
    this.stage.draw();
  }

  #tellHud({ now_s }: Frame): void {
    if (now_s < this.#nextHud_s || !this.inHall) return;
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
    if (offer.kind === 'sit') this.#sitOn(offer.seat);
    else if (offer.kind === 'stand') this.#standUp();
    else this.#hud.showPanel(offer.subject);
  }

  #sitOn(seat: Seat): void {
    this.presence.say({ t: 'sit', seat: seat.id });
  }

  /** Up at once here, and told to the server, which says where the feet land. */
  #standUp(): void {
    if (this.player.walker.seat === null) return;
    this.player.walker.seat = null;
    this.presence.say({ t: 'sit', seat: null });
  }

  /** A tap or click on the hall: read, sit, go through, or walk there. */
  #tap(clientX: number, clientY: number): void {
    const { hall, floor } = this.world;
    if (!this.inHall || !hall || !floor || this.headset.mode) return;
    const target = pickPlace(this.#rayThrough(clientX, clientY), hall, floor);
    if (target) this.#useTapped(target);
  }

  #useTapped(target: Picked): void {
    if (target.kind === 'floor') {
      if (target.metres <= TAP_WALK_MAX_M) this.#walkTo(target.x, target.z, 0.2);
    } else if (target.kind === 'portal') {
      this.#walkTo(target.portal.position[0], target.portal.position[2], 0.2);
    } else if (target.kind === 'seat') {
      const [x, , z] = target.seat.position;
      this.#walkTo(x, z, TAP_SIT_M, () => this.#sitOn(target.seat));
    } else if (target.metres <= TAP_READ_M) {
      this.#hud.showPanel(target.subject);
    } else {
      const place = this.player.places?.placeOf(target.subject);
      if (place) this.#walkTo(place.position[0], place.position[2], TAP_READ_M / 2, () => this.#hud.showPanel(target.subject));
    }
  }

  #walkTo(x: number, z: number, within_m: number, arrived?: () => void): void {
    this.#standUp();
    this.#stroll.to(arrived ? { x, z, within_m, arrived } : { x, z, within_m });
  }

  #rayThrough(clientX: number, clientY: number): { origin: Raycaster['ray']['origin']; direction: Raycaster['ray']['direction'] } {
    const { canvas, camera } = this.stage;
    const point = new Vector2((clientX / canvas.clientWidth) * 2 - 1, 1 - (clientY / canvas.clientHeight) * 2);
    camera.updateWorldMatrix(true, false);
    const raycaster = new Raycaster();
    raycaster.setFromCamera(point, camera);
    return raycaster.ray;
  }

  /** The model of the booth nearest to the visitor; what AR puts on the floor. */
  #nearestExhibit(): Object3D | null {
    const { hall } = this.world;
    const { walker, places } = this.player;
    if (!hall || !places) return null;
    const metres = (booth: (typeof hall.booths)[number]): number => {
      const position = places.placeOf(booth)?.position;
      return position ? Math.hypot(position[0] - walker.x, position[2] - walker.z) : Infinity;
    };
    const nearest = [...hall.booths].sort((a, b) => metres(a) - metres(b))[0];
    return (nearest && this.stage.scene.getObjectByName(`booth-${nearest.id}`)) ?? null;
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
      enterVr: () => void this.headset.enter('vr'),
      enterAr: () => void this.headset.enter('ar'),
      leaveXr: () => void this.headset.leave(),
      setProfile: (profile) => this.setProfile(profile),
      retry: () => this.#retry(),
    };
  }

  #retry(): void {
    this.#hud.hideMessage();
    if (!this.presence.joined) this.presence.retry();
    if (this.world.hall?.id !== this.#wish.hall) void this.#load(this.#wish.hall);
  }
}
