/** The light that avatars stand in: a sun and a sky, as one set of uniforms shared by every tier. */
import { Color, Vector3, type IUniform } from 'three';

/** In three's units: a colour times its intensity; a surface that faces the light reflects albedo * light / pi. */
export interface AvatarLight {
  /** Towards the sun. */
  sunDirection: Vector3;
  sunColour: Color;
  ambient: { sky: Color; ground: Color };
}

export interface LightUniforms {
  [name: string]: IUniform;
  sunDirection: IUniform<Vector3>;
  sunColour: IUniform<Color>;
  skyColour: IUniform<Color>;
  groundColour: IUniform<Color>;
}

export const DAYLIGHT: AvatarLight = {
  sunDirection: new Vector3(-0.62, 0.6, 0.52).normalize(),
  sunColour: new Color(0xffe2bd).multiplyScalar(2.5),
  ambient: { sky: new Color(0xcfe0f2).multiplyScalar(1.75), ground: new Color(0xb08f72).multiplyScalar(1.75) },
};

export function lightUniforms(light: AvatarLight = DAYLIGHT): LightUniforms {
  const uniforms: LightUniforms = {
    sunDirection: { value: new Vector3() },
    sunColour: { value: new Color() },
    skyColour: { value: new Color() },
    groundColour: { value: new Color() },
  };
  applyLight(uniforms, light);
  return uniforms;
}

export function applyLight(uniforms: LightUniforms, light: AvatarLight): void {
  uniforms.sunDirection.value.copy(light.sunDirection).normalize();
  uniforms.sunColour.value.copy(light.sunColour);
  uniforms.skyColour.value.copy(light.ambient.sky);
  uniforms.groundColour.value.copy(light.ambient.ground);
}
