import { BoxGeometry, CapsuleGeometry, Color, DirectionalLight, Group, HemisphereLight, InstancedMesh, Matrix4, Mesh, MeshStandardMaterial, PlaneGeometry, type Scene } from 'three';
import type { Crowd } from '../crowd/crowd';
import type { HallDescriptor } from '../net/api';
export async function loadHall(_d: HallDescriptor, scene: Scene) {
  const root = new Group();
  const floor = new Mesh(new PlaneGeometry(200, 200), new MeshStandardMaterial({ color: 0x8a9a80 }));
  floor.rotation.x = -Math.PI / 2;
  root.add(floor, new HemisphereLight(0xffffff, 0x667755, 2), new DirectionalLight(0xffffff, 1));
  for (let i = 0; i < 10; i += 1) { const b = new Mesh(new BoxGeometry(0.5, 3, 0.5), new MeshStandardMaterial({ color: 0xaa5533 })); b.position.set(i * 4 - 20, 1.5, -8); root.add(b); }
  scene.background = new Color(0x9bb4c8);
  scene.add(root);
  return { root, update() {}, dispose() { scene.remove(root); } };
}
export class StandinAvatars {
  readonly object = new InstancedMesh(new CapsuleGeometry(0.25, 1.1), new MeshStandardMaterial({ color: 0x3366aa }), 2000);
  #p = new Float32Array(4); #m = new Matrix4(); #self: number | null = null;
  constructor() { this.object.frustumCulled = false; }
  setSelfSlot(s: number | null) { this.#self = s; }
  update(crowd: Crowd, _camera: unknown, t: number) {
    let n = 0;
    for (let s = 0; s < crowd.extent && n < 2000; s += 1) { if (!crowd.present[s] || s === this.#self) continue; const p = crowd.positionAt(s, t, this.#p); this.object.setMatrixAt(n++, this.#m.makeTranslation(p[0]!, p[1]! + 0.8, p[2]!)); }
    this.object.count = n; this.object.instanceMatrix.needsUpdate = true;
  }
  dispose() {}
}
