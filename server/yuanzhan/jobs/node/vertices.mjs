// Vertex attributes that no material looks at.
import { listTextureInfoByMaterial } from '@gltf-transform/functions';

/**
 * A transform that drops texture coordinates above the last that is used, and tangents without a normal map.
 *
 * Every colour choice (KHR_materials_variants) counts. A material with extras or an unknown extension may need anything: a
 * lightmap lies on coordinates that no texture of its own names.
 */
export function unusedAttributes() {
  return (document) => {
    for (const mesh of document.getRoot().listMeshes()) {
      for (const primitive of mesh.listPrimitives()) drop(primitive, materialsOf(primitive));
    }
  };
}

function materialsOf(primitive) {
  const variants = primitive.getExtension('KHR_materials_variants')?.listMappings() ?? [];
  return [primitive.getMaterial(), ...variants.map((mapping) => mapping.getMaterial())].filter(Boolean);
}

function drop(primitive, materials) {
  if (materials.some(isOpenEnded)) return;
  const coordinates = materials.flatMap((material) => listTextureInfoByMaterial(material).map((info) => info.getTexCoord()));
  const last = Math.max(-1, ...coordinates);
  const isBumpy = materials.some((material) => material.getNormalTexture() || material.listExtensions().length > 0);
  for (const semantic of primitive.listSemantics()) {
    const isUnused = /^TEXCOORD_/.test(semantic) ? Number(semantic.slice(9)) > last : semantic === 'TANGENT' && !isBumpy;
    if (!isUnused) continue;
    for (const holder of [primitive, ...primitive.listTargets()]) holder.setAttribute(semantic, null);
  }
}

function isOpenEnded(material) {
  return Object.keys(material.getExtras()).length > 0 || material.listExtensions().some((own) => own.propertyType.startsWith('Kept:'));
}
