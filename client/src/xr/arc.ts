/** The teleport arc and its target ring: jade where one can go, cinnabar where not. Two draw calls, shown while aiming. */
import {
  BufferAttribute, BufferGeometry, Color, Group, Line, LineBasicMaterial, Mesh, MeshBasicMaterial, RingGeometry,
} from 'three';
import { ARC_POINTS, type Landing } from './aim';

const CAN_GO = new Color(0x8fc5b0);
const CANNOT_GO = new Color(0xef9280);
const RING_INNER_M = 0.2;
const RING_OUTER_M = 0.28;
const ABOVE_FLOOR_M = 0.03;

export class Arc {
  readonly object = new Group();
  readonly #points = new BufferAttribute(new Float32Array(ARC_POINTS * 3), 3);
  readonly #line: Line<BufferGeometry, LineBasicMaterial>;
  readonly #ring: Mesh<RingGeometry, MeshBasicMaterial>;

  constructor() {
    const geometry = new BufferGeometry().setAttribute('position', this.#points);
    this.#line = new Line(geometry, new LineBasicMaterial({ toneMapped: false, fog: false }));
    this.#line.frustumCulled = false;
    const ring = new RingGeometry(RING_INNER_M, RING_OUTER_M, 40).rotateX(-Math.PI / 2);
    this.#ring = new Mesh(ring, new MeshBasicMaterial({ toneMapped: false, fog: false, transparent: true, opacity: 0.9 }));
    this.object.add(this.#line, this.#ring);
    this.object.visible = false;
  }

  show(landing: Landing): void {
    this.object.visible = true;
    this.#points.copyArray(landing.points);
    this.#points.needsUpdate = true;
    this.#line.geometry.setDrawRange(0, landing.count);
    const colour = landing.valid ? CAN_GO : CANNOT_GO;
    this.#line.material.color.copy(colour);
    this.#ring.material.color.copy(colour);
    this.#ring.visible = landing.at !== null;
    if (landing.at) this.#ring.position.set(landing.at.x, landing.at.y + ABOVE_FLOOR_M, landing.at.z);
  }

  hide(): void {
    this.object.visible = false;
  }

  dispose(): void {
    this.#line.geometry.dispose();
    this.#line.material.dispose();
    this.#ring.geometry.dispose();
    this.#ring.material.dispose();
  }
}
