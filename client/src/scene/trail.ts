/**
 * The way to a booth, on the floor: arrows that run ahead of the visitor, and a ring where they end. Two draw calls.
 *
 * Unlit and a hand's breadth over the floor, so that it is read by day and by night, and never hides what stands there.
 */
import { BufferGeometry, DoubleSide, Float32BufferAttribute, Group, InstancedMesh, Matrix4, Mesh, MeshBasicMaterial, Quaternion, RingGeometry, Vector3 } from 'three';
import type { Point } from '../player/route';

/** Brass: the lamp that says where to go. */
const COLOUR = 0xe9b949;
const SPACING_M = 1.1;
/** The first stands so far ahead: not under one's feet. */
const AHEAD_M = 1.2;
const ARROWS_MAX = 28;
const OVER_FLOOR_M = 0.05;
const RUN_M_S = 0.7;
const UP = new Vector3(0, 1, 0);

export class Trail {
  readonly object = new Group();
  readonly #arrows: InstancedMesh;
  readonly #ring: Mesh;
  #points: readonly Point[] = [];
  #heightAt: (x: number, z: number) => number = () => 0;
  readonly #matrix = new Matrix4();
  readonly #place = new Vector3();
  readonly #turn = new Quaternion();
  readonly #size = new Vector3(1, 1, 1);

  /** @param still nothing moves by itself */
  constructor(private readonly still: boolean) {
    const material = new MeshBasicMaterial({ color: COLOUR, transparent: true, opacity: 0.92, side: DoubleSide, depthWrite: false, toneMapped: false, fog: false });
    this.#arrows = new InstancedMesh(chevron(), material, ARROWS_MAX);
    this.#arrows.frustumCulled = false;
    this.#arrows.name = 'trail-arrows';
    this.#ring = new Mesh(new RingGeometry(0.62, 0.78, 40).rotateX(-Math.PI / 2), material);
    this.object.add(this.#arrows, this.#ring);
    this.object.renderOrder = 2;
    this.object.visible = false;
    this.object.name = 'trail';
  }

  get shown(): boolean {
    return this.#points.length > 1;
  }

  /** Along these points, over this floor; none: nothing is shown. */
  show(points: readonly Point[], heightAt: (x: number, z: number) => number): void {
    this.#points = points;
    this.#heightAt = heightAt;
    this.object.visible = this.shown;
    const end = points.at(-1);
    if (end) this.#ring.position.set(end.x, heightAt(end.x, end.z) + OVER_FLOOR_M, end.z);
  }

  update(now_s: number): void {
    if (!this.object.visible) return;
    const shift_m = this.still ? 0 : (now_s * RUN_M_S) % SPACING_M;
    let count = 0;
    let walked_m = 0;
    let next_m = AHEAD_M + shift_m;
    for (let index = 1; index < this.#points.length && count < ARROWS_MAX; index += 1) {
      const [from, to] = [this.#points[index - 1] as Point, this.#points[index] as Point];
      const [dx, dz] = [to.x - from.x, to.z - from.z];
      const metres = Math.hypot(dx, dz);
      this.#turn.setFromAxisAngle(UP, Math.atan2(-dx, -dz));
      for (; next_m <= walked_m + metres && count < ARROWS_MAX; next_m += SPACING_M) {
        const part = metres === 0 ? 0 : (next_m - walked_m) / metres;
        const [x, z] = [from.x + dx * part, from.z + dz * part];
        this.#place.set(x, this.#heightAt(x, z) + OVER_FLOOR_M, z);
        this.#arrows.setMatrixAt(count, this.#matrix.compose(this.#place, this.#turn, this.#size));
        count += 1;
      }
      walked_m += metres;
    }
    this.#arrows.count = count;
    this.#arrows.instanceMatrix.needsUpdate = true;
  }

  dispose(): void {
    this.object.removeFromParent();
    this.#arrows.geometry.dispose();
    this.#ring.geometry.dispose();
    (this.#ring.material as MeshBasicMaterial).dispose();
    this.#arrows.dispose();
  }
}

/** An arrow's head lying on the floor, pointing to -Z, 0.5 m wide. */
function chevron(): BufferGeometry {
  const outline = [0, -0.2, 0.25, 0.06, 0.25, 0.2, 0, -0.05, -0.25, 0.2, -0.25, 0.06];
  const positions = [];
  for (let index = 0; index < outline.length; index += 2) positions.push(outline[index] as number, 0, outline[index + 1] as number);
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new Float32BufferAttribute(positions, 3));
  geometry.setIndex([0, 3, 1, 1, 3, 2, 0, 5, 3, 3, 5, 4]);
  return geometry;
}
