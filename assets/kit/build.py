"""python -m kit.build scenes/<hall> [--preview] [--force]: the hall's glTF, lightmap, booths and floor.

Writes scenes/<hall>/built/: hall.glb, lightmap.webp, booths/*.glb, levels.bin, floor.bin, build.json, which
holds a hash of everything that went in (sources.py); nothing is done when it still fits.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kit import bake, export, sign
from kit.hall import Hall
from kit.material import LIBRARY, Material
from kit.mesh import Mesh, join
from kit.model import Model
from kit.sign import Atlas
from kit.sky import Sky, sun_direction
from kit.sources import KIT, ROOT, source_hash

GRAIN_M = {"leaf": 0.45, "tile": 0.16, "wood": 0.08, "stone": 0.08}
"""How far apart vertices may be and still share a sample of light."""


@dataclass(frozen=True)
class Light:
    sky: Sky
    sun: bake.Sun
    quality: bake.Quality


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m kit.build", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="scenes/<hall>")
    parser.add_argument(
        "--preview", action="store_true", help="few rays and a coarse lightmap, in some seconds"
    )
    parser.add_argument("--force", action="store_true", help="build even if nothing changed")
    options = parser.parse_args(arguments)
    folder = options.folder.resolve()
    if not (folder / "hall.toml").is_file() or not (folder / "make.py").is_file():
        parser.error(f"{options.folder} has no hall.toml or no make.py")
    sources = source_hash(folder) + ("-preview" if options.preview else "")
    record = folder / "built" / "build.json"
    if not options.force and record.is_file() and json.loads(record.read_text())["sources"] == sources:
        print(f"{folder.name}: unchanged")
        return 0
    build(folder, sources, options.preview)
    return 0


def build(folder: Path, sources: str, preview: bool) -> None:
    clock = _Clock(folder.name)
    settings = tomllib.loads((folder / "hall.toml").read_text(encoding="utf-8"))
    light = light_of(settings, preview)
    hall = made(folder)
    clock.say("geometry")
    parts, lightmap, booths, baker = baked(hall, light)
    clock.say(f"light ({baker.triangle_count:,} triangles in the way)")
    out = folder / "built"
    (out / "booths").mkdir(parents=True, exist_ok=True)
    if lightmap is not None:
        lightmap.image.save(out / "lightmap.webp", quality=88, method=6)
    pack(export.glb(folder.name, parts, hall.places, hall.lamps), out / "hall.glb")
    for stale in set((out / "booths").glob("*.glb")) - {out / "booths" / f"{name}.glb" for name in booths}:
        stale.unlink()
    for name, booth in booths.items():
        pack(export.glb(name, booth, prefix="booth_"), out / "booths" / f"{name}.glb")
    clock.say("packed")
    levels(out)
    clock.say("levels of detail")
    poster(folder, settings)
    floor(folder)
    report = measured(hall, parts, booths, out)
    record = {"sources": sources, "lightmap_scale": bake.SCALE, **report}
    (out / "build.json").write_text(json.dumps(record, indent=1) + "\n")
    clock.say("done")
    print(json.dumps(report))


def light_of(settings: dict[str, dict[str, object]], preview: bool) -> Light:
    sun = settings.get("sun", {})
    direction = sun_direction(float(sun.get("elevation_deg", 46)), float(sun.get("azimuth_deg", 300)))  # type: ignore
    colour = np.array(sun.get("colour", (1, 0.95, 0.86)), float) * float(sun.get("intensity", 3.6))  # type: ignore
    quality = bake.PREVIEW if preview else bake.Quality()
    return Light(Sky.from_toml(settings.get("sky", {})), bake.Sun(direction, colour), quality)


def made(folder: Path) -> Hall:
    """The hall as its make.py draws it."""
    for path in (str(folder.parent.parent), str(KIT.parent)):
        if path not in sys.path:
            sys.path.insert(0, path)
    hall = Hall()
    importlib.import_module(f"{folder.parent.name}.{folder.name}.make").make(hall)
    _atlas_material(hall, hall.signs, 0.35)
    _atlas_material(hall, hall.paintings, 0.40)
    return hall


def _atlas_material(hall: Hall, atlas: Atlas, glow: float) -> None:
    """Signs and paintings shine a little by themselves, or nobody could read them at dusk."""
    if atlas.name not in hall.materials:
        picture = lambda: atlas.picture  # noqa: E731
        hall.material(
            Material(
                atlas.name, picture, tile_m=None, roughness=0.5, emissive=(glow, glow * 0.9, glow * 0.75),
                emissive_texture=picture, shadow="receive",
            )
        )  # fmt: skip


def booth_materials(atlas: Atlas) -> dict[str, Material]:
    picture = lambda: atlas.picture  # noqa: E731
    return {
        "booth": Material("booth", tile_m=None, roughness=0.5),
        atlas.name: Material(
            atlas.name,
            picture,
            tile_m=None,
            roughness=0.6,
            emissive=(0.3, 0.28, 0.24),
            emissive_texture=picture,
        ),
    }


Booths = dict[str, list[export.Part]]


def baked(hall: Hall, light: Light) -> tuple[list[export.Part], bake.Lightmap | None, Booths, bake.Baker]:
    """All parts with their light. Booths are baked where they stand, then moved back to their own origin."""
    meshes = merged(hall, hall.materials)
    standing, materials = {}, {}
    for name, (slot, model, atlas) in hall.booths.items():
        place = hall.slot_place(slot)
        materials[name] = booth_materials(atlas)
        standing[name] = merged(Model().place(model, place.at, place.yaw), materials[name])
    surfaces = [
        bake.Surface(mesh, hall.materials[name].albedo(), hall.materials[name].lightmap)
        for name, mesh in meshes.items()
        if hall.materials[name].occludes
    ]
    for name, own in standing.items():
        surfaces += [bake.Surface(mesh, materials[name][m].albedo(), False) for m, mesh in own.items()]
    baker = bake.Baker(surfaces, hall.lamps, hall.lamp_strength, light.sky, light.sun)
    mapped = {name: mesh for name, mesh in meshes.items() if hall.materials[name].lightmap}
    lightmap = bake.lightmap(baker, mapped, light.quality) if mapped else None
    parts = []
    for name, mesh in meshes.items():
        material = hall.materials[name]
        if lightmap is not None and name in lightmap.meshes:
            split, uv = lightmap.meshes[name]
            parts.append(export.Part(material, split, lightmap_uv=uv))
        else:
            parts.append(_lit(baker, material, mesh, light.quality))
    booths: Booths = {}
    for name, own in standing.items():
        place = hall.slot_place(hall.booths[name][0])
        lit = [_lit(baker, materials[name][m], mesh, light.quality) for m, mesh in own.items()]
        booths[name] = [
            export.Part(p.material, _at_origin(p.mesh, place.at, place.yaw), p.light) for p in lit
        ]
    return parts, lightmap, booths, baker


def merged(model: Model, materials: dict[str, Material]) -> dict[str, Mesh]:
    """One mesh a material, cut where the material asks for it; materials sorted by name."""
    result = {}
    for name in sorted(model.meshes):
        if name not in materials:
            raise ValueError(f"no material is named {name!r}; the kit has {sorted(LIBRARY)}")
        mesh = join(model.meshes[name])
        result[name] = bake.bisect(mesh, materials[name].refine_m) if materials[name].refine_m else mesh
    return result


def _lit(baker: bake.Baker, material: Material, mesh: Mesh, quality: bake.Quality) -> export.Part:
    if material.unlit or material.water or not material.occludes:
        return export.Part(material, mesh)
    light = bake.vertex_light(baker, mesh, GRAIN_M.get(material.name, 0.08), quality.vertex_rays)
    return export.Part(material, mesh, bake.encode_light(light))


def _at_origin(mesh: Mesh, at: Sequence[float], yaw: float) -> Mesh:
    """Undoes the placing. A booth's own front is -Z, as its slot's is."""
    back = mesh.moved([-v for v in at]).moved(yaw=-yaw)
    return back.moved(yaw=float(np.pi))


def pack(raw: bytes, target: Path) -> None:
    """Optimised by glTF-Transform (optimise.mjs)."""
    unpacked = target.with_suffix(".raw.glb")
    unpacked.write_bytes(raw)
    try:
        subprocess.run(["node", KIT / "optimise.mjs", unpacked, target], check=True, cwd=ROOT)
    finally:
        unpacked.unlink()


def levels(out: Path) -> None:
    """levels.bin: what headsets draw of hall and booths from afar (levels.mjs)."""
    models = [out / "hall.glb", *sorted((out / "booths").glob("*.glb"))]
    subprocess.run(["node", KIT / "levels.mjs", out / "levels.bin", *models], check=True, cwd=ROOT)


def poster(folder: Path, settings: dict[str, object]) -> None:
    """A painting where the hall's picture will be, until `python -m kit.look` has taken it."""
    name = settings.get("poster")
    if name and not (folder / str(name)).exists():
        sign.landscape(880, 660, seed=1).save(folder / str(name), quality=82)


def floor(folder: Path) -> None:
    """floor.bin, by the server's own floor finder."""
    from yuanzhan.scene.halls import write_floor

    write_floor(folder)


def measured(hall: Hall, parts: list[export.Part], booths: Booths, out: Path) -> dict[str, object]:
    """What the build wrote; the poster beside it is a photograph, taken later and by something else."""
    every = parts + [part for booth in booths.values() for part in booth]
    written = [
        f for f in sorted(out.rglob("*")) if f.suffix in (".glb", ".webp", ".bin") and f.stem != "poster"
    ]
    return {
        "triangles": sum(len(part.mesh.index) for part in every),
        "draw_calls": len(every),
        "slots": sum(place.extras.get("type") == "slot" for place in hall.places),
        "booths": len(booths),
        "by_material": {part.material.name: len(part.mesh.index) for part in parts},
        "bytes": sum(f.stat().st_size for f in written),
    }


class _Clock:
    def __init__(self, name: str) -> None:
        self.name, self.start_s = name, time.monotonic()

    def say(self, what: str) -> None:
        print(f"{self.name}: {time.monotonic() - self.start_s:5.1f} s  {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
