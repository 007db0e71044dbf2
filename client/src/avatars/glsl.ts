/** GLSL shared by the tiers: random numbers, light, colour of a zone, and the skinning by pose texture. */

/** Proportions of the three builds: height, width, and how far clothes stand off the body in metres. Mirrored by `BODY_HEIGHTS`. */
export const BODIES_GLSL = /* glsl */ `
const vec3 BODY[3] = vec3[3](vec3(1.0, 1.0, 0.0), vec3(1.045, 0.965, -0.004), vec3(0.955, 1.04, 0.013));
`;
export const BODY_HEIGHTS: readonly number[] = [1, 1.045, 0.955];

export const LOOK_GLSL = /* glsl */ `
int choice(int look, int shift, int bits) { return (look >> shift) & ((1 << bits) - 1); }
`;

export const NOISE_GLSL = /* glsl */ `
/* Jimenez' interleaved gradient noise: an even screen-door pattern. */
float screenDoor(vec2 pixel) { return fract(52.9829189 * fract(dot(pixel, vec2(0.06711056, 0.00583715)))); }
/* Keeps a share of the pixels: k > 0 those below k, k < 0 the others. Two tiers that fade into each other fit together. */
bool fadedOut(float k, vec2 pixel) {
  if (k >= 1.0) return false;
  float n = screenDoor(pixel);
  return k > 0.0 ? n >= k : n < -k;
}
float hash(float n) { return fract(sin(n * 12.9898) * 43758.5453); }
`;

/** Where a slot is shown at \`time\`: what CrowdView says of \`motion\`. */
export const MOTION_GLSL = /* glsl */ `
uniform highp sampler2D motion;
uniform float time;
vec4 motionTexel(int slot, int i) {
  int at = slot * 3 + i;
  int width = textureSize(motion, 0).x;
  return texelFetch(motion, ivec2(at % width, at / width), 0);
}
vec4 placeOf(int slot, vec4 timing) {
  float span = timing.y - timing.x;
  float share = span > 0.0 ? clamp((time - timing.x) / span, 0.0, 1.0) : 1.0;
  return mix(motionTexel(slot, 0), motionTexel(slot, 1), share);
}
`;

export const LIGHT_GLSL = /* glsl */ `
uniform vec3 sunDirection;
uniform vec3 sunColour;
uniform vec3 skyColour;
uniform vec3 groundColour;
const float RECIPROCAL_PI_LIGHT = 0.3183098861837907;
/* Irradiance / pi at a normal; the sun wraps a little round, as it does on soft things. */
vec3 lightAt(vec3 n) {
  float sun = max(0.0, (dot(n, sunDirection) + 0.12) / 1.12);
  return (sunColour * sun + mix(groundColour, skyColour, 0.5 + 0.5 * n.y)) * RECIPROCAL_PI_LIGHT;
}
/* Warm creases: an occluded colour deepens in its own hue before it darkens. */
vec3 inCrease(vec3 c, float open) { return mix(c * c * vec3(0.80, 0.62, 0.60) + c * vec3(0.10, 0.06, 0.06), c, open); }
`;

/** Skinning. Expects defines HEAD (bone), RANGE (metres), PIVOT, and HAT (apex, rim, radius). */
export const SKIN_GLSL = /* glsl */ `
in vec4 bones;
in vec4 boneWeights;
in vec4 traits; // zone, occlusion, girth, accessory
in vec2 faceUv;
uniform highp sampler2D poses;
mat4 boneAt(int bone, int row) {
  vec4 a = texelFetch(poses, ivec2(bone * 3, row), 0);
  vec4 b = texelFetch(poses, ivec2(bone * 3 + 1, row), 0);
  vec4 c = texelFetch(poses, ivec2(bone * 3 + 2, row), 0);
  return mat4(a.x, b.x, c.x, 0.0, a.y, b.y, c.y, 0.0, a.z, b.z, c.z, 0.0, a.w, b.w, c.w, 1.0);
}
mat4 skinAt(int row) {
  mat4 m = boneAt(int(bones.x), row) * boneWeights.x + boneAt(int(bones.y), row) * boneWeights.y;
  if (BONES_PER_VERTEX > 2) {
    m += boneAt(int(bones.z), row) * boneWeights.z + boneAt(int(bones.w), row) * boneWeights.w;
    return m;
  }
  return m * (1.0 / (boneWeights.x + boneWeights.y));
}
/* The body's girth, and hair pressed below a hat. */
void shape(inout vec3 p, vec3 n, int body, int accessory) {
  p += n * BODY[body].z * traits.z / 255.0;
  if (accessory == 2 && int(traits.x) == 1) {
    float r = length(p.xz - vec2(0.0, -0.018)) / HAT.z;
    float inside = HAT.x - (HAT.x - HAT.y) * (1.18 * r - 0.18 * r * r) - 0.012;
    if (r < 1.0) p.y = min(p.y, inside);
  }
}
/* Turns the head about its pivot before skinning: yaw to the left, then pitch up. */
void turnHead(inout vec3 p, inout vec3 n, vec2 turn) {
  float w = dot(boneWeights, vec4(equal(bones, vec4(HEAD))));
  if (w <= 0.0 || turn == vec2(0.0)) return;
  vec2 c = cos(turn * w), s = sin(turn * w);
  mat3 m = mat3(c.x, 0.0, -s.x, 0.0, 1.0, 0.0, s.x, 0.0, c.x) * mat3(1.0, 0.0, 0.0, 0.0, c.y, -s.y, 0.0, s.y, c.y);
  p = m * (p - PIVOT) + PIVOT;
  n = m * n;
}
`;
