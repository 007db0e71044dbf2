/** Everyone in the hall but oneself: NEAR and MID as skinned meshes, FAR as impostors; at most 20 draw calls whatever the crowd. */
import { Frustum, Group, Matrix4, Vector3, type Camera, type IUniform, type WebGLRenderer } from 'three';
import { Actors, type ActorRow } from './actors';
import { Animator } from './animator';
import { Classifier, roomOf, Tier } from './classify';
import type { CrowdView } from './crowdView';
import { FAR_TRIANGLES, FarCrowd } from './farCrowd';
import { ImpostorAtlas } from './impostorAtlas';
import { AvatarKit, dearestBody, type KitDescription, type Level } from './kit';
import { LivePoses } from './livePoses';
import { applyLight, lightUniforms, type AvatarLight } from './light';
import { MotionTexture } from './motionTexture';
import { QUALITY, type AvatarQuality, type QualitySettings } from './quality';

/** Who comes closer to the eye than this dissolves, and is gone at the other: in a crush nobody looks out of somebody's hat. */
const CLOSE_M = 0.75;
const TOO_CLOSE_M = 0.5;
const EYES_M = 1.5;

export interface AvatarCounts {
  near: number;
  mid: number;
  far: number;
  triangles: number;
}

export interface Stage {
  capacity: number;
  classifier: Classifier;
  animator: Animator;
  motion: MotionTexture;
  far: FarCrowd;
  actors: Record<Level, Actors>;
}

export function mostTriangles(kit: KitDescription, { tiers }: QualitySettings, people: number): number {
  const bodies = (level: Level): number => Math.min(people, roomOf(tiers[level])) * dearestBody(kit, level);
  return bodies('near') + bodies('mid') + people * FAR_TRIANGLES;
}

export class AvatarSystem {
  readonly object = new Group();
  readonly counts: AvatarCounts = { near: 0, mid: 0, far: 0, triangles: 0 };
  readonly #light = lightUniforms();
  readonly #time: IUniform<number> = { value: 0 };
  readonly #frustum = new Frustum();
  readonly #matrix = new Matrix4();
  readonly #eye = new Vector3();
  readonly #planes = new Float32Array(24);
  readonly #row: ActorRow = {
    x: 0, y: 0, z: 0, yaw: 0, row: 0, nextRow: 0, mix: 0, blend: 1, formerRow: 0, formerNextRow: 0, formerMix: 0, faceCell: 0,
    headYaw: 0, headPitch: 0, fade: 1, look: 0,
  };
  readonly #live: LivePoses;
  #stage: Stage | null = null;
  #selfSlot: number | null = null;

  private constructor(
    readonly kit: AvatarKit,
    private readonly atlas: ImpostorAtlas,
    private settings: QualitySettings,
    private readonly antialiased: boolean,
  ) {
    this.object.name = 'avatars';
    this.#live = new LivePoses(kit);
  }

  /** `baseUrl`: where the kit's files are, `/avatars/`. */
  static async load(
    baseUrl: string, renderer: WebGLRenderer, quality: AvatarQuality | QualitySettings = 'desktop',
  ): Promise<AvatarSystem> {
    const settings = typeof quality === 'string' ? QUALITY[quality] : quality;
    const kit = await AvatarKit.load(baseUrl);
    const atlas = ImpostorAtlas.capture(kit, settings.impostorLevel, renderer, settings.impostorHeight_px);
    return new AvatarSystem(kit, atlas, settings, renderer.getContextAttributes()?.antialias === true);
  }

  /** What stands ready for the crowd that was last drawn. */
  get stage(): Readonly<Stage> | null {
    return this.#stage;
  }

  setLight(light: AvatarLight): void {
    applyLight(this.#light, light);
  }

  /** For instance `headset` while a session lasts; the pictures of the far tier stay as they were taken. */
  setQuality(quality: AvatarQuality): void {
    this.settings = QUALITY[quality];
    this.#clearStage();
  }

  /** No crowd of so many is more, whichever way one looks. */
  mostTriangles(people: number): number {
    return mostTriangles(this.kit.description, this.settings, people);
  }

  /** One's own avatar is not drawn in first person. */
  setSelfSlot(slot: number | null): void {
    this.#selfSlot = slot;
  }

  /** `t_s`: seconds in the crowd's own time, as in `crowd.motion`. */
  update(crowd: CrowdView, camera: Camera, t_s: number): void {
    const stage = this.#stageFor(crowd);
    this.#time.value = t_s;
    stage.motion.update(crowd);
    this.#look(camera);
    stage.classifier.run(crowd, t_s, this.#planes, this.#eye.x, this.#eye.y, this.#eye.z, this.#selfSlot);
    this.#fill(stage, crowd, t_s);
  }

  dispose(): void {
    this.#clearStage();
    this.atlas.dispose();
    this.kit.dispose();
  }

  #stageFor(crowd: CrowdView): Stage {
    if (this.#stage?.capacity === crowd.capacity) return this.#stage;
    this.#clearStage();
    const { capacity } = crowd;
    const { tiers } = this.settings;
    const motion = new MotionTexture(capacity);
    const stage: Stage = {
      capacity,
      classifier: new Classifier(capacity, tiers),
      animator: new Animator(this.kit.description, capacity),
      motion,
      far: new FarCrowd(this.kit, capacity, this.atlas, motion, this.#light, this.#time, this.antialiased),
      actors: {
        near: new Actors(this.kit, 'near', roomOf(tiers.near), this.#light),
        mid: new Actors(this.kit, 'mid', roomOf(tiers.mid), this.#light),
      },
    };
    this.object.add(stage.far.object, stage.actors.near.object, stage.actors.mid.object);
    this.#stage = stage;
    return stage;
  }

  #clearStage(): void {
    const stage = this.#stage;
    if (!stage) return;
    this.object.clear();
    stage.motion.dispose();
    stage.far.dispose();
    stage.actors.near.dispose();
    stage.actors.mid.dispose();
    this.#stage = null;
  }

  #look(camera: Camera): void {
    camera.updateMatrixWorld();
    this.#matrix.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    this.#frustum.setFromProjectionMatrix(this.#matrix, camera.coordinateSystem);
    this.#frustum.planes.forEach(({ normal, constant }, i) => {
      this.#planes.set([normal.x, normal.y, normal.z, constant], i * 4);
    });
    this.#eye.setFromMatrixPosition(camera.matrixWorld);
  }

  #fill(stage: Stage, crowd: CrowdView, t: number): void {
    const { classifier, far, actors } = stage;
    far.begin();
    this.#live.begin();
    for (let i = 0; i < classifier.farCount; i += 1) {
      const slot = classifier.far[i] as number;
      far.addFar(slot, classifier.fade(slot, Tier.FAR, t));
    }
    this.#act(stage, crowd, t, actors.near, classifier.near, classifier.nearCount, Tier.NEAR);
    this.#act(stage, crowd, t, actors.mid, classifier.mid, classifier.midCount, Tier.MID);
    far.finish();
    this.counts.near = actors.near.count;
    this.counts.mid = actors.mid.count;
    this.counts.far = classifier.farCount;
    this.counts.triangles = actors.near.triangles + actors.mid.triangles + far.triangles;
  }

  #act(stage: Stage, crowd: CrowdView, t: number, actors: Actors, slots: Uint16Array, count: number, tier: number): void {
    const { classifier, animator, far } = stage;
    const row = this.#row;
    actors.begin();
    for (let i = 0; i < count; i += 1) {
      const slot = slots[i] as number;
      const at = slot * 4;
      row.x = classifier.places[at] as number;
      row.y = classifier.places[at + 1] as number;
      row.z = classifier.places[at + 2] as number;
      row.yaw = classifier.places[at + 3] as number;
      row.look = crowd.looks[slot] as number;
      row.headYaw = crowd.headYaw[slot] as number;
      row.headPitch = crowd.headPitch[slot] as number;
      const closeness = this.#closeness(row.x, row.y, row.z);
      if (closeness <= 0) continue;
      row.fade = closeness < 1 ? closeness : classifier.fade(slot, tier, t);
      animator.advance(slot, row.x, row.z, crowd.actions[slot] as number, row.look, t, row);
      const xr = tier === Tier.NEAR ? crowd.xr.get(slot) : undefined;
      if (xr) this.#live.pose(row, xr);
      actors.add(row);
      if (row.fade > 0 && !classifier.alsoFar(slot, t)) far.addShadow(slot);
    }
    actors.finish();
  }

  /** How much there is to see of who stands here: 1 but right before the eye. */
  #closeness(x: number, y: number, z: number): number {
    const metres = Math.hypot(x - this.#eye.x, z - this.#eye.z);
    // From above or below nobody is in the way.
    if (metres >= CLOSE_M || Math.abs(this.#eye.y - y - EYES_M) > EYES_M) return 1;
    return (metres - TOO_CLOSE_M) / (CLOSE_M - TOO_CLOSE_M);
  }
}
