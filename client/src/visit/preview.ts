/**
 * One's own booth in the hall before anybody else sees it (`/halls/{hall}?preview={booth}`): brought, moved inside its slot by
 * mouse, fingers and keys, and saved.
 */
import type { HallDescriptor, Slot, Transform } from '../net/api';
import { ApiError } from '../net/api';
import { fetchPreview, saveTransform, type PreviewBooth } from '../net/booths';
import { blocksOf, fit, IDENTITY } from '../scene/placement';
import { createPreviewBar, type Nudge, type PreviewBar } from '../ui/previewBar';
import { Handling } from './handling';
import type { Stage } from './stage';
import type { World } from './world';

const STEP_M = 0.05;
const TURN_DEG = 5;
const SCALE_STEP = 1.05;

export class Preview {
  readonly bar: PreviewBar;
  #booth: PreviewBooth | null = null;
  #slot: Slot | null = null;
  #transform: Transform = IDENTITY;
  #saved: Transform = IDENTITY;
  #handling: Handling | null = null;
  #disposed = false;

  constructor(root: HTMLElement, private readonly id: string, private readonly stage: Stage, private readonly world: World, private readonly yaw: () => number) {
    this.bar = createPreviewBar({
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
      object: () => this.world.boothOf(booth.id)?.object ?? null,
      transform: () => this.#transform,
      moved: (wish) => this.#move(wish),
      held: (holding) => {
        if (!holding) this.bar.focus();
      },
    });
    this.#tell();
  }

  /** As near to the wish as the slot lets it. */
  #move(wish: Transform): void {
    const bounds = this.#booth?.bounds ?? (this.#booth && this.world.boothOf(this.#booth.id)?.bounds);
    if (!bounds || !this.#slot) return;
    this.#transform = fit(bounds, wish, this.#slot);
    this.world.movePreview(this.#transform, blocksOf(bounds, this.#transform, this.#slot));
    this.#tell();
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
    const quarters = Math.round((this.yaw() - (this.#slot?.yaw ?? 0)) / (Math.PI / 2));
    const ways = { right: 0, farther: 1, left: 2, nearer: 3 } as const;
    const angle = (ways[nudge] + quarters) * (Math.PI / 2);
    this.#move({ ...this.#transform, offset_m: [x + Math.cos(angle) * step, z - Math.sin(angle) * step] });
  }

  async #save(): Promise<void> {
    const booth = this.#booth;
    const transform = this.#transform;
    if (!booth) return;
    this.bar.say({ state: 'saving' });
    try {
      await saveTransform(booth, transform);
      this.#saved = transform;
      this.#booth = { ...booth, transform };
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
