import { BoxGeometry, Color, DirectionalLight, Group, HemisphereLight, Mesh, MeshStandardMaterial, PlaneGeometry, type Scene } from 'three';
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
