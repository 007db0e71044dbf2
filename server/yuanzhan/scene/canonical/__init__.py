"""The canonical form of an uploaded model: one GLB, nothing compressed, positions as plain floats.

What every later step (measuring, optimising, showing the original) then reads is our own writing, and no
decoder runs a second time. Rewritten are the bytes and the accessors that name them; the rest of the JSON
stays as it is, in its order, so that names, extras, variants, animations, OMI, KHR and whatever extension
nobody here has heard of live on, with all the numbers by which they refer to each other. (glTF-Transform
drops extensions that it does not know.)

- Draco and meshopt are decoded; both must hold exactly what the JSON says of them.
- KHR_mesh_quantization becomes floats. Decoded normals, tangents and rotations get length 1 again.
- What was decoded gets true `min` and `max`; bounds that were far from true are refused, as the validator
  refuses them in plain files.
- Buffers, images and sounds of other files and data: URIs move into the binary chunk.
- Control characters in names become spaces.
"""
