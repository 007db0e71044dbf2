/** What the graphics card holds of an object, given back. */
import { type Material, Mesh, type Object3D } from 'three';
import { texturesIn } from './warm';

export function disposeObject(object: Object3D): void {
  if (!(object instanceof Mesh)) return;
  object.geometry.dispose();
  for (const material of [object.material].flat() as Material[]) disposeMaterial(material);
}

export function disposeMaterial(material: Material): void {
  for (const texture of texturesIn(material)) {
    texture.dispose();
    if (typeof ImageBitmap !== 'undefined' && texture.image instanceof ImageBitmap) texture.image.close();
  }
  material.dispose();
}
