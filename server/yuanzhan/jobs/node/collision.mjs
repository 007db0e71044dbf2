// What visitors bump into and stand on: the same nodes and names, shapes alone, a few thousand triangles.
import { PropertyType } from '@gltf-transform/core';
import { prune } from '@gltf-transform/functions';

/** Takes from `document` all that is only for the eye. Nodes, their extras and what extensions say of bodies stay. */
export async function shapesAlone(document) {
  const root = document.getRoot();
  for (const animation of root.listAnimations()) {
    for (const part of [...animation.listChannels(), ...animation.listSamplers()]) part.dispose();
    animation.dispose();
  }
  for (const mesh of root.listMeshes()) {
    for (const primitive of mesh.listPrimitives()) {
      for (const target of primitive.listTargets()) target.dispose();
      for (const semantic of primitive.listSemantics()) if (semantic !== 'POSITION') primitive.setAttribute(semantic, null);
      for (const extension of primitive.listExtensions()) extension.dispose();
      primitive.setMaterial(null);
    }
    mesh.setWeights([]);
    // names of morph targets without the targets would be a fault
    const { targetNames, ...extras } = mesh.getExtras();
    if (targetNames) mesh.setExtras(extras);
  }
  for (const node of root.listNodes()) node.setSkin(null).setWeights([]);
  for (const list of [root.listSkins(), root.listMaterials(), root.listTextures()]) for (const property of list) property.dispose();
  const { ACCESSOR, BUFFER } = PropertyType;
  await document.transform(prune({ propertyTypes: [ACCESSOR, BUFFER], keepExtras: false, keepAttributes: true, keepLeaves: true }));
}
