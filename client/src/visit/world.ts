/** What is seen: the hall, the avatars and the names over them, in one scene. */
import { AvatarSystem } from '../avatars/system';
import type { Crowd } from '../crowd/crowd';
import type { Names } from '../crowd/names';
import { fetchBytes, fetchHall, type HallDescriptor } from '../net/api';
import { Floor } from '../player/floor';
import { loadHall, type HallScene } from '../scene/hall';
import { lang } from '../text/catalogue';
import { NAME_TAGS_DESKTOP, NAME_TAGS_PHONE, NameTags } from '../text/nametags';
import type { Stage } from './stage';

export interface LoadEvents {
  described(hall: HallDescriptor): void;
  progress(loaded_bytes: number, total_bytes: number): void;
}

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
  }

  /** The hall disappears while the real room is seen behind what is placed in it. */
  setHallVisible(visible: boolean): void {
    if (this.#scene) this.#scene.root.visible = visible;
    if (this.#avatars) this.#avatars.object.visible = visible;
    this.tags.object.visible = visible;
  }

  updateCrowd(crowd: Crowd, names: Names, now_s: number): void {
    const t = now_s - crowd.epoch;
    this.#avatars?.update(crowd, this.stage.camera, t);
    this.tags.update(crowd, names.byId, this.stage.camera, t);
  }

  updateHall(now_s: number, dt_s: number): void {
    this.#scene?.update(now_s, dt_s, this.stage.camera);
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
    this.floor = floor;
    this.#scene = scene;
    this.#avatars = avatars;
  }
}
