/**
 * Everything of a headset session: entering and leaving, teleport and snap turn, pointing and pressing, panels, AR.
 *
 * Every action works from one select, because some headsets have nothing else: on a button it presses, on an exhibit it
 * opens it, on a seat it sits down, on the floor it goes there, on nothing it opens the menu. Thumbsticks add: forward aims
 * and letting go teleports, sideways turns.
 */
import { Vector3, type Object3D } from 'three';
import type { Booth, HallDescriptor, Panel, Seat } from '../net/api';
import type { Floor } from '../player/floor';
import { pick as pickPlace, type Picked, type Ray } from '../player/pick';
import type { Player } from '../player/player';
import { Reach } from '../player/reach';
import type { XrPose } from '../protocol/poses';
import { pick, t } from '../text/catalogue';
import type { Stage } from '../visit/stage';
import { aim, createLanding } from './aim';
import { Arc } from './arc';
import { XrBody } from './body';
import { Exhibit } from './exhibit';
import { Hand } from './hands';
import { XrPanel, type PanelButton, type PanelContent } from './panel';
import { XrSessions, xrSupport, type XrMode, type XrSupport } from './sessions';

/** The server lets a teleport be so far. */
const TELEPORT_MAX_M = 11.5;
const STICK_ON = 0.7;
const STICK_OFF = 0.35;
const HANDS = 2;
const RAY_M = 4;
const READ_REACH_M = 9;

export interface HeadsetEvents {
  /** The device or the visitor said no to the session. */
  refused(): void;
  changed(support: XrSupport, mode: XrMode | null): void;
  teleported(): void;
  sit(seat: Seat): void;
  standUp(): void;
  /** Hide or show what is not in AR. */
  showHall(visible: boolean): void;
  /** What AR shows: the exhibit nearest to the visitor, its front -Z. */
  nearestExhibit(): Object3D | null;
}

export class Headset {
  support: XrSupport = { vr: false, ar: false };
  readonly body: XrBody;
  readonly #sessions: XrSessions;
  readonly #hands: readonly Hand[];
  readonly #arc = new Arc();
  readonly #landing = createLanding();
  readonly #panel: XrPanel;
  readonly #exhibit: Exhibit;
  #hall: HallDescriptor | null = null;
  #floor: Floor | null = null;
  #reach: Reach | null = null;
  /** The hand whose stick or trigger aims. */
  #aiming: Hand | null = null;
  /** Sticks act once per push. */
  readonly #pushed = new Map<Hand, 'turn' | 'aim'>();
  #exhibitPlaced = false;

  constructor(private readonly stage: Stage, private readonly player: Player, private readonly events: HeadsetEvents) {
    this.body = new XrBody(stage.rig, stage.camera, player.walker);
    this.#panel = new XrPanel(Math.min(8, stage.renderer.capabilities.getMaxAnisotropy()));
    this.#exhibit = new Exhibit(stage.scene);
    this.#hands = Array.from({ length: HANDS }, (_, index) => new Hand(stage.renderer, index, stage.rig, {
      selectStart: (hand) => this.#selectStart(hand),
      selectEnd: (hand) => this.#selectEnd(hand),
      squeeze: () => this.#openMenu(),
    }));
    stage.scene.add(this.#arc.object, this.#panel.object);
    this.#sessions = new XrSessions(stage.renderer, {
      began: (mode) => this.#began(mode),
      ended: (mode) => this.#ended(mode),
    });
    void this.#findSupport();
    navigator.xr?.addEventListener('devicechange', this.#findSupport);
  }

  get mode(): XrMode | null {
    return this.#sessions.mode;
  }

  get panelVisible(): boolean {
    return this.#panel.visible;
  }

  enterHall(hall: HallDescriptor, floor: Floor): void {
    this.#hall = hall;
    this.#floor = floor;
    this.#reach = null;
  }

  async enter(mode: XrMode): Promise<void> {
    if (!(await this.#sessions.enter(mode))) this.events.refused();
  }

  async leave(): Promise<void> {
    await this.#sessions.leave();
  }

  /** Once a frame while in a session. */
  update(dt_s: number): void {
    if (this.mode === 'ar') this.#updateAr();
    else this.#updateVr(dt_s);
    for (const hand of this.#hands) hand.update();
    this.#point();
  }

  /** Head and hands for others; null out of VR, where the avatar simply stands. */
  pose(): XrPose | null {
    if (this.mode !== 'vr') return null;
    const of = (side: 'left' | 'right') => this.#hands.find((hand) => hand.side === side)?.tracked ?? null;
    return this.body.pose(of('left'), of('right'));
  }

  /** The server, or a change of hall, has put the visitor somewhere. */
  settle(): void {
    if (this.mode === 'vr') this.body.settle();
  }

  read(subject: Panel | Booth): void {
    void this.#show({
      title: pick(subject.title),
      ...('source' in subject ? { lead: t('hud.panel.source', { source: pick(subject.source) }) } : {}),
      body: pick(subject.body),
      buttons: [{ label: t('site.close'), primary: true, press: () => this.#panel.hide() }],
    });
  }

  /** Something the visitor must know, when the page is not seen. */
  tell(text: string): void {
    void this.#show({ title: text, body: '', buttons: [{ label: t('site.close'), primary: true, press: () => this.#panel.hide() }] });
  }

  dispose(): void {
    navigator.xr?.removeEventListener('devicechange', this.#findSupport);
    void this.leave();
    this.#arc.dispose();
    this.#panel.dispose();
  }

  readonly #findSupport = async (): Promise<void> => {
    this.support = await xrSupport();
    this.events.changed(this.support, this.mode);
  };

  // --- the session ----------------------------------------------------------------------------------------------

  #began(mode: XrMode): void {
    this.player.eye.release();
    this.#pushed.clear();
    if (mode === 'ar') this.#beginAr();
    else this.body.begin();
    this.events.changed(this.support, mode);
  }

  #ended(mode: XrMode): void {
    this.#panel.hide();
    this.#cancelAim();
    if (mode === 'ar') {
      this.#exhibit.end();
      this.events.showHall(true);
    } else this.body.end();
    this.stage.resize();
    this.events.changed(this.support, null);
  }

  #beginAr(): void {
    this.stage.rig.position.set(0, 0, 0);
    this.stage.rig.rotation.set(0, 0, 0);
    this.#exhibitPlaced = false;
    this.#exhibit.begin(this.events.nearestExhibit());
    this.events.showHall(false);
  }

  #updateAr(): void {
    const { camera } = this.stage;
    if (this.#exhibitPlaced || camera.position.lengthSq() === 0) return;
    this.#exhibitPlaced = true;
    const ahead = new Vector3(0, 0, -1).applyQuaternion(camera.quaternion);
    this.#exhibit.standBefore(camera.position.x, camera.position.z, Math.atan2(-ahead.x, -ahead.z));
  }

  #updateVr(dt_s: number): void {
    this.body.follow(dt_s);
    for (const hand of this.#hands) this.#stick(hand);
    if (!this.#aiming) return;
    this.#throw(this.#aiming);
    this.#arc.show(this.#landing);
  }

  #stick(hand: Hand): void {
    const { x, y } = hand.stick();
    const pushed = this.#pushed.get(hand);
    if (pushed === 'aim' && Math.hypot(x, y) < STICK_OFF) {
      this.#pushed.delete(hand);
      this.#go();
    } else if (pushed === 'turn' && Math.abs(x) < STICK_OFF) {
      this.#pushed.delete(hand);
    } else if (!pushed && y < -STICK_ON) {
      this.#pushed.set(hand, 'aim');
      this.#beginAim(hand);
    } else if (!pushed && Math.abs(x) > STICK_ON) {
      this.#pushed.set(hand, 'turn');
      this.body.snapTurn(-Math.sign(x));
    }
  }

  // --- pointing and pressing ------------------------------------------------------------------------------------

  /** Rays end on the panel, and its buttons light up. */
  #point(): void {
    let hovered: PanelButton | null = null;
    for (const hand of this.#hands) {
      const { origin, direction } = hand.pointing();
      const hit = this.#panel.hit(origin, direction);
      hand.setRayLength(hit ? hit.metres : RAY_M);
      hovered ??= hit?.button ?? null;
    }
    if (this.#panel.hover(hovered)) for (const hand of this.#hands) hand.pulse(0.2, 15);
  }

  #selectStart(hand: Hand): void {
    if (this.mode !== 'vr') return;
    const { origin, direction } = hand.pointing();
    if (this.#panel.hit(origin, direction)) return;
    const target = this.#pickAt({ origin, direction });
    if (target === null || target.kind === 'floor') this.#beginAim(hand);
  }

  #selectEnd(hand: Hand): void {
    const ray = hand.pointing();
    const onPanel = this.#panel.hit(ray.origin, ray.direction);
    if (onPanel) {
      this.#cancelAim();
      hand.pulse(0.6, 25);
      onPanel.button?.press();
    } else if (this.mode === 'ar') this.#placeExhibit(ray);
    else this.#use(hand, this.#pickAt(ray));
  }

  #use(hand: Hand, target: Picked | null): void {
    if (this.#aiming === hand) {
      const aimed = this.#landing.at !== null;
      this.#go();
      // Pointing at nothing, as at the sky, asks for the menu.
      if (!aimed && target === null) this.#openMenu();
    } else if (target?.kind === 'read') this.read(target.subject);
    else if (target?.kind === 'seat') this.#sitOn(target.seat);
    else if (target?.kind === 'portal') this.#teleportTo(target.portal.position[0], target.portal.position[2]);
  }

  #pickAt(ray: Ray): Picked | null {
    if (!this.#hall || !this.#floor) return null;
    const target = pickPlace(ray, this.#hall, this.#floor);
    return target && target.kind !== 'floor' && target.metres > READ_REACH_M ? null : target;
  }

  /** In AR a select on the floor moves the exhibit there; y = 0 is the floor. */
  #placeExhibit({ origin, direction }: Ray): void {
    if (direction.y > -0.05) return this.#openMenu();
    const metres = -origin.y / direction.y;
    const { camera } = this.stage;
    this.#exhibit.standAt(origin.x + direction.x * metres, origin.z + direction.z * metres, camera.position.x, camera.position.z);
  }

  // --- moving ---------------------------------------------------------------------------------------------------

  #beginAim(hand: Hand): void {
    this.#aiming = hand;
    this.#reach = null;
  }

  /** Where the arc from this hand lands now, into `#landing`. */
  #throw(hand: Hand): void {
    this.#landing.at = null;
    this.#landing.valid = false;
    if (!this.#floor) return;
    this.#reach ??= new Reach(this.#floor, this.player.walker.x, this.player.walker.z, TELEPORT_MAX_M);
    const { origin, direction } = hand.pointing();
    aim(origin, direction, this.#floor, this.#reach, this.#landing);
  }

  #cancelAim(): void {
    this.#aiming = null;
    this.#arc.hide();
  }

  #go(): void {
    const hand = this.#aiming;
    if (!hand) return;
    this.#throw(hand);
    this.#cancelAim();
    const { at, valid } = this.#landing;
    if (!at || !valid) return;
    hand.pulse(0.4, 20);
    this.#teleportTo(at.x, at.z);
  }

  #teleportTo(x: number, z: number): void {
    const place = this.#floor?.nearest(x, z, 1.5);
    if (!place) return;
    if (this.player.walker.seat !== null) this.events.standUp();
    this.#panel.hide();
    this.body.teleport(place.x, place.y, place.z);
    this.events.teleported();
  }

  #sitOn(seat: Seat): void {
    const { walker } = this.player;
    if (Math.hypot(seat.position[0] - walker.x, seat.position[2] - walker.z) > 1.5) {
      this.#teleportTo(seat.position[0], seat.position[2]);
    }
    this.events.sit(seat);
  }

  // --- panels ---------------------------------------------------------------------------------------------------

  #openMenu(): void {
    if (this.#panel.visible) return this.#panel.hide();
    const close = { label: t('site.close'), press: () => this.#panel.hide() };
    const leave = { label: t(this.mode === 'ar' ? 'hud.leave_ar' : 'hud.leave_vr'), primary: true, press: () => void this.leave() };
    const turn = { label: t('xr.turn'), press: () => this.body.snapTurn(-3) };
    void this.#show({
      title: this.#hall ? pick(this.#hall.place) : '',
      body: t(this.mode === 'ar' ? 'xr.help_ar' : 'xr.help_vr'),
      buttons: this.mode === 'ar' ? [leave, close] : [leave, turn, close],
    });
  }

  #show(content: PanelContent): Promise<void> {
    return this.#panel.show(content, this.stage.camera, t('xr.next'));
  }
}
