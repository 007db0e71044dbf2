/** What is seen: the hall, the avatars and the names over them, in one scene. */
import { AvatarSystem } from '../avatars/system';
import type { Crowd } from '../crowd/crowd';
import type { SeenCrowd } from '../crowd/seen';
import type { Names } from '../crowd/names';
import { fetchBytes, fetchHall, type Booth, type HallDescriptor, type Transform } from '../net/api';
import { Floor } from '../player/floor';
import type { PlacedBooth } from '../scene/booths';
import { EYE_TRIANGLES, REST_TRIANGLES } from '../scene/eye';
import { loadHall, type HallScene } from '../scene/hall';
import { ownGrounds, type Footing } from '../scene/placement';
import { lang } from '../text/catalogue';
import { NAME_TAGS_DESKTOP, NAME_TAGS_PHONE, NameTags } from '../text/nametags';
import type { Booths } from './boothNews';
import type { Stage } from './stage';

export interface LoadEvents {
  described(hall: HallDescriptor): void;
  progress(loaded_bytes: number, total_bytes: number): void;
}

/** A booth that did not come is asked for again after so long. */
const BOOTH_RETRIES_S = [1, 5, 20] as const;

/** How often is looked whether a booth should be seen finer, and when one that did not come is asked for again. */
const REFINE_S = 0.5;
const REFINE_AGAIN_S = 10;

interface HallParts {
  floor: Floor;
  scene: HallScene;
  avatars: AvatarSystem;
}

export class World {
  hall: HallDescriptor | null = null;
  floor: Floor | null = null;
  readonly tags: NameTags;
  #scene: HallScene | null = null;
  #avatars: AvatarSystem | null = null;
  #load: { id: string } | null = null;
  #disposed = false;
  #inHeadset = false;
  /** Changes of booths come one after the other; the newest waits alone. */
  #changing: Promise<void> = Promise.resolve();
  #changes = 0;
  #seesHall = true;
  #preview: Booth | null = null;
  /** The booths that everybody sees. */
  #published: readonly Booth[] = [];
  #refineAt_s = 0;
  #refining = false;

  constructor(private readonly stage: Stage) {
    this.tags = new NameTags(stage.renderer, stage.small ? NAME_TAGS_PHONE : NAME_TAGS_DESKTOP);
    stage.scene.add(this.tags.object);
  }

  get scene(): HallScene | null {
    return this.#scene;
  }

  get avatars(): AvatarSystem | null {
    return this.#avatars;
  }

  /** The hall that is being brought. */
  get loading(): string | null {
    return this.#load?.id ?? null;
  }

  /** Give up what is being brought. */
  keep(): void {
    this.#load = null;
  }

  /**
   * Bring a hall; the one before stays until the new one can be drawn. False when another was asked for meanwhile.
   * Throws ApiError, FloorError, FileFailed.
   */
  async load(id: string, events: LoadEvents): Promise<boolean> {
    const load = { id };
    this.#load = load;
    const wanted = (): boolean => load === this.#load && !this.#disposed;
    try {
      const hall = await fetchHall(id);
      if (!wanted()) return false;
      events.described(hall);
      const parts = await this.#fetch(hall, (loaded, total) => {
        if (wanted()) events.progress(loaded, total);
      });
      if (wanted()) this.#show(hall, parts);
      else this.#drop(parts);
      return wanted();
    } catch (error) {
      if (!wanted()) return false;
      throw error;
    } finally {
      if (load === this.#load) this.#load = null;
    }
  }

  setSelfSlot(slot: number | null): void {
    this.#avatars?.setSelfSlot(slot);
  }

  /** Two views are drawn in a headset: fewer bodies for each. */
  setInHeadset(inHeadset: boolean): void {
    if (inHeadset === this.#inHeadset) return;
    this.#inHeadset = inHeadset;
    this.#avatars?.setQuality(inHeadset ? 'headset' : this.stage.small ? 'phone' : 'desktop');
    void this.#scene?.setInHeadset(inHeadset);
  }

  /** The hall disappears while the real room is seen behind what is placed in it. */
  setHallVisible(visible: boolean): void {
    this.#seesHall = visible;
    if (this.#scene) this.#scene.root.visible = visible;
    if (visible) this.#bringBooths();
    if (this.#avatars) this.#avatars.object.visible = visible;
    this.tags.object.visible = visible;
  }

  /** The booths of the shown hall are these now: the floor at once, what is seen as it comes. */
  setBooths({ booths, booths_revision }: Booths): void {
    if (!this.hall) return;
    this.#published = booths;
    this.hall.booths_revision = booths_revision;
    this.#boothsChanged();
  }

  /** A booth that nobody else sees, in place of what stands in its slot; null: as everybody sees the hall. */
  setPreview(booth: Booth | null): void {
    this.#preview = booth;
    this.#boothsChanged();
  }

  #boothsChanged(): void {
    if (this.hall) this.hall.booths = this.#booths();
    this.blockFloor();
    this.#bringBooths();
  }

  /** The booth that only this visitor sees was moved by hand: the floor follows. */
  movePreview(transform: Transform, footing: Footing): void {
    if (!this.#preview) return;
    this.#preview = { ...this.#preview, transform, ...footing };
    if (this.hall) this.hall.booths = this.#booths();
    const placed = this.boothOf(this.#preview.id);
    if (placed) {
      placed.booth = this.#preview;
      placed.place(transform);
    }
    this.#scene?.refreshShadows();
    this.blockFloor();
  }

  /** Nobody stands where booths do, one steps up on what is low of them; where one of the hall's own is gone, one walks. */
  blockFloor(): void {
    const booths = this.hall?.booths ?? [];
    const grounds = ownGrounds(booths, this.hall?.slots ?? []);
    this.floor?.block(booths.flatMap(({ blocks }) => blocks ?? []), grounds, booths.flatMap(({ decks }) => decks ?? []));
  }

  /** What stands in the hall, as this visitor sees it. */
  #booths(): Booth[] {
    const preview = this.#preview;
    const others = this.#published.filter(({ id, slot }) => slot !== preview?.slot && id !== preview?.id);
    return preview ? [...others, preview] : others;
  }

  boothOf(id: string): PlacedBooth | null {
    return this.#scene?.boothOf(id) ?? null;
  }

  /** A change of booths is being brought. */
  get changing(): boolean {
    return this.#changes > 0;
  }

  /** Not while the room is seen in place of the hall: what is placed there is a copy of a booth, with its textures. */
  #bringBooths(): void {
    const scene = this.#scene;
    const { hall } = this;
    if (!scene || !hall || !this.#seesHall) return;
    this.#changes += 1;
    this.#changing = this.#changing.then(async () => {
      if (scene === this.#scene && this.#changes === 1) await this.#retry(scene, () => hall.booths);
      this.#changes -= 1;
    });
  }

  /** Until all of them came, a few times. */
  async #retry(scene: HallScene, booths: () => readonly Booth[]): Promise<void> {
    const { renderer, scene: drawn, camera } = this.stage;
    const wanted = (): boolean => scene === this.#scene && !this.#disposed && this.#changes === 1;
    for (const pause_s of BOOTH_RETRIES_S) {
      const failed = await scene.setBooths(booths(), { renderer, scene: drawn, camera, wanted, nextFrame: () => this.stage.nextFrame() });
      if (failed.length === 0 || !wanted()) return;
      await new Promise((resolve) => setTimeout(resolve, pause_s * 1000));
    }
  }

  /** `seen` is who of the crowd is to be drawn. */
  updateCrowd(crowd: Crowd, seen: SeenCrowd, names: Names, now_s: number): void {
    const t = now_s - crowd.epoch;
    this.#avatars?.update(seen, this.stage.camera, t);
    this.tags.update(seen, names.byId, this.stage.camera, t);
    if (this.#scene && this.#avatars) this.#scene.triangles = EYE_TRIANGLES - REST_TRIANGLES - this.#avatars.mostTriangles(crowd.count);
  }

  updateHall(now_s: number, dt_s: number): void {
    this.#scene?.update(now_s, dt_s, this.stage.camera);
    if (now_s >= this.#refineAt_s) this.#refine(now_s);
  }

  /** One booth after the other becomes finer as one comes near; changes of booths go first. */
  #refine(now_s: number): void {
    this.#refineAt_s = now_s + REFINE_S;
    const scene = this.#scene;
    if (!scene || this.#refining || this.#changes > 0 || !this.#seesHall) return;
    const { renderer, scene: drawn, camera } = this.stage;
    const wanted = (): boolean => scene === this.#scene && !this.#disposed && this.#changes === 0;
    this.#refining = true;
    void scene
      .refine({ renderer, scene: drawn, camera, wanted, nextFrame: () => this.stage.nextFrame() })
      // what does not come is asked for again, not at once
      .catch(() => (this.#refineAt_s = now_s + REFINE_AGAIN_S))
      .finally(() => (this.#refining = false));
  }

  dispose(): void {
    this.#disposed = true;
    this.#scene?.dispose();
    this.#avatars?.dispose();
    this.tags.dispose();
  }

  /** All of a hall or nothing: what came beside a part that failed is given back. */
  async #fetch(hall: HallDescriptor, progress: LoadEvents['progress']): Promise<HallParts> {
    const { renderer, small } = this.stage;
    const floor = fetchBytes(hall.floor).then((bytes) => Floor.parse(bytes));
    const scene = loadHall(hall, renderer, progress, { quality: small ? 'low' : 'high', lang: lang() });
    const avatars = Promise.resolve(this.#avatars ?? AvatarSystem.load('/avatars/', renderer, small ? 'phone' : 'desktop'));
    try {
      const [f, s, a] = await Promise.all([floor, scene, avatars]);
      return { floor: f, scene: s, avatars: a };
    } catch (error) {
      void scene.then((came) => came.dispose(), () => undefined);
      void avatars.then((came) => this.#dropAvatars(came), () => undefined);
      throw error;
    }
  }

  #drop({ scene, avatars }: HallParts): void {
    scene.dispose();
    this.#dropAvatars(avatars);
  }

  #dropAvatars(avatars: AvatarSystem): void {
    if (avatars !== this.#avatars) avatars.dispose();
  }

  #show(hall: HallDescriptor, { floor, scene, avatars }: HallParts): void {
    this.#scene?.dispose();
    scene.attach(this.stage.scene);
    if (!this.#avatars) {
      this.stage.scene.add(avatars.object);
      if (this.#inHeadset) avatars.setQuality('headset');
    }
    avatars.setLight(scene.light);
    this.hall = hall;
    this.#published = hall.booths;
    this.#preview = null;
    this.floor = floor;
    this.#scene = scene;
    this.#avatars = avatars;
    this.blockFloor();
    if (this.#inHeadset) void scene.setInHeadset(true);
  }
}
