/**
 * One's own booth in the hall before anybody else sees it (`/halls/{hall}?preview={booth}`): brought, moved inside its slot by
 * mouse, fingers and keys, and saved.
 */
import { hrefOf } from '../exhibitor/address';
import { broughtIn } from '../exhibitor/fit';
import type { Bounds, HallDescriptor, Slot, Transform } from '../net/api';
import { ApiError } from '../net/api';
import { fetchPreview, saveTransform, type PreviewBooth } from '../net/booths';
import { fit, IDENTITY, movedFooting, standingBox } from '../scene/placement';
import { createPreviewBar, type Nudge, type PreviewBar } from '../ui/previewBar';
import { Handling } from './handling';
import type { Stage } from './stage';
import type { World } from './world';

const STEP_M = 0.05;
const TURN_DEG = 5;
const SCALE_STEP = 1.05;
/** One stands so far before the front of a place that all of its width is seen, or nearer where there is no floor. */
const BEFORE_M = [3, 6] as const;
const BEFORE_STEP_M = 0.25;
/** A little downwards: most booths are lower than eyes. On an upright screen the panel is above, and the booth below it. */
const PITCH = -0.12;
/** For so long one is brought there, and not faster than the server lets somebody teleport, nor farther (hall/motion.py). */
const COMING_S = 5;
const AGAIN_S = 0.7;
const TELEPORT_M = 11;
const WALKS_MPS = 0.05;

/** Who looks at it. */
export interface PreviewPlayer {
  readonly walker: { readonly x: number; readonly z: number; readonly yaw: number; readonly speed: number };
  /** Be there at once, if it is near. */
  stand(x: number, z: number, yaw: number, pitch: number): void;
  /** Ask to be taken to a place of the hall. */
  go(place: string): void;
}

export class Preview {
  readonly bar: PreviewBar;
  #booth: PreviewBooth | null = null;
  #slot: Slot | null = null;
  #transform: Transform = IDENTITY;
  #saved: Transform = IDENTITY;
  #handling: Handling | null = null;
  /** One stands before it; from then on one walks. */
  #came = false;
  #comes_s = Infinity;
  #again_s = -Infinity;
  #disposed = false;

  constructor(private readonly root: HTMLElement, private readonly id: string, private readonly stage: Stage, private readonly world: World, private readonly player: PreviewPlayer) {
    this.bar = createPreviewBar({
      back: hrefOf({ view: 'booth', booth: id, tab: 'dress' }),
      nudge: (nudge, fine) => this.#nudge(nudge, fine),
      reset: () => this.#move(this.#saved),
      save: () => void this.#save(),
    });
    root.append(this.bar.element);
    window.addEventListener('beforeunload', this.#leaving);
  }

  /** The hall is on the screen. */
  async begin(hall: HallDescriptor): Promise<void> {
    this.#handling?.dispose();
    this.#handling = null;
    this.#slot = null;
    this.bar.say({ state: 'loading' });
    try {
      const booth = this.#booth ?? (await fetchPreview(this.id));
      if (this.#disposed || this.world.hall !== hall) return;
      this.#booth = booth;
      const slot = hall.slots.find(({ id }) => id === booth.slot);
      if (booth.hall !== hall.id || !slot) return this.bar.say({ state: 'elsewhere', hall: booth.hall, id: this.id });
      this.#stand(booth, slot);
    } catch (error) {
      if (!this.#disposed) this.bar.say({ state: 'failed', code: error instanceof ApiError ? error.code : 'unreachable' });
    }
  }

  /** In each frame in the hall: once the booth is known, one is brought before it, until one is there or walks. */
  look(now_s: number): void {
    if (this.#came || !this.#slot) return;
    const before = this.#before(this.#slot);
    this.#comes_s = Math.min(this.#comes_s, now_s);
    if (!before || now_s > this.#comes_s + COMING_S || this.player.walker.speed > WALKS_MPS) this.#came = true;
    else if (now_s >= this.#again_s) {
      const { x, z } = this.player.walker;
      const metres = Math.hypot(x - before.x, z - before.z);
      if (metres < 0.1) return;
      // The server may have its own word on where one arrives, and it comes later.
      this.#again_s = now_s + AGAIN_S;
      if (metres > TELEPORT_M) this.player.go(this.#slot.id);
      else this.player.stand(before.x, before.z, before.yaw, before.pitch);
    }
  }

  /** From where all of its place is seen. */
  #before({ position: [x, , z], yaw, size_m: [width, , depth] }: Slot): { x: number; z: number; yaw: number; pitch: number } | null {
    const { fov, aspect } = this.stage.camera;
    const across = Math.tan((fov * Math.PI) / 360) * aspect;
    const aside = Math.atan(this.#middle() * across);
    const farthest = Math.min(BEFORE_M[1], Math.max(BEFORE_M[0], width / 2 / across - depth / 2));
    for (let before = farthest; before > 0; before -= BEFORE_STEP_M) {
      const [atX, atZ] = [x - Math.sin(yaw) * (depth / 2 + before), z - Math.cos(yaw) * (depth / 2 + before)];
      if (this.world.floor?.canStand(atX, atZ)) return { x: atX, z: atZ, yaw: yaw + Math.PI + aside, pitch: aspect < 1 ? 0 : PITCH };
    }
    return null;
  }

  /** The middle of what the panel leaves free, from -1 at the left edge to 1 at the right. */
  #middle(): number {
    const { left, right, width } = this.bar.element.getBoundingClientRect();
    const all = this.stage.canvas.clientWidth;
    if (width > all / 2) return 0;
    return (left < all - right ? right + all : left) / all - 1;
  }

  dispose(): void {
    this.#disposed = true;
    window.removeEventListener('beforeunload', this.#leaving);
    this.#handling?.dispose();
    this.bar.element.remove();
  }

  #stand(booth: PreviewBooth, slot: Slot): void {
    this.#slot = slot;
    this.#transform = this.#saved = booth.transform;
    this.world.setPreview(booth);
    this.bar.setTitle(booth.title);
    this.#handling = new Handling({
      surface: this.stage.canvas,
      camera: this.stage.camera,
      slot,
      box: () => {
        const bounds = this.#bounds();
        return bounds && this.world.boothOf(booth.id) ? standingBox(bounds, this.#transform, slot) : null;
      },
      covered: (x, y) => this.#onStick(x, y),
      transform: () => this.#transform,
      moved: (wish) => this.#move(wish),
      held: (holding) => {
        if (!holding) this.bar.focus();
      },
    });
    if (this.#sticksOut(booth.transform, slot)) this.#move(booth.transform);
    else this.#tell();
  }

  /** Saved larger than its place, one would stand in the midst of it and could not take hold of it. */
  #sticksOut({ offset_m, yaw_deg, scale }: Transform, slot: Slot): boolean {
    const bounds = this.#bounds();
    if (!bounds) return false;
    const within = fit(bounds, { offset_m, yaw_deg, scale }, slot);
    return within.scale < scale - 0.02 || within.offset_m.some((metres, axis) => Math.abs(metres - (offset_m[axis] as number)) > 0.02);
  }

  /** As near to the wish as the slot lets it. */
  #move(wish: Transform): void {
    const bounds = this.#bounds();
    if (!bounds || !this.#booth || !this.#slot) return;
    this.#transform = fit(bounds, wish, this.#slot);
    this.world.movePreview(this.#transform, movedFooting(this.#booth, this.#transform, this.#slot));
    this.#tell();
  }

  #bounds(): Bounds | null {
    return this.#booth?.bounds ?? (this.#booth && this.world.boothOf(this.#booth.id)?.bounds) ?? null;
  }

  /** The walking stick rests over the hall, and over the booth on a small screen. */
  #onStick(x: number, y: number): boolean {
    const stick = this.root.querySelector('.joystick')?.getBoundingClientRect();
    return stick !== undefined && x >= stick.left && x < stick.right && y >= stick.top && y < stick.bottom;
  }

  /** Left, right, nearer and farther as the visitor sees them. */
  #nudge(nudge: Nudge, fine: boolean): void {
    const { offset_m: [x, z], yaw_deg, scale } = this.#transform;
    if (nudge === 'turn-left' || nudge === 'turn-right') {
      return this.#move({ ...this.#transform, yaw_deg: yaw_deg + (nudge === 'turn-left' ? 1 : -1) * (fine ? 1 : TURN_DEG) });
    }
    if (nudge === 'smaller' || nudge === 'larger') {
      const step = fine ? 1.01 : SCALE_STEP;
      return this.#move({ ...this.#transform, scale: nudge === 'larger' ? Math.max(scale * step, scale + 0.01) : Math.min(scale / step, scale - 0.01) });
    }
    const step = fine ? 0.01 : STEP_M;
    const quarters = Math.round((this.player.walker.yaw - (this.#slot?.yaw ?? 0)) / (Math.PI / 2));
    const ways = { right: 0, farther: 1, left: 2, nearer: 3 } as const;
    const angle = (ways[nudge] + quarters) * (Math.PI / 2);
    this.#move({ ...this.#transform, offset_m: [x + Math.cos(angle) * step, z - Math.sin(angle) * step] });
  }

  async #save(): Promise<void> {
    const booth = this.#booth;
    const transform = this.#transform;
    const slot = this.#slot;
    if (!booth || !slot) return;
    this.bar.say({ state: 'saving' });
    try {
      // Panels are not handled here: those that left the place with the booth would be seen only when it is submitted.
      await saveTransform(booth, transform, (at) => broughtIn(at, transform, slot));
      this.#saved = transform;
      this.#booth = { ...booth, transform, ...movedFooting(booth, transform, slot) };
      this.#tell(true);
    } catch (error) {
      this.bar.say({ state: 'not-saved', code: error instanceof ApiError ? error.code : 'unreachable', detail: error instanceof ApiError ? error.message : '' });
    }
  }

  #tell(justSaved = false): void {
    const changed = JSON.stringify(this.#transform) !== JSON.stringify(this.#saved);
    this.bar.say({ state: 'standing', transform: this.#transform, changed, justSaved });
  }

  readonly #leaving = (event: BeforeUnloadEvent): void => {
    if (JSON.stringify(this.#transform) !== JSON.stringify(this.#saved)) event.preventDefault();
  };
}
