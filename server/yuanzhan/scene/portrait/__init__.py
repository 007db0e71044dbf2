"""A picture of a model, drawn in numpy: thumbnails for lists, on a server that has neither a browser nor a
graphics card.

A z-buffer finds the visible triangle of each sample, then each sample is shaded once: metallic-roughness
with its textures, a key light with a soft shadow, a studio's light around it, ambient occlusion. Skins,
morph targets and animations are drawn as they stand in the file.
"""
