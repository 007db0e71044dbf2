/** What the visitor does with what stands in the hall: reads it, sits on it, walks to what was tapped. */
import { Raycaster, Vector2, type Object3D } from 'three';
import type { Intent } from '../input/intent';
import type { SeenCrowd } from '../crowd/seen';
import type { Booth, Panel, Seat } from '../net/api';
import { pick as pickPlace, type Picked } from '../player/pick';
import { pickPerson } from '../player/pickPerson';
import type { Offer } from '../player/places';
import type { Player } from '../player/player';
import { Stroll } from '../player/stroll';
import type { Stage } from './stage';
import type { World } from './world';

/** What was tapped is done from where one stands when it is this near; otherwise one walks there first. */
const TAP_READ_M = 6;
const TAP_SIT_M = 1.6;
const TAP_WALK_MAX_M = 20;
/** What can be done here changes with a step, not with a frame. */
const OFFER_INTERVAL_S = 0.1;

export interface InteractionEvents {
  /** Somebody was tapped. */
  person(id: number): void;
  /** Who is seen. */
  crowd(): SeenCrowd | null;
  /** What the next press of E does, or nothing. */
  offered(offer: Offer | null): void;
  /** `item`: what of a booth, if not all of it. */
  read(subject: Panel | Booth, item?: string): void;
  /** Ask the server for a seat; null: stand up. */
  sit(seat: string | null): void;
}

export class Interaction {
  readonly #stroll = new Stroll();
  readonly #raycaster = new Raycaster();
  readonly #point = new Vector2();
  #offer: Offer | null = null;
  #nextOffer_s = 0;

  constructor(
    private readonly stage: Stage,
    private readonly world: World,
    private readonly player: Player,
    private readonly events: InteractionEvents,
  ) {}

  /** Walk on towards what was tapped; the heading to walk along, or null. Walking by hand gets up from a seat. */
  steer(intent: Intent, dt_s: number): number | null {
    if (this.player.walker.seat !== null && (intent.forward !== 0 || intent.right !== 0)) this.standUp();
    return this.#stroll.steer(this.player.walker, intent, dt_s);
  }

  /** Walk nowhere any more. */
  stop(): void {
    this.#stroll.stop();
  }

  /** Look what can be done here. */
  look(now_s: number): void {
    if (now_s < this.#nextOffer_s) return;
    this.#nextOffer_s = now_s + OFFER_INTERVAL_S;
    this.#offer = this.player.offer();
    this.events.offered(this.#offer);
  }

  /** Do what is offered. */
  interact(): void {
    const offer = this.#offer;
    if (!offer) return;
    if (offer.kind === 'sit') this.sitOn(offer.seat);
    else if (offer.kind === 'stand') this.standUp();
    else this.events.read(offer.subject);
  }

  sitOn(seat: Seat): void {
    this.events.sit(seat.id);
  }

  /** Up at once here, and told to the server, which says where the feet land. */
  standUp(): void {
    if (this.player.walker.seat === null) return;
    this.player.walker.seat = null;
    this.events.sit(null);
  }

  /** A tap or click on the hall, in client coordinates: read, sit, go through, or walk there. */
  tap(clientX: number, clientY: number): void {
    const { hall, floor } = this.world;
    if (!hall || !floor) return;
    const { canvas, camera } = this.stage;
    this.#point.set((clientX / canvas.clientWidth) * 2 - 1, 1 - (clientY / canvas.clientHeight) * 2);
    camera.updateWorldMatrix(true, false);
    this.#raycaster.setFromCamera(this.#point, camera);
    const target = pickPlace(this.#raycaster.ray, hall, floor);
    const board = this.#boardHit();
    const crowd = this.events.crowd();
    const person = crowd && pickPerson(this.#raycaster.ray, crowd);
    if (person && person.metres < (target?.metres ?? Infinity) && person.metres < (board?.metres ?? Infinity)) {
      this.events.person(person.id);
    } else if (board && (!target || board.metres <= target.metres || (target.kind === 'read' && target.subject.id === board.subject.id))) {
      this.#read(board.subject, board.metres, board.item);
    } else if (target) this.#use(target);
  }

  /** The model of the booth nearest to the visitor; what AR puts on the floor. */
  nearestExhibit(): Object3D | null {
    const { hall } = this.world;
    const { walker, places } = this.player;
    if (!hall || !places) return null;
    let nearest: Booth | null = null;
    let nearest_m = Infinity;
    for (const booth of hall.booths) {
      const position = places.placeOf(booth)?.position;
      const metres = position ? Math.hypot(position[0] - walker.x, position[2] - walker.z) : Infinity;
      if (metres < nearest_m) [nearest, nearest_m] = [booth, metres];
    }
    return (nearest && this.stage.scene.getObjectByName(`booth-${nearest.id}`)) ?? null;
  }

  #use(target: Picked): void {
    if (target.kind === 'floor') {
      if (target.metres <= TAP_WALK_MAX_M) this.#walkTo(target.x, target.z, 0.2);
    } else if (target.kind === 'portal') {
      this.#walkTo(target.portal.position[0], target.portal.position[2], 0.2);
    } else if (target.kind === 'seat') {
      const [x, , z] = target.seat.position;
      this.#walkTo(x, z, TAP_SIT_M, () => this.sitOn(target.seat));
    } else this.#read(target.subject, target.metres);
  }

  #read(subject: Panel | Booth, metres: number, item?: string): void {
    if (metres <= TAP_READ_M) return this.events.read(subject, item);
    const place = this.player.places?.placeOf(subject);
    if (place) this.#walkTo(place.position[0], place.position[2], TAP_READ_M * 0.75, () => this.events.read(subject, item));
  }

  /** The panel of a dressed booth that the ray meets. */
  #boardHit(): { subject: Booth; item: string; metres: number } | null {
    const hits = (this.world.scene?.placedBooths ?? []).flatMap(({ booth, boards }) =>
      this.#raycaster.intersectObjects([...boards], false).map(({ object, distance }) => ({ subject: booth, item: String(object.userData['item']), metres: distance })));
    return hits.reduce<(typeof hits)[number] | null>((best, hit) => (best && best.metres <= hit.metres ? best : hit), null);
  }

  #walkTo(x: number, z: number, within_m: number, arrived?: () => void): void {
    this.standUp();
    this.#stroll.to(arrived ? { x, z, within_m, arrived } : { x, z, within_m });
  }
}
