/** Pictures of the animated screens, as functions of uv and time. They shine by themselves and keep their colours. */

export const SCREEN_VERTEX = /* glsl */ `
  varying vec2 vAt;
  varying vec3 vTint;
  #include <common>
  void main() {
    vAt = vec2(uv.x, 1.0 - uv.y);
    vTint = vec3(1.0);
    #if defined( USE_COLOR_ALPHA ) || defined( USE_COLOR )
      vTint = color.rgb;
    #endif
    gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
  }
`;

const NOISE = /* glsl */ `
  varying vec2 vAt;
  varying vec3 vTint;
  uniform float time;
  uniform float aspect;
  float hash(vec2 p) {
    vec3 q = fract(vec3(p.xyx) * 0.1031);
    q += dot(q, q.yzx + 33.33);
    return fract((q.x + q.y) * q.z);
  }
  float noise(vec2 p) {
    vec2 i = floor(p);
    vec2 f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x), mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
  }
  float fbm(vec2 p) {
    float v = 0.0;
    float a = 0.5;
    for (int i = 0; i < 5; i++) {
      v += a * noise(p);
      p = mat2(1.6, 1.2, -1.2, 1.6) * p;
      a *= 0.5;
    }
    return v;
  }
  // the screen's light is not the hall's: no exposure, no tone curve
  void show(vec3 colour) {
    gl_FragColor = vec4(colour, 1.0);
    #include <colorspace_fragment>
  }
`;

/** A long scroll of mountains that drifts by, mist between its ridges, a red sun, a flight of birds. */
export const INK = /* glsl */ `
  ${NOISE}
  float ridge(float x, float k) {
    float y = 0.0;
    float a = 0.5;
    for (int i = 0; i < 5; i++) {
      y += a * (1.0 - abs(2.0 * noise(vec2(x, k * 7.3)) - 1.0));
      x = x * 2.1 + 3.7;
      a *= 0.46;
    }
    return y;
  }
  void main() {
    vec2 p = vec2(vAt.x * aspect, vAt.y);
    vec3 paper = vec3(0.79, 0.70, 0.53) * (0.94 + 0.10 * fbm(p * 6.0));
    vec3 colour = mix(paper, vec3(0.86, 0.80, 0.66), smoothstep(0.3, 1.0, p.y));
    float sun = distance(p, vec2(aspect * 0.74, 0.76));
    colour = mix(colour, vec3(0.52, 0.055, 0.035), smoothstep(0.088, 0.080, sun) * 0.9);
    for (int i = 0; i < 6; i++) {
      float k = float(i);
      float x = p.x * (0.8 + 0.16 * k) + time * (0.006 + 0.005 * k) + k * 13.1;
      float top = 0.80 - 0.115 * k + 0.34 * (ridge(x * 0.9, k) - 0.5) * (1.0 - 0.07 * k);
      float depth = (top - p.y) / 0.34;
      float brush = 0.75 + 0.5 * fbm(vec2(x * 9.0, p.y * 26.0 + k));
      float ink = (0.16 + 0.12 * k) * clamp(1.0 - depth, 0.0, 1.0) * smoothstep(0.0, 0.012, top - p.y) * brush;
      colour = mix(colour, vec3(0.022, 0.042, 0.040), clamp(ink, 0.0, 0.9));
      float mist = fbm(vec2(p.x * 1.3 - time * (0.02 + 0.008 * k), p.y * 3.0 + k * 4.0 + time * 0.006));
      float bank = exp(-pow((p.y - top + 0.24) / 0.10, 2.0));
      colour = mix(colour, vec3(0.84, 0.78, 0.65), bank * smoothstep(0.36, 0.75, mist) * 0.85);
    }
    for (int i = 0; i < 7; i++) {
      float k = float(i);
      vec2 bird = vec2(mod(time * 0.045 + k * 0.05 + aspect * 0.2, aspect + 0.6) - 0.3, 0.80 + 0.03 * sin(k * 2.4) - 0.012 * k);
      vec2 d = p - bird;
      float wing = abs(d.x) * (0.5 + 0.35 * sin(time * 5.0 + k * 1.7));
      float stroke = smoothstep(0.0045, 0.0015, abs(d.y - wing)) * step(abs(d.x), 0.020);
      colour = mix(colour, vec3(0.03), stroke * 0.85);
    }
    show(colour * vTint);
  }
`;

/** A veil that turns slowly inwards, brighter at the rim. */
export const PORTAL = /* glsl */ `
  ${NOISE}
  void main() {
    vec2 p = vAt * 2.0 - 1.0;
    float r = length(p);
    float a = atan(p.y, p.x);
    float swirl = fbm(vec2(cos(a + r * 2.4 - time * 0.22), sin(a + r * 2.4 - time * 0.22)) * (1.2 + r * 1.6) + vec2(0.0, time * 0.09));
    float veil = smoothstep(0.25, 0.8, swirl);
    float rim = smoothstep(0.55, 1.0, r);
    float heart = 1.0 - smoothstep(0.0, 0.75, r);
    vec3 light = vTint * (0.35 + 0.75 * veil + 0.9 * rim * rim) + vec3(1.0, 0.96, 0.88) * heart * (0.25 + 0.35 * veil);
    float spark = pow(noise(vec2(a * 9.0, r * 12.0 - time * 1.3)), 14.0);
    show(min(light + vTint * spark * 1.5, vec3(1.6)));
  }
`;

/** A landscape of lakes and ridges all around, from dawn at one end of uv.x to full day; joins itself at 0 and 1. */
export const PANORAMA = /* glsl */ `
  ${NOISE}
  float around(float turn, float waves, float seed) {
    vec2 c = vec2(cos(turn), sin(turn)) * waves;
    float y = 0.0;
    float a = 0.5;
    for (int i = 0; i < 5; i++) {
      y += a * (1.0 - abs(2.0 * noise(c + seed) - 1.0));
      c = c * 2.03 + 5.1;
      a *= 0.47;
    }
    return y;
  }
  void main() {
    float turn = vAt.x * 6.2831853;
    float day = 0.5 + 0.5 * cos(turn - 0.9);
    float y = vAt.y;
    vec3 low = mix(vec3(0.72, 0.80, 0.84), vec3(0.98, 0.66, 0.36), pow(day, 3.0));
    vec3 high = mix(vec3(0.16, 0.36, 0.66), vec3(0.30, 0.40, 0.62), day);
    vec3 colour = mix(low, high, smoothstep(0.30, 1.0, y));
    float sun = distance(vec2((vAt.x - 0.143) * aspect, y), vec2(0.0, 0.60));
    colour += vec3(1.0, 0.72, 0.36) * (0.55 * exp(-sun * 5.0) + smoothstep(0.062, 0.052, sun));
    float drift = turn + time * 0.008;
    float cloud = fbm(vec2(cos(drift), sin(drift)) * 3.2 + vec2(0.0, y * 5.0));
    colour = mix(colour, vec3(1.0, 0.96, 0.92), smoothstep(0.48, 0.80, cloud) * smoothstep(0.42, 0.75, y) * 0.75);
    for (int i = 0; i < 5; i++) {
      float k = float(i);
      float top = 0.56 - 0.065 * k + 0.20 * (around(turn + k * 1.3, 1.5 + 0.5 * k, k * 9.0) - 0.5);
      float inside = smoothstep(0.0, 0.006, top - y);
      vec3 near = mix(vec3(0.05, 0.16, 0.13), vec3(0.16, 0.17, 0.10), day);
      vec3 hill = mix(mix(low, high, 0.35), near, 0.22 + 0.19 * k);
      float mist = smoothstep(0.0, 0.22, top - y);
      float wisp = fbm(vec2(cos(turn + time * 0.01), sin(turn + time * 0.01)) * 6.0 + y * 7.0 + k);
      hill = mix(hill, low, mist * (0.30 + 0.5 * wisp) * (1.0 - 0.15 * k));
      colour = mix(colour, hill, inside);
    }
    float water = smoothstep(0.205, 0.195, y);
    float ripple = noise(vec2(vAt.x * aspect * 14.0, y * 130.0 - time * 0.6)) * 0.5 + noise(vec2(vAt.x * aspect * 40.0 + time * 0.3, y * 260.0)) * 0.5;
    vec3 lake = mix(low, high, 0.45) * (0.55 + 0.5 * ripple);
    lake += vec3(1.0, 0.72, 0.38) * exp(-abs(vAt.x - 0.143) * aspect * 3.0) * pow(ripple, 3.0) * 1.6;
    colour = mix(colour, lake, water);
    show(colour * vTint);
  }
`;

/** A drawn page, softly lit. */
export const SLIDES = /* glsl */ `
  ${NOISE}
  uniform sampler2D page;
  void main() {
    float edge = smoothstep(0.0, 0.02, min(min(vAt.x, 1.0 - vAt.x), min(vAt.y, 1.0 - vAt.y)));
    vec3 colour = texture2D(page, vec2(vAt.x, 1.0 - vAt.y)).rgb;
    show(colour * (0.80 + 0.12 * edge) * vTint);
  }
`;

/** The night sky all around, as Song astronomers drew it: stars joined into figures, the Milky Way, the red ecliptic; it turns. */
export const STARS = /* glsl */ `
  ${NOISE}
  float segment(vec2 p, vec2 a, vec2 b) {
    vec2 ap = p - a;
    vec2 ab = b - a;
    return length(ap - ab * clamp(dot(ap, ab) / max(dot(ab, ab), 1e-5), 0.0, 1.0));
  }
  // one star a cell, somewhere in it; z is its brightness
  vec3 star(vec2 cell, float wrap) {
    vec2 c = vec2(mod(cell.x, wrap), cell.y);
    return vec3(cell + 0.15 + 0.7 * vec2(hash(c), hash(c + 17.3)), hash(c + 41.7));
  }
  void main() {
    float cells = 42.0;
    float around = vAt.x + time * 0.0012;
    vec2 p = vec2(around * cells, vAt.y * cells / aspect);
    float height = vAt.y;
    vec3 colour = mix(vec3(0.055, 0.085, 0.115), vec3(0.010, 0.022, 0.052), smoothstep(0.0, 0.85, height));
    colour += vec3(0.30, 0.16, 0.06) * exp(-height * 9.0);
    float river = 0.55 + 0.22 * sin(around * 12.566);
    float cloud = fbm(vec2(around * 34.0, height * 4.0)) * exp(-pow((height - river) / 0.16, 2.0));
    colour += vec3(0.17, 0.19, 0.22) * cloud;
    float ecliptic = 0.5 + 0.26 * sin(around * 6.2832 + 1.0);
    colour = mix(colour, vec3(0.62, 0.075, 0.03), smoothstep(0.006, 0.003, abs(height - ecliptic)) * 0.85);
    vec2 cell = floor(p);
    float line = 1e3;
    for (int y = -1; y <= 1; y++) {
      for (int x = -1; x <= 1; x++) {
        vec3 s = star(cell + vec2(x, y), cells);
        float twinkle = 0.75 + 0.25 * sin(time * (1.0 + 2.0 * s.z) + s.z * 40.0);
        float size = 0.030 + 0.050 * s.z * s.z;
        colour += vec3(1.0, 0.94, 0.78) * smoothstep(size, size * 0.3, distance(p, s.xy)) * twinkle;
        vec3 next = star(cell + vec2(x + 1, y), cells);
        if (s.z > 0.42 && next.z > 0.30) line = min(line, segment(p, s.xy, next.xy));
        vec3 above = star(cell + vec2(x, y + 1), cells);
        if (s.z > 0.70) line = min(line, segment(p, s.xy, above.xy));
      }
    }
    colour = mix(colour, vec3(0.62, 0.50, 0.27), smoothstep(0.022, 0.010, line) * 0.5);
    vec2 fine = vec2(around * 260.0, height * 260.0 / aspect);
    colour += vec3(0.8, 0.85, 0.95) * smoothstep(0.985, 1.0, hash(floor(fine))) * 0.30 * smoothstep(0.5, 0.1, distance(fract(fine), vec2(0.5)));
    for (int i = 0; i < 3; i++) {
      float k = float(i);
      float hill = 0.16 - 0.045 * k + 0.10 * (fbm(vec2(vAt.x * (14.0 + 6.0 * k) + k * 9.0, k * 3.7)) - 0.45);
      colour = mix(colour, mix(vec3(0.11, 0.115, 0.12), vec3(0.020, 0.028, 0.032), k * 0.5), smoothstep(0.004, -0.004, height - hill));
    }
    show(colour * vTint);
  }
`;
