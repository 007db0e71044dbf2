/**
 * Animated screens: meshes whose material says extras.yuanzhan.screen. "ink" mountains in drifting mist, "portal" a veil of
 * light in the mesh's own colour, "panorama" a landscape all around, "stars" the night sky all around, "slides" pages of the hall's texts. An unknown name
 * keeps the material that the glTF gave it.
 */
import { Box3, type Camera, CanvasTexture, type Mesh, ShaderMaterial, SRGBColorSpace, Vector3 } from 'three';
import type { HallDescriptor } from '../net/api';
import { INK, PANORAMA, PORTAL, SCREEN_VERTEX, SLIDES, STARS } from './screenShaders';
import { SLIDE_PX, SlideDeck } from './slides';

const SLIDE_S = 9;

interface Screen {
  update(t_s: number): void;
  dispose(): void;
}

export class Screens {
  readonly #screens = new Map<string, Screen>();
  readonly #materials = new Map<string, ShaderMaterial>();

  constructor(private readonly hall: HallDescriptor, private readonly lang: 'zh' | 'en') {}

  /** Names of the screens that are running. */
  get names(): string[] {
    return [...this.#screens.keys()];
  }

  /** Gives a mesh its screen, if it is one. Meshes of one name share their picture. */
  claim(mesh: Mesh): void {
    const extras = (mesh.material as { userData?: Record<string, { screen?: string }> }).userData?.['yuanzhan'];
    const name = extras?.screen;
    if (!name) return;
    const material = this.#materials.get(name) ?? this.#create(name, mesh);
    if (!material) return;
    material.vertexColors = mesh.geometry.hasAttribute('color');
    (mesh.material as { dispose(): void }).dispose();
    mesh.material = material;
  }

  update(t_s: number, _dt_s: number, _camera: Camera): void {
    for (const screen of this.#screens.values()) screen.update(t_s);
  }

  dispose(): void {
    for (const screen of this.#screens.values()) screen.dispose();
    for (const material of this.#materials.values()) material.dispose();
    this.#screens.clear();
    this.#materials.clear();
  }

  #create(name: string, mesh: Mesh): ShaderMaterial | null {
    const time = { value: 0 };
    const fragmentShader = { ink: INK, portal: PORTAL, panorama: PANORAMA, slides: SLIDES, stars: STARS }[name];
    if (!fragmentShader) return null;
    const material = new ShaderMaterial({
      name: `screen-${name}`,
      uniforms: { time, aspect: { value: aspectOf(mesh) } },
      vertexShader: SCREEN_VERTEX,
      fragmentShader,
    });
    this.#materials.set(name, material);
    this.#screens.set(name, name === 'slides' ? this.#slides(material) : new Moving(time));
    return material;
  }

  #slides(material: ShaderMaterial): Screen {
    const deck = new SlideDeck(this.hall, this.lang);
    const texture = new CanvasTexture(deck.canvas);
    texture.colorSpace = SRGBColorSpace;
    texture.flipY = false;
    texture.anisotropy = 4;
    material.uniforms['page'] = { value: texture };
    return {
      update: (t_s) => {
        if (deck.show(t_s / SLIDE_S)) texture.needsUpdate = true;
      },
      dispose: () => texture.dispose(),
    };
  }
}

class Moving implements Screen {
  constructor(private readonly time: { value: number }) {}

  update(t_s: number): void {
    this.time.value = t_s;
  }

  dispose(): void {}
}

/** Width over height of a flat or curved screen as it hangs. */
function aspectOf(mesh: Mesh): number {
  const size = new Box3().setFromObject(mesh).getSize(new Vector3());
  const width = Math.hypot(size.x, size.z);
  return size.y > 0 ? width / size.y : SLIDE_PX[0] / SLIDE_PX[1];
}
