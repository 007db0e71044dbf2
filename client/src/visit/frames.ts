/** What runs in a frame: one list of systems, each of them a few lines between the parts of a visit. */
import { SeenCrowd } from '../crowd/seen';
import type { Input } from '../input/input';
import type { Intent } from '../input/intent';
import type { Player } from '../player/player';
import type { Stamps } from '../player/stamps';
import type { Hud } from '../ui/hud/hud';
import type { Headset } from '../xr/headset';
import type { Address } from './address';
import type { Care } from './care';
import type { Interaction } from './interaction';
import type { Leading } from './leading';
import type { Presence } from './presence';
import type { Preview } from './preview';
import type { Stage } from './stage';
import type { World } from './world';

export interface FrameParts {
  readonly care: Care;
  readonly headset: Headset;
  readonly hud: Hud;
  readonly input: Input;
  readonly interaction: Interaction;
  readonly leading: Leading;
  readonly player: Player;
  readonly presence: Presence;
  readonly preview: Preview | null;
  readonly stage: Stage;
  readonly stamps: Stamps;
  readonly world: World;
  /** The hall is there and the visitor stands in it. */
  inHall(): boolean;
  go(address: Address): void;
}

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

export class Frames {
  #seen: SeenCrowd | null = null;
  readonly #dots = new Float32Array(MAP_DOTS_MAX * 2);
  #nextHud_s = 0;
  #nextMap_s = 0;
  #last_s = 0;

  /** Everything that runs in a frame, in this order. */
  readonly #systems: readonly ((frame: Frame) => void)[] = [
    (frame) => this.#movePlayer(frame),
    (frame) => this.#report(frame),
    (frame) => this.#usePlaces(frame),
    (frame) => this.parts.leading.update(frame.now_s, this.parts.inHall()),
    (frame) => this.#updateCrowd(frame),
    (frame) => this.#draw(frame),
    (frame) => this.#tellHud(frame),
  ];

  constructor(private readonly parts: FrameParts) {}

  /** The crowd as the visitor sees it. */
  get seen(): SeenCrowd | null {
    return this.#seen;
  }

  run(now_s: number): void {
    const real_s = now_s - this.#last_s;
    this.#last_s = now_s;
    const dt_s = Math.min(LONGEST_FRAME_S, Math.max(0, real_s));
    this.parts.stage.pace(real_s);
    const frame: Frame = { now_s, dt_s, intent: this.parts.input.read(dt_s) };
    for (const system of this.#systems) system(frame);
  }

  #movePlayer({ intent, dt_s }: Frame): void {
    const { care, headset, interaction, player } = this.parts;
    if (!this.parts.inHall()) return;
    if (headset.mode) return headset.update(dt_s);
    if (care.frozen) return player.walk({ ...intent, forward: 0, right: 0 }, dt_s, null);
    player.walk(intent, dt_s, interaction.steer(intent, dt_s));
  }

  #report({ now_s }: Frame): void {
    const { headset, player, presence } = this.parts;
    if (this.parts.inHall()) presence.report(player.stance(now_s, headset.pose()), now_s);
  }

  #usePlaces({ now_s }: Frame): void {
    const { hud, interaction, leading, preview, stamps, player: { places, walker }, world: { hall } } = this.parts;
    if (!this.parts.inHall() || !places || !hall) return;
    preview?.look(now_s);
    const portal = places.entered(walker);
    if (portal) this.parts.go({ hall: portal.hall, at: null });
    const checkin = places.checkinAt(walker);
    if (checkin && stamps.add(hall.id, checkin.id)) {
      hud.setStamps(stamps.of(hall.id));
      if (leading.letters.mayOffer()) hud.offerLetters();
    }
    interaction.look(now_s);
  }

  #updateCrowd({ now_s }: Frame): void {
    const { care, player, presence, world } = this.parts;
    const { crowd } = presence;
    if (!crowd || !this.parts.inHall()) return;
    const { walker, eye } = player;
    presence.update(walker.x, walker.z, now_s);
    if (eye.outside) {
      const stance = player.stance(now_s, null);
      crowd.placeSelf(stance.x, stance.y, stance.z, stance.yaw, walker.speed, stance.action, now_s);
    }
    world.setSelfSlot(eye.outside ? null : crowd.selfSlot);
    if (this.#seen?.crowd !== crowd) this.#seen = new SeenCrowd(crowd);
    this.#seen.look(care.hidden, walker.x, walker.z, care.bubble_m);
    world.updateCrowd(crowd, this.#seen, presence.names, now_s);
  }

  #draw({ now_s, dt_s }: Frame): void {
    const { headset, hud, stage, world } = this.parts;
    if (!world.scene || (hud.covered && !headset.mode)) return;
    world.updateHall(now_s, dt_s);
    stage.draw();
  }

  #tellHud({ now_s }: Frame): void {
    if (now_s < this.#nextHud_s || !this.parts.inHall()) return;
    this.#nextHud_s = now_s + HUD_INTERVAL_S;
    const { hud, leading, presence, player: { walker } } = this.parts;
    leading.letters.look();
    hud.setNearby(presence.nearby(walker.x, walker.z, now_s));
    if (!hud.mapOpen || now_s < this.#nextMap_s) return;
    this.#nextMap_s = now_s + MAP_INTERVAL_S;
    hud.setMap({ self: walker, dots: this.#dots, count: presence.dots(this.#dots, now_s), way: leading.guide.way });
  }
}
