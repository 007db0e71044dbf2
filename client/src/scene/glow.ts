/** Soft halos about lamps: all of a hall's in one draw call, cards that turn to the eye. */
import {
  AdditiveBlending,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  type Object3D,
  PlaneGeometry,
  ShaderMaterial,
  Vector3,
} from 'three';

const VERTEX = /* glsl */ `
  attribute vec3 centre;
  attribute vec4 halo;
  varying vec2 vAt;
  varying vec3 vColour;
  void main() {
    vAt = position.xy * 2.0;
    vec4 eye = modelViewMatrix * vec4(centre, 1.0);
    // towards the eye, so that the lamp's own body does not cut it
    eye.xyz *= 1.0 - min(0.5, halo.w * 0.35 / max(0.001, length(eye.xyz)));
    float near = smoothstep(0.4, 2.0, length(eye.xyz));
    // deeper than what the lamp casts: a halo is what is left of it in the air
    vColour = halo.rgb * halo.rgb * near;
    eye.xy += position.xy * halo.w;
    gl_Position = projectionMatrix * eye;
  }
`;

const FRAGMENT = /* glsl */ `
  uniform float strength;
  varying vec2 vAt;
  varying vec3 vColour;
  void main() {
    float r = length(vAt);
    float fall = max(0.0, 1.0 - r);
    gl_FragColor = vec4(vColour * strength * fall * fall * fall, 1.0);
    #include <colorspace_fragment>
  }
`;

interface GlowExtras {
  type?: string;
  colour?: [number, number, number];
  size_m?: number;
}

/** Finds the hall's glow nodes; null when there are none. */
export function createGlow(root: Object3D): Mesh<InstancedBufferGeometry, ShaderMaterial> | null {
  const centres: number[] = [];
  const halos: number[] = [];
  const at = new Vector3();
  root.updateMatrixWorld();
  root.traverse((object) => {
    const extras = object.userData['yuanzhan'] as GlowExtras | undefined;
    if (extras?.type !== 'glow') return;
    object.getWorldPosition(at);
    centres.push(at.x, at.y, at.z);
    halos.push(...(extras.colour ?? [1, 0.6, 0.3]), extras.size_m ?? 1);
  });
  if (centres.length === 0) return null;
  const plane = new PlaneGeometry(1, 1);
  const geometry = new InstancedBufferGeometry();
  geometry.index = plane.index;
  geometry.setAttribute('position', plane.getAttribute('position'));
  geometry.setAttribute('centre', new InstancedBufferAttribute(new Float32Array(centres), 3));
  geometry.setAttribute('halo', new InstancedBufferAttribute(new Float32Array(halos), 4));
  geometry.instanceCount = centres.length / 3;
  const material = new ShaderMaterial({
    name: 'glow',
    transparent: true,
    depthWrite: false,
    blending: AdditiveBlending,
    uniforms: { strength: { value: 0.36 } },
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
  });
  const mesh = new Mesh(geometry, material);
  mesh.name = 'glow';
  mesh.frustumCulled = false;
  mesh.renderOrder = 10;
  return mesh;
}
