// Extensions that glTF-Transform does not know (OMI_*, KHR_audio_emitter, a vendor's own) live through reading and writing.
//
// Each unknown name gets a class of its own whose properties hold the JSON as it was. What such JSON may refer to by number:
//   bufferView, accessor, and textures ("...Texture": {index}) are followed, since writing renumbers them;
//   nodes, meshes, materials, cameras, skins, scenes and animations are not, since nobody can know which number means which:
//   a document with kept extensions must leave those lists in their order and length (see `hasKept`).
// Animation channels with a pointer for a target (KHR_animation_pointer) are kept in the same way.
import { Extension, ExtensionProperty, PropertyType, RefMap, TextureInfo } from '@gltf-transform/core';

const PARENTS = Object.values(PropertyType);

/** Extension classes for every name in `json` that is not among `known` (extension classes). */
export function keptExtensions(json, known) {
  const names = new Set(known.map((extension) => extension.EXTENSION_NAME));
  return extensionNames(json)
    .filter((name) => !names.has(name))
    .map(keptExtension);
}

/** True when the document has extensions that may refer to nodes, meshes or materials by number. */
export function hasKept(document) {
  return document.getRoot().listExtensionsUsed().some((extension) => extension.isKept);
}

/** The bytes that kept extensions hold (sounds, mostly). */
export function keptBytes(document) {
  let bytes = 0;
  for (const extension of document.getRoot().listExtensionsUsed()) {
    if (!extension.isKept) continue;
    for (const property of extension.listProperties()) for (const data of property.data.values()) bytes += data.byteLength;
  }
  return bytes;
}

function extensionNames(json) {
  return [...new Set([...(json.extensionsUsed ?? []), ...(json.extensionsRequired ?? [])])];
}

function keptExtension(name) {
  class Kept extends ExtensionProperty {
    static EXTENSION_NAME = name;

    init() {
      this.extensionName = name;
      this.propertyType = `Kept:${name}`;
      this.parentTypes = PARENTS;
      /** The bytes of the buffer views that the JSON names, by where it names them. */
      this.data = new Map();
    }

    getDefaults() {
      return Object.assign(super.getDefaults(), { text: '', accessors: new RefMap(), textures: new RefMap(), infos: new RefMap() });
    }

    hold(json, context) {
      this.set('text', JSON.stringify(json));
      for (const { path, kind, index } of references(json)) {
        const key = path.join('/');
        if (kind === 'bufferView' && context.bufferViews[index]) this.data.set(key, padded(context.bufferViews[index]));
        if (kind === 'accessor' && context.accessors[index]) {
          this.setRefMap('accessors', key, context.accessors[index], { usage: 'OTHER' });
        }
        const texture = kind === 'texture' && context.textures[imageOf(context.jsonDoc.json, index)];
        if (!texture) continue;
        const info = new TextureInfo(this.graph);
        context.setTextureInfo(info, at(json, path));
        // every channel: nobody knows what it is for
        this.setRefMap('textures', key, texture, { channels: 0x1111 }).setRefMap('infos', key, info);
      }
      return this;
    }

    /** The JSON with the numbers of the file that is being written. */
    written(context) {
      const json = JSON.parse(this.get('text'));
      for (const { path, kind } of [...references(json)]) {
        const key = path.join('/');
        const holder = at(json, path.slice(0, -1));
        const last = path.at(-1);
        const accessor = kind === 'accessor' && this.getRefMap('accessors', key);
        const texture = kind === 'texture' && this.getRefMap('textures', key);
        if (kind === 'bufferView' && this.data.has(key)) holder[last] = context.otherBufferViewsIndexMap.get(this.data.get(key));
        if (accessor) holder[last] = context.accessorIndexMap.get(accessor);
        if (texture) Object.assign(holder[last], context.createTextureInfoDef(texture, this.getRefMap('infos', key)));
      }
      return json;
    }
  }

  return class extends Extension {
    static EXTENSION_NAME = name;
    extensionName = name;
    isKept = true;
    prewriteTypes = [PropertyType.BUFFER];

    read(context) {
      for (const { property, json } of carriers(this.document, context, context.jsonDoc.json)) {
        const own = json.extensions?.[name];
        if (own !== null && typeof own === 'object') {
          property.setExtension(name, new Kept(this.document.getGraph()).hold(own, context));
        }
      }
      return this;
    }

    prewrite(context) {
      const root = this.document.getRoot();
      for (const property of this.listProperties()) {
        if (property.data.size === 0) continue;
        const buffer = root.listBuffers()[0] ?? this.document.createBuffer();
        const views = context.otherBufferViews.get(buffer) ?? [];
        context.otherBufferViews.set(buffer, [...views, ...property.data.values()]);
      }
      return this;
    }

    write(context) {
      for (const { property, json } of carriers(this.document, context, context.jsonDoc.json)) {
        const own = property.getExtension(name);
        if (own instanceof Kept) (json.extensions ??= {})[name] = own.written(context);
      }
      return this;
    }
  };
}

/** Every property that may carry extensions, beside its JSON. Lists of a document are in the order of the file. */
function* carriers(document, context, json) {
  const root = document.getRoot();
  yield { property: root, json };
  yield* paired(root.listScenes(), json.scenes);
  yield* paired(root.listNodes(), json.nodes);
  yield* paired(root.listCameras(), json.cameras);
  yield* paired(root.listSkins(), json.skins);
  yield* paired(root.listMaterials(), json.materials);
  yield* paired(root.listTextures(), json.images);
  for (const mesh of paired(root.listMeshes(), json.meshes)) {
    yield mesh;
    yield* paired(mesh.property.listPrimitives(), mesh.json.primitives);
  }
  for (const animation of paired(root.listAnimations(), json.animations)) {
    yield animation;
    for (const channel of paired(animation.property.listChannels(), animation.json.channels)) {
      // what an animation moves may be named by an extension (KHR_animation_pointer) instead of a node
      yield { property: channel.property, json: channel.json.target };
      if (channel.json.target.node === undefined) delete channel.json.target.node;
    }
  }
}

function* paired(properties, definitions = []) {
  for (const [index, property] of properties.entries()) {
    if (definitions[index]) yield { property, json: definitions[index] };
  }
}

/** Where JSON of an extension names buffer views, accessors and textures. */
function* references(json, path = []) {
  for (const [key, value] of Object.entries(json)) {
    const here = [...path, key];
    if (Number.isInteger(value) && /^bufferView$/i.test(key)) yield { path: here, kind: 'bufferView', index: value };
    if (Number.isInteger(value) && /accessor$/i.test(key)) yield { path: here, kind: 'accessor', index: value };
    if (value === null || typeof value !== 'object') continue;
    if (/texture$/i.test(key) && Number.isInteger(value.index)) yield { path: here, kind: 'texture', index: value.index };
    yield* references(value, here);
  }
}

function at(json, path) {
  return path.reduce((value, key) => value[key], json);
}

function imageOf(json, textureIndex) {
  const texture = json.textures?.[textureIndex] ?? {};
  const sources = Object.values(texture.extensions ?? {}).map((extension) => extension?.source);
  return sources.find(Number.isInteger) ?? texture.source;
}

/** A copy whose length is a multiple of four, so that what follows it stays aligned. */
function padded(bytes) {
  const copy = new Uint8Array(Math.ceil(bytes.byteLength / 4) * 4);
  copy.set(bytes);
  return copy;
}
