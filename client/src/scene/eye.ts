/**
 * What is drawn for one eye of a headset, at most. Hall and crowd may have 300,000 triangles and 100 draw calls in stereo: three.js
 * draws each thing once for each eye (WebXR's multiview is none of WebGLRenderer's), so both count.
 */
export const EYE_TRIANGLES = 150_000;
export const EYE_DRAWS = 50;
/** What is neither hall nor crowd: names, hands, the arc of a teleport. */
export const REST_TRIANGLES = 2_000;
