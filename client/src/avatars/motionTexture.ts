/** The crowd's motion and looks as textures, so that the far tier is interpolated on the GPU. */
import { DataTexture, FloatType, NearestFilter, RedFormat, RGBAFormat, type IUniform } from 'three';
import { MOTION_STRIDE, type CrowdView } from './crowdView';

const TEXELS = MOTION_STRIDE / 4;
/** Slots in a row of texels. */
const ROW_SLOTS = 128;

export class MotionTexture {
  readonly motion: IUniform<DataTexture>;
  readonly looks: IUniform<DataTexture>;
  #version = -1;
  #looksVersion = -1;
  #crowd: CrowdView | null = null;

  constructor(capacity: number) {
    const rows = Math.ceil(capacity / ROW_SLOTS);
    const motion = new DataTexture(new Float32Array(rows * ROW_SLOTS * MOTION_STRIDE), ROW_SLOTS * TEXELS, rows, RGBAFormat, FloatType);
    const looks = new DataTexture(new Float32Array(rows * ROW_SLOTS), ROW_SLOTS, rows, RedFormat, FloatType);
    for (const texture of [motion, looks]) texture.minFilter = texture.magFilter = NearestFilter;
    this.motion = { value: motion };
    this.looks = { value: looks };
  }

  /** Copies what changed, as far as the crowd extends. */
  update(crowd: CrowdView): void {
    const another = this.#crowd !== crowd;
    this.#crowd = crowd;
    if (another || this.#version !== crowd.version) {
      this.#version = crowd.version;
      const motion = this.motion.value;
      (motion.image.data as Float32Array).set(crowd.motion.subarray(0, crowd.extent * MOTION_STRIDE));
      motion.needsUpdate = true;
    }
    if (another || this.#looksVersion !== crowd.looksVersion) {
      this.#looksVersion = crowd.looksVersion;
      const looks = this.looks.value;
      // 24 bits are exact in a float
      (looks.image.data as Float32Array).set(crowd.looks.subarray(0, crowd.extent));
      looks.needsUpdate = true;
    }
  }

  dispose(): void {
    this.motion.value.dispose();
    this.looks.value.dispose();
  }
}
