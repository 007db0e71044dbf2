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

export class World {
  hall: HallDescriptor | null = null;
  floor: Floor | null = null;
  #scene: HallScene | null = null;
  #avatars: AvatarSystem | null = null;
  readonly #tags: NameTags;
  #loads = 0;
  #disposed = false;
  #inHeadset = false;

  constructor(private readonly stage: Stage) {
    this.#tags = new NameTags(stage.renderer, stage.small ? NAME_TAGS_PHONE : NAME_TAGS_DESKTOP);
    stage.scene.add(this.#tags.object);
  }

  get scene(): HallScene | null {
    return this.#scene;
  }

  get avatars(): AvatarSystem | null {
    return this.#avatars;
  }

  /**
   * Bring a hall; the one before stays until the new one can be drawn. False when another was asked for meanwhile.
   * Throws ApiError, FloorError, FileFailed.
   */
  async load(id: string, events: LoadEvents): Promise<boolean> {
    const load = ++this.#loads;
    const stale = (): boolean => load !== this.#loads || this.#disposed;
    const hall = await fetchHall(id);
    if (stale()) return false;
    events.described(hall);
    const { renderer, small } = this.stage;
    const [floor, scene, avatars] = await Promise.all([
      fetchBytes(hall.floor).then((bytes) => Floor.parse(bytes)),
      loadHall(hall, renderer, events.progress, { quality: small ? 'low' : 'high', lang: lang() }),
      this.#avatars ?? AvatarSystem.load('/avatars/', renderer, small ? 'phone' : 'desktop'),
    ]);
    if (stale()) {
      scene.dispose();
      if (avatars !== this.#avatars) avatars.dispose();
      return false;
    }
    this.#show(hall, floor, scene, avatars);
    return true;
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
    this.#tags.object.visible = visible;
  }

  updateCrowd(crowd: Crowd, names: Names, now_s: number): void {
    const t = now_s - crowd.epoch;
    this.#avatars?.update(crowd, this.stage.camera, t);
    this.#tags.update(crowd, names.byId, this.stage.camera, t);
  }

  updateHall(now_s: number, dt_s: number): void {
    this.#scene?.update(now_s, dt_s, this.stage.camera);
  }

  dispose(): void {
    this.#disposed = true;
    this.#scene?.dispose();
    this.#avatars?.dispose();
    this.#tags.dispose();
  }

  #show(hall: HallDescriptor, floor: Floor, scene: HallScene, avatars: AvatarSystem): void {
    this.#scene?.dispose();
    scene.attach(this.stage.scene);
    if (!this.#avatars) this.stage.scene.add(avatars.object);
    avatars.setLight(scene.light);
    this.hall = hall;
    this.floor = floor;
    this.#scene = scene;
    this.#avatars = avatars;
  }
}
