/**
 * Names over the nearest visitors: in the scene, so that they work in a headset too; one texture, one draw call.
 *
 * Staff come first, then who speaks, then the nearest. Tags never stack: one that would overlap another of more importance is not
 * shown. Visitors whose tag is shown keep it until somebody is clearly nearer.
 */
import {
  BufferAttribute, CustomBlending, DynamicDrawUsage, InstancedBufferGeometry, InstancedInterleavedBuffer, InterleavedBufferAttribute,
  Mesh, OneFactor, OneMinusSrcAlphaFactor, ShaderMaterial, Vector3, type Camera, type WebGLRenderer,
} from 'three';
import { MOTION_STRIDE, type CrowdView } from '../avatars/crowdView';
import { BODY_HEIGHTS } from '../avatars/glsl';
import { Accessory, choiceOf } from '../avatars/look';
import { Best } from '../crowd/best';
import { Action } from '../protocol/generated';
import { SCENE_FONT, TextAtlas, type TextCell } from './atlas';
import { t as say, type MessageKey } from './catalogue';
import { characters } from './plain';

export interface TagName {
  name: string;
  /** '', 'staff', 'speaker' or 'bot'. */
  badge: string;
}

export interface NameTagOptions {
  /** Tags at a time. */
  count: number;
  reach_m: number;
}

export const NAME_TAGS_DESKTOP: NameTagOptions = { count: 12, reach_m: 16 };
export const NAME_TAGS_PHONE: NameTagOptions = { count: 6, reach_m: 12 };

/** Cells hold this many pixels; a tag is about 26 px high on a page 800 px high, so this is sharp on dense screens too. */
const CELL = { cellWidth: 512, cellHeight: 56, columns: 2, rows: 18 };
/** Of a tag: place and height, cell of the atlas, aspect and alpha. */
const INSTANCE_FLOATS = 10;
const STANDING_M = 1.78;
const SEATED_M = 1.44;
const HAT_M = 0.1;
const ABOVE_M = 0.06;
/** Height over distance where a tag keeps its size on the screen; it is smaller far away, and does not fill the view when near. */
const ANGULAR_HEIGHT = 0.031;
const FULL_SIZE_M = 5;
const LEAST_M = 0.055;
const CHOOSE_EVERY_S = 0.25;
const KEEP_BONUS = 0.8;
const FADE_PER_S = 8;
const MARGIN = 1.08;
/** Who shows no name yet needs more room than who does, so that names do not blink where people pass each other. */
const NEW_MARGIN = 1.3;
/** Of the half screen, around what is seen. */
const VIEW_MARGIN = 1.15;
/** Names drawn at a time: in a crush a dozen are new at once, and each is a text drawn and a texture changed. */
const DRAWN_AT_ONCE = 3;
/** Whoever is closer is hardly drawn. */
const TOO_CLOSE_M = 0.8;
/** Who talks further away does not push the names of those beside you aside. */
const HEARD_M = 7;

interface Tag {
  slot: number;
  id: number;
  key: string;
  cell: TextCell;
  rank: number;
  alpha: number;
  wanted: boolean;
  position: Vector3;
  height: number;
}

export class NameTags {
  readonly object: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  readonly #atlas: TextAtlas;
  readonly #tags = new Map<number, Tag>();
  readonly #instances: InstancedInterleavedBuffer;
  readonly #eye = new Vector3();
  readonly #projected = new Vector3();
  readonly #boxes: Float32Array;
  readonly #room: number;
  readonly #best: Best;
  #chosenAt = -1e9;
  #drawnAt = -1e9;

  constructor(renderer: WebGLRenderer, private readonly options: NameTagOptions = NAME_TAGS_DESKTOP) {
    this.#room = options.count * 2;
    this.#best = new Best(options.count * 2);
    this.#boxes = new Float32Array(this.#room * 4);
    this.#atlas = new TextAtlas(renderer, CELL);
    this.#instances = new InstancedInterleavedBuffer(new Float32Array(this.#room * INSTANCE_FLOATS), INSTANCE_FLOATS);
    this.#instances.setUsage(DynamicDrawUsage);
    this.object = tagMesh(this.#atlas, this.#instances);
  }

  /** `names` by id; `t_s` in the crowd's own time. */
  update(crowd: CrowdView & { selfSlot?: number | null }, names: ReadonlyMap<number, TagName>, camera: Camera, t_s: number): void {
    this.#eye.setFromMatrixPosition(camera.matrixWorld);
    if (t_s - this.#chosenAt > CHOOSE_EVERY_S || t_s < this.#chosenAt) {
      this.#choose(crowd, names, camera);
      this.#chosenAt = t_s;
    }
    const elapsed = Math.min(Math.max(t_s - this.#drawnAt, 0), 0.1);
    this.#drawnAt = t_s;
    this.#place(crowd, t_s);
    this.#hideOverlaps(camera);
    this.#fade(crowd, elapsed);
    this.#draw();
  }

  dispose(): void {
    this.#atlas.dispose();
    this.object.geometry.dispose();
    this.object.material.dispose();
  }

  /** Twice as many as are shown: in a crush most of them would overlap. */
  #choose(crowd: CrowdView & { selfSlot?: number | null }, names: ReadonlyMap<number, TagName>, camera: Camera): void {
    const { reach_m } = this.options;
    const best = this.#best;
    best.clear();
    for (let slot = 0; slot < crowd.extent; slot += 1) {
      if (crowd.present[slot] === 0 || slot === crowd.selfSlot) continue;
      const at = slot * MOTION_STRIDE + 4;
      const dx = crowd.motion[at]! - this.#eye.x;
      const dz = crowd.motion[at + 2]! - this.#eye.z;
      const distance = Math.sqrt(dx * dx + dz * dz);
      if (distance > reach_m || distance < TOO_CLOSE_M || !this.#inView(crowd.motion[at]!, crowd.motion[at + 1]!, crowd.motion[at + 2]!, camera)) continue;
      const name = names.get(crowd.ids[slot] as number);
      if (!name) continue;
      const kept = this.#tags.get(slot)?.wanted === true ? KEEP_BONUS : 1;
      best.offer(slot, rankOf(name, crowd.actions[slot] as number, distance) * 1000 + distance * kept);
    }
    for (const tag of this.#tags.values()) tag.wanted = false;
    let drawn = 0;
    for (let i = 0; i < best.count; i += 1) {
      if (this.#want(best.slots[i] as number, best.keys[i] as number, crowd, names, drawn < DRAWN_AT_ONCE)) drawn += 1;
    }
  }

  /** Would a tag over this place be seen, or nearly? */
  #inView(x: number, y: number, z: number, camera: Camera): boolean {
    const p = this.#projected.set(x, y + STANDING_M, z).applyMatrix4(camera.matrixWorldInverse);
    if (p.z > -0.1) return false;
    p.applyMatrix4(camera.projectionMatrix);
    return Math.abs(p.x) < VIEW_MARGIN && Math.abs(p.y) < VIEW_MARGIN;
  }

  /** True when it had to be drawn; one that `mayDraw` forbids to draw waits for another time. */
  #want(slot: number, rank: number, crowd: CrowdView, names: ReadonlyMap<number, TagName>, mayDraw: boolean): boolean {
    const id = crowd.ids[slot] as number;
    const name = names.get(id) as TagName;
    const speaking = crowd.actions[slot] === Action.TALK;
    const label = isLabelled(name.badge) ? say(`hud.badge.${name.badge}` as MessageKey) : '';
    const key = `${name.badge}|${label}|${speaking ? 'speaking' : ''}|${name.name}`;
    const known = this.#tags.get(slot);
    if (known?.id === id && known.key === key) {
      known.wanted = true;
      known.rank = rank;
      return false;
    }
    if (!known && this.#tags.size >= this.#room) return false;
    const isNew = !this.#atlas.has(key);
    if (isNew && !mayDraw) return false;
    const cell = this.#atlas.cell(key, (pen, width, height) => drawTag(pen, name.name, label, name.badge, speaking, width, height));
    const alpha = known?.id === id ? known.alpha : 0;
    this.#tags.set(slot, { slot, id, key, cell, rank, alpha, wanted: true, position: new Vector3(), height: 0 });
    return isNew;
  }

  #place(crowd: CrowdView, t: number): void {
    for (const tag of this.#tags.values()) {
      const at = tag.slot * MOTION_STRIDE;
      const m = crowd.motion;
      const t0 = m[at + 8]!;
      const span = m[at + 9]! - t0;
      const share = span > 0 ? Math.min(Math.max((t - t0) / span, 0), 1) : 1;
      const look = crowd.looks[tag.slot] as number;
      const head = crowd.actions[tag.slot] === Action.SIT ? SEATED_M : STANDING_M;
      const hat = choiceOf(look, 'accessory') === Accessory.HAT ? HAT_M : 0;
      tag.position.set(
        m[at]! + (m[at + 4]! - m[at]!) * share,
        m[at + 1]! + (m[at + 5]! - m[at + 1]!) * share,
        m[at + 2]! + (m[at + 6]! - m[at + 2]!) * share,
      );
      tag.position.y += (head + hat) * (BODY_HEIGHTS[choiceOf(look, 'body')] ?? 1) + ABOVE_M;
      const distance = tag.position.distanceTo(this.#eye);
      const shrink = distance > FULL_SIZE_M ? Math.sqrt(FULL_SIZE_M / distance) : 1;
      tag.height = Math.max(distance * ANGULAR_HEIGHT * shrink, LEAST_M);
      tag.position.y += tag.height / 2;
    }
  }

  /** In order of rank; a tag that would touch a shown one is not wanted this time. */
  #hideOverlaps(camera: Camera): void {
    const ordered = [...this.#tags.values()].filter((tag) => tag.wanted).sort((a, b) => a.rank - b.rank);
    const scale = camera.projectionMatrix.elements;
    let shown = 0;
    for (const tag of ordered) {
      this.#projected.copy(tag.position).applyMatrix4(camera.matrixWorldInverse);
      const depth = -this.#projected.z;
      if (depth < 0.1) continue;
      const margin = tag.alpha > 0.5 ? MARGIN : NEW_MARGIN;
      this.#projected.applyMatrix4(camera.projectionMatrix);
      const halfHeight = (tag.height / 2 / depth) * (scale[5] as number) * margin;
      const halfWidth = ((tag.height * tag.cell.aspect) / 2 / depth) * (scale[0] as number) * margin;
      const { x, y } = this.#projected;
      let clear = shown < this.options.count;
      for (let i = 0; i < shown && clear; i += 1) {
        const b = i * 4;
        const apartX = Math.abs(x - this.#boxes[b]!) > halfWidth + this.#boxes[b + 2]!;
        clear = apartX || Math.abs(y - this.#boxes[b + 1]!) > halfHeight + this.#boxes[b + 3]!;
      }
      if (!clear) {
        tag.wanted = false;
        continue;
      }
      this.#boxes.set([x, y, halfWidth, halfHeight], shown * 4);
      shown += 1;
    }
  }

  #fade(crowd: CrowdView, elapsed: number): void {
    for (const [slot, tag] of this.#tags) {
      tag.alpha = Math.min(Math.max(tag.alpha + (tag.wanted ? 1 : -1) * FADE_PER_S * elapsed, 0), 1);
      const gone = crowd.present[slot] === 0 || crowd.ids[slot] !== tag.id;
      if (gone || (tag.alpha === 0 && !tag.wanted)) this.#tags.delete(slot);
    }
  }

  #draw(): void {
    let i = 0;
    for (const { cell, position, height, alpha } of this.#tags.values()) {
      this.#instances.array.set(
        [position.x, position.y, position.z, height, cell.u, cell.v, cell.width, cell.height, cell.aspect, alpha], i * INSTANCE_FLOATS,
      );
      i += 1;
    }
    this.object.geometry.instanceCount = i;
    this.object.visible = i > 0;
    if (i > 0) this.#instances.needsUpdate = true;
  }
}

function isLabelled(badge: string): boolean {
  return badge === 'staff' || badge === 'speaker';
}

function rankOf(name: TagName, action: number, distance: number): number {
  if (isLabelled(name.badge)) return 0;
  return action === Action.TALK && distance < HEARD_M ? 1 : 2;
}

const INK_PLATE = 'rgba(20, 27, 28, 0.72)';
const STAFF_PLATE = 'rgba(138, 63, 78, 0.9)';
const ON_GLASS = '#f3eee2';

/** A plate with a name; staff have a plate of another colour with their role before the name, who speaks has a mark. */
function drawTag(
  pen: CanvasRenderingContext2D, name: string, label: string, badge: string, speaking: boolean, width: number, height: number,
): number {
  const pad = 18;
  const font = Math.round(height * 0.54);
  const middle = height / 2 + 1;
  pen.font = `500 ${font}px ${SCENE_FONT}`;
  pen.textBaseline = 'middle';
  const labelWidth = label ? pen.measureText(label).width + 25 : 0;
  const markWidth = speaking ? 30 : 0;
  const shown = shortened(pen, name, width - pad * 2 - labelWidth - markWidth);
  const nameWidth = pen.measureText(shown).width;
  const used = pad * 2 + labelWidth + nameWidth + markWidth;
  pen.fillStyle = isLabelled(badge) ? STAFF_PLATE : INK_PLATE;
  pen.beginPath();
  pen.roundRect(1, 2, used - 2, height - 4, (height - 4) / 2);
  pen.fill();
  pen.fillStyle = ON_GLASS;
  if (label) {
    pen.fillText(label, pad, middle);
    pen.fillRect(pad + labelWidth - 13.5, height * 0.28, 1.5, height * 0.44);
  }
  pen.fillText(shown, pad + labelWidth, middle);
  if (speaking) drawVoice(pen, pad + labelWidth + nameWidth + 12, height);
  return used;
}

/** Three bars: somebody speaks. */
function drawVoice(pen: CanvasRenderingContext2D, x: number, height: number): void {
  [0.2, 0.42, 0.28].forEach((share, i) => {
    pen.fillRect(x + i * 6, height * (0.5 - share / 2), 3, height * share);
  });
}

function shortened(pen: CanvasRenderingContext2D, text: string, width: number): string {
  if (pen.measureText(text).width <= width) return text;
  const shown = characters(text);
  while (shown.length > 1 && pen.measureText(`${shown.join('')}…`).width > width) shown.pop();
  return `${shown.join('')}…`;
}

function tagMesh(atlas: TextAtlas, instances: InstancedInterleavedBuffer): Mesh<InstancedBufferGeometry, ShaderMaterial> {
  const geometry = new InstancedBufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(new Float32Array([0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0]), 3));
  geometry.setIndex([0, 1, 2, 0, 2, 3]);
  geometry.setAttribute('place', new InterleavedBufferAttribute(instances, 4, 0));
  geometry.setAttribute('cell', new InterleavedBufferAttribute(instances, 4, 4));
  geometry.setAttribute('shape', new InterleavedBufferAttribute(instances, 2, 8));
  geometry.instanceCount = 0;
  const material = new ShaderMaterial({
    name: 'name-tags',
    transparent: true,
    depthWrite: false,
    toneMapped: false,
    blending: CustomBlending,
    blendSrc: OneFactor,
    blendDst: OneMinusSrcAlphaFactor,
    uniforms: { atlas: { value: atlas.texture } },
    vertexShader: /* glsl */ `
      in vec4 place; // position, height
      in vec4 cell;
      in vec2 shape; // aspect, alpha
      out vec2 vUv;
      out float vAlpha;
      void main() {
        /* parallel to the view, but level however the head is tilted */
        vec3 right = normalize(vec3(viewMatrix[0][0], 0.0, viewMatrix[2][0]));
        vec3 up = cross(vec3(viewMatrix[0][2], viewMatrix[1][2], viewMatrix[2][2]), right);
        vec2 at = position.xy - 0.5;
        /* a little nearer than the head, so that hats and hair do not cut it */
        vec3 world = place.xyz + normalize(cameraPosition - place.xyz) * 0.25 + (right * at.x * shape.x + up * at.y) * place.w;
        /* rows of the canvas run downwards */
        vUv = cell.xy + vec2(position.x, 1.0 - position.y) * cell.zw;
        vAlpha = shape.y;
        gl_Position = projectionMatrix * viewMatrix * vec4(world, 1.0);
      }`,
    fragmentShader: /* glsl */ `
      uniform sampler2D atlas;
      in vec2 vUv;
      in float vAlpha;
      void main() {
        vec4 c = texture(atlas, vUv);
        if (c.a * vAlpha < 0.01) discard;
        gl_FragColor = vec4(c.rgb / max(c.a, 0.001), 1.0);
        #include <colorspace_fragment>
        gl_FragColor = vec4(gl_FragColor.rgb * c.a, c.a) * vAlpha;
      }`,
  });
  const mesh = new Mesh(geometry, material);
  mesh.name = 'name-tags';
  mesh.frustumCulled = false;
  mesh.renderOrder = 10;
  mesh.visible = false;
  return mesh;
}
