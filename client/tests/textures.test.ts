import type { WebGLRenderer } from 'three';
import { describe, expect, it } from 'vitest';
import { giveUpCompressed, keepsCompressed } from '../src/scene/textures';

const device = (...names: string[]): Pick<WebGLRenderer, 'extensions'> =>
  ({ extensions: { has: (name: string) => names.includes(name) } }) as unknown as Pick<WebGLRenderer, 'extensions'>;

describe('a device keeps textures compressed', () => {
  it('where its card knows a form that they can be unpacked to, for colours, too', () => {
    expect(keepsCompressed(device('WEBGL_compressed_texture_etc'))).toBe(true);
    expect(keepsCompressed(device('EXT_texture_compression_bptc'))).toBe(true);
    expect(keepsCompressed(device('WEBGL_compressed_texture_s3tc', 'WEBGL_compressed_texture_s3tc_srgb'))).toBe(true);
    expect(keepsCompressed(device('WEBGL_compressed_texture_s3tc'))).toBe(false);
    expect(keepsCompressed(device('WEBGL_compressed_texture_astc'))).toBe(false);
    expect(keepsCompressed(device())).toBe(false);
  });

  it('until one could not be unpacked', () => {
    giveUpCompressed();
    expect(keepsCompressed(device('WEBGL_compressed_texture_etc'))).toBe(false);
  });
});
