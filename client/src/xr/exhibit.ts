/**
 * AR: the nearest exhibit at life size on the visitor's own floor, the room seen behind it.
 *
 * The hall is put away and the rig stands at the origin, so that the session's floor is y = 0 of the scene. The exhibit is a
 * copy that shares the hall's geometry and materials; nothing is loaded, nothing is freed.
 */
import { Box3, Group, Vector3, type Object3D, type Scene } from 'three';

/** Free floor between the visitor and the front of the exhibit. */
const BEFORE_M = 1.3;
/** Wider exhibits are shown as models on the floor: a living room has no room for a shop. */
const WIDEST_M = 4.5;

export class Exhibit {
  readonly object = new Group();
  #depth_m = 0;
  #keptFog: Scene['fog'] = null;
  #keptBackground: Scene['background'] = null;

  constructor(private readonly scene: Scene) {
    this.object.name = 'ar-exhibit';
  }

  /** Show a copy of `model`, whose front is -Z, its middle on the floor. */
  begin(model: Object3D | null): void {
    this.#keptFog = this.scene.fog;
    this.#keptBackground = this.scene.background;
    this.scene.fog = null;
    this.scene.background = null;
    this.object.clear();
    if (model) this.#put(model);
    this.scene.add(this.object);
  }

  end(): void {
    this.scene.fog = this.#keptFog;
    this.scene.background = this.#keptBackground;
    this.scene.remove(this.object);
    this.object.clear();
  }

  /** Stand it before somebody at (x, z) who looks along `yaw`, its front towards them. */
  standBefore(x: number, z: number, yaw: number): void {
    const metres = BEFORE_M + this.#depth_m / 2;
    this.standAt(x - Math.sin(yaw) * metres, z - Math.cos(yaw) * metres, x, z);
  }

  standAt(x: number, z: number, viewerX: number, viewerZ: number): void {
    this.object.position.set(x, 0, z);
    // The front is -Z: it looks at the viewer.
    this.object.rotation.y = Math.atan2(-(viewerX - x), -(viewerZ - z));
  }

  #put(model: Object3D): void {
    const copy = model.clone(true);
    copy.position.set(0, 0, 0);
    copy.rotation.set(0, 0, 0);
    copy.visible = true;
    copy.updateMatrixWorld(true);
    const box = new Box3().setFromObject(copy);
    const size = box.getSize(new Vector3());
    const scale = Math.min(1, WIDEST_M / Math.max(size.x, size.z, 0.01));
    copy.scale.multiplyScalar(scale);
    copy.position.y = -box.min.y * scale;
    this.#depth_m = size.z * scale;
    this.object.add(copy);
  }
}
