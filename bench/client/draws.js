// What the graphics card would be asked to draw from each spot, counted and not drawn: [draws of the hall, of avatars, of the rest; triangles, of avatars].
// In a headset both eyes see no less than the field that they have together.
async ([spots, headset]) => {
  const { yuanzhan } = window;
  const { stage, world, presence } = yuanzhan.visit;
  const { camera, scene } = stage;
  // The server is not told, so that it sends nobody back.
  presence.report = () => {};
  world.setInHeadset(headset);
  // Levels of detail are fetched then.
  while (headset && !world.scene.thrift) await new Promise((done) => setTimeout(done, 50));
  if (headset) Object.assign(camera, { fov: 96, aspect: 1.3 });
  camera.updateProjectionMatrix();
  const planes = () => {
    const m = camera.projectionMatrix.clone().multiply(camera.matrixWorld.clone().invert()).elements;
    return [0, 1, 2].flatMap((row) => [1, -1].map((sign) => {
      const [x, y, z, w] = [0, 1, 2, 3].map((column) => m[column * 4 + 3] + sign * m[column * 4 + row]);
      return { x, y, z, w, length: Math.hypot(x, y, z) };
    }));
  };
  const seen = (object, sides) => {
    if (!object.frustumCulled) return true;
    if (!object.geometry.boundingSphere) object.geometry.computeBoundingSphere();
    const { center, radius } = object.geometry.boundingSphere.clone().applyMatrix4(object.matrixWorld);
    return sides.every(({ x, y, z, w, length }) => (x * center.x + y * center.y + z * center.z + w) / length >= -radius);
  };
  const look = () => {
    scene.updateMatrixWorld();
    const counts = { hall: 0, avatars: 0, rest: 0, triangles: 0, ofAvatars: 0 };
    const sides = planes();
    scene.traverseVisible((object) => {
      const { geometry, material } = object;
      if (!(object.isMesh || object.isLine || object.isPoints) || geometry.instanceCount === 0 || !seen(object, sides)) return;
      let root = object;
      while (root.parent !== scene) root = root.parent;
      const kind = root.name === 'avatars' ? 'avatars' : root.name.startsWith('hall-') ? 'hall' : 'rest';
      counts[kind] += Array.isArray(material) ? Math.max(1, geometry.groups.length) : 1;
      const drawn = Math.min(geometry.index?.count ?? geometry.attributes.position.count, geometry.drawRange.count);
      const triangles = (drawn / 3) * (geometry.isInstancedBufferGeometry ? geometry.instanceCount : 1);
      counts.triangles += triangles;
      if (kind === 'avatars') counts.ofAvatars += triangles;
    });
    return Object.values(counts);
  };
  const found = [];
  for (const [x, z, yaw] of spots) {
    yuanzhan.place(x, z, yaw);
    const { frames } = yuanzhan;
    while (yuanzhan.frames < frames + 3) await new Promise((done) => setTimeout(done, 20));
    found.push(look());
  }
  return found;
}
