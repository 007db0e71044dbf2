/**
 * What the visitor holds: controllers drawn as simple wands, hands as their 25 joints, and the ray that points.
 *
 * All shapes are ours: three's own models would be fetched from elsewhere. A pointer that exists only during a pinch
 * (`transient-pointer`) has a ray and no body.
 */
import {
  BufferGeometry, CapsuleGeometry, CylinderGeometry, Float32BufferAttribute, Group, InstancedMesh, Line, LineBasicMaterial,
  Matrix4, Mesh, MeshStandardMaterial, SphereGeometry, TorusGeometry, Vector3, type WebGLRenderer, type XRGripSpace,
  type XRHandSpace, type XRTargetRaySpace,
} from 'three';

export type Side = 'left' | 'right';

const JOINT_COUNT = 25;
const JOINT_RADIUS_M = 0.0085;
const RAY_LENGTH_M = 5;
const hidden = new Matrix4().makeScale(0, 0, 0);
const joint = new Matrix4();

export interface HandEvents {
  selectStart(hand: Hand): void;
  selectEnd(hand: Hand): void;
  squeeze(hand: Hand): void;
}

/** One input of the headset: controller, hand or pinch. */
export class Hand {
  source: XRInputSource | null = null;
  readonly ray: XRTargetRaySpace;
  readonly #grip: XRGripSpace;
  readonly #joints: XRHandSpace;
  readonly #wand = createWand();
  readonly #skin: InstancedMesh<SphereGeometry, MeshStandardMaterial>;
  readonly #line = createRay();
  readonly #pointing = { origin: new Vector3(), direction: new Vector3() };

  constructor(renderer: WebGLRenderer, index: number, rig: Group, events: HandEvents) {
    this.ray = renderer.xr.getController(index);
    this.#grip = renderer.xr.getControllerGrip(index);
    this.#joints = renderer.xr.getHand(index);
    this.#skin = createSkin();
    this.#grip.add(this.#wand);
    this.ray.add(this.#line);
    rig.add(this.ray, this.#grip, this.#joints, this.#skin);
    this.ray.addEventListener('connected', ({ data }) => this.#connect(data));
    this.ray.addEventListener('disconnected', () => this.#connect(null));
    this.ray.addEventListener('selectstart', () => events.selectStart(this));
    this.ray.addEventListener('selectend', () => events.selectEnd(this));
    this.ray.addEventListener('squeeze', () => events.squeeze(this));
    this.#connect(null);
  }

  get side(): Side | null {
    const handedness = this.source?.handedness;
    return handedness === 'left' || handedness === 'right' ? handedness : null;
  }

  /** What stands for the hand in the pose that others see; null when it is not tracked. */
  get tracked(): Group | null {
    if (!this.source || this.side === null) return null;
    if (this.source.hand) return this.#joints.joints.wrist?.visible ? this.#joints.joints.wrist : null;
    return this.#grip.visible ? this.#grip : null;
  }

  /** How the thumbstick is pushed; 0 where there is none. */
  stick(): { x: number; y: number } {
    const axes = this.source?.gamepad?.axes ?? [];
    // xr-standard: 2 and 3 are the thumbstick; some runtimes have null at 0 and 1.
    return { x: Number(axes[2] ?? 0), y: Number(axes[3] ?? 0) };
  }

  pulse(strength: number, duration_ms: number): void {
    void this.source?.gamepad?.hapticActuators?.[0]?.pulse?.(strength, duration_ms);
  }

  /** Where it points now, in the hall; the vectors are the same each time. */
  pointing(): { origin: Vector3; direction: Vector3 } {
    this.ray.updateWorldMatrix(true, false);
    this.#pointing.origin.setFromMatrixPosition(this.ray.matrixWorld);
    this.#pointing.direction.set(0, 0, -1).transformDirection(this.ray.matrixWorld);
    return this.#pointing;
  }

  setRayLength(metres: number): void {
    this.#line.scale.z = metres;
  }

  /** Lay the joints' spheres where the joints are. */
  update(): void {
    const shown = this.source?.hand != null;
    this.#skin.visible = shown;
    if (!shown) return;
    let index = 0;
    for (const space of Object.values(this.#joints.joints)) {
      if (index >= JOINT_COUNT || !space) continue;
      const radius = (space.jointRadius ?? JOINT_RADIUS_M) / JOINT_RADIUS_M;
      this.#skin.setMatrixAt(index, space.visible ? joint.copy(space.matrix).scale({ x: radius, y: radius, z: radius } as never) : hidden);
      index += 1;
    }
    this.#skin.count = index;
    this.#skin.instanceMatrix.needsUpdate = true;
  }

  #connect(source: XRInputSource | null): void {
    this.source = source;
    this.#wand.visible = source !== null && source.hand == null && source.targetRayMode === 'tracked-pointer';
    this.#line.visible = source !== null && source.targetRayMode !== 'gaze';
    this.#skin.visible = false;
  }
}

function createWand(): Group {
  const dark = new MeshStandardMaterial({ color: 0x2b2a28, roughness: 0.55, metalness: 0.1 });
  const jade = new MeshStandardMaterial({ color: 0x3f7a68, roughness: 0.35, metalness: 0.1 });
  const handle = new Mesh(new CapsuleGeometry(0.014, 0.085, 4, 12), dark);
  handle.rotation.x = Math.PI / 2;
  handle.position.z = 0.03;
  const collar = new Mesh(new CylinderGeometry(0.0155, 0.0155, 0.012, 16), jade);
  collar.rotation.x = Math.PI / 2;
  collar.position.z = -0.012;
  const ring = new Mesh(new TorusGeometry(0.028, 0.0035, 8, 28), jade);
  ring.position.z = -0.04;
  return new Group().add(handle, collar, ring);
}

function createSkin(): InstancedMesh<SphereGeometry, MeshStandardMaterial> {
  const material = new MeshStandardMaterial({ color: 0xd9b898, roughness: 0.7 });
  const skin = new InstancedMesh(new SphereGeometry(JOINT_RADIUS_M, 10, 8), material, JOINT_COUNT);
  skin.frustumCulled = false;
  skin.count = 0;
  return skin;
}

/** A line of one metre along -Z, fading out; its length is the scale. */
function createRay(): Line<BufferGeometry, LineBasicMaterial> {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new Float32BufferAttribute([0, 0, 0, 0, 0, -1], 3));
  geometry.setAttribute('color', new Float32BufferAttribute([0.98, 0.95, 0.88, 1, 0.98, 0.95, 0.88, 0], 4));
  const material = new LineBasicMaterial({ vertexColors: true, transparent: true, toneMapped: false, fog: false });
  const line = new Line(geometry, material);
  line.scale.z = RAY_LENGTH_M;
  return line;
}
