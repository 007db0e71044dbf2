"""`make bench-assets`: what checking and optimising make of models, into bench/ASSETS.md and assets.json.

The models are the sample files beside the repository (../shared/models/valid, where they are there) and
three that are made here and not kept: about 10, 80 and 250 MB, up to four million triangles, textures of
4096 pixels. `python bench/assets.py NAME ...` measures those alone and leaves the others' rows as they were.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import io
import json
import os
import platform
import struct
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from yuanzhan.jobs.check import CheckLimits, CheckResult, check_upload
from yuanzhan.jobs.child import scratch
from yuanzhan.jobs.optimise import OptimiseOptions, optimise

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parents[1] / "shared" / "models" / "valid"
FIGURES = HERE / "assets.json"
PAGE = HERE / "ASSETS.md"
MB = 1 << 20
# A machine under load is no reason to refuse a file: the seconds are measured, not enforced.
CHECK = CheckLimits(seconds=120)

Json = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Made:
    """A model to be made: so many objects of so many triangles, so many textures of so many pixels."""

    objects: int
    rings: int
    textures: int
    side: int
    # of what the pictures are like: the more noise, the more bytes
    noise: int


MADE = {
    "made-10MB": Made(objects=12, rings=56, textures=1, side=2048, noise=3),
    "made-80MB": Made(objects=20, rings=122, textures=2, side=4096, noise=3),
    "made-250MB": Made(objects=32, rings=182, textures=5, side=4096, noise=3),
}


def main(arguments: Sequence[str]) -> int:
    """Measure the named models, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    names = parser.parse_args(arguments).names or [*sorted(_samples()), *MADE]
    rows: dict[str, Json] = json.loads(FIGURES.read_text("utf-8")) if FIGURES.is_file() else {}
    for name in names:
        rows[name] = _measured(name)
        print(json.dumps({name: rows[name]}, ensure_ascii=False), flush=True)
        FIGURES.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")
    PAGE.write_text(page(rows), "utf-8")
    return 0


def _samples() -> dict[str, Path]:
    manifest = SAMPLES / "manifest.json"
    if not manifest.is_file():
        return {}
    return {entry["file"]: SAMPLES / entry["file"] for entry in json.loads(manifest.read_text("utf-8"))}


def _measured(name: str) -> Json:
    with tempfile.TemporaryDirectory() as folder:
        path = _samples().get(name)
        if path is None:
            path = Path(folder) / f"{name}.glb"
            path.write_bytes(made(MADE[name]))
        return {"upload_bytes": path.stat().st_size} | asyncio.run(_row(path))


async def _row(path: Path) -> Json:
    with scratch() as folder:
        checked = await check_upload(path, path.name, folder, step_limits=CHECK, with_siblings=True)
        if checked.canonical is None:
            raise SystemExit(f"{path.name} is refused: {checked.report()}")
        result = await optimise(checked.canonical, folder / "made", OptimiseOptions())
        looked_at = await _looked_at(checked.canonical, [result.model, *(lod.path for lod in result.lods)])
        return looked_at | {
            "before": dict(result.before),
            "after": dict(result.after),
            "lods": [dataclasses.asdict(lod) | {"path": lod.path.name} for lod in result.lods],
            "check_seconds": round(checked.seconds, 1),
            "check_peak_bytes": checked.peak_rss_bytes,
            "seconds": round(result.seconds, 1),
            "peak_rss_bytes": result.peak_rss_bytes,
            "did": [issue.code for issue in result.did],
            "issues": [issue.code for issue in result.issues],
            "over": [item["what"] for item in result.over_budget],
        }


async def _looked_at(before: Path, files: Sequence[Path]) -> Json:
    """The outputs once more, not by whom the job asked: each checked as an upload is (the Khronos
    validator, decoding, measuring), and its JSON read as it stands."""
    errors, off = 0, 0.0
    lost: Counter[str] = Counter()
    was, own = await _measured_as_upload(before), _told(before)
    for path in files:
        now = await _measured_as_upload(path)
        errors += sum(issue.is_error for issue in now.issues)
        off = max(off, _off(was.measured, now.measured))
        for key, value in (own - _told(path)).items():
            lost[key.partition(" ")[0]] += value
    return {
        "validator_errors": errors,
        "bounds_off": off,
        "names_lost": lost["name"],
        "extras_lost": lost["extras"],
    }


async def _measured_as_upload(path: Path) -> CheckResult:
    with scratch() as folder:
        return await check_upload(path, path.name, folder, step_limits=CHECK)


def _off(was: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> float:
    """How far a corner of the box moved, as a part of its longest side."""
    if was is None or now is None or was["bounds_m"] is None or now["bounds_m"] is None:
        return float(was is not now)
    ends = [[*each["bounds_m"]["min"], *each["bounds_m"]["max"]] for each in (was, now)]
    moved = max(abs(a - b) for a, b in zip(*ends, strict=True))
    return float(moved / max(*was["bounds_m"]["size"], 1e-9))


def _told(path: Path) -> Counter[str]:
    """Every name and all extras of a GLB's JSON that one can ask for: of nodes one by one, of the other lists
    each once, for equal ones are merged."""
    data = path.read_bytes()
    document = json.loads(data[20 : 20 + struct.unpack_from("<I", data, 12)[0]])
    found: Counter[str] = Counter()
    for key in ("nodes", "scenes", "animations", "cameras"):
        for item in document.get(key, []):
            found.update(_said(key, item))
    for key in ("meshes", "materials", "skins"):
        found |= Counter(said for item in document.get(key, []) for said in _said(key, item))
    return Counter({said: count if said.split()[1] == "nodes" else 1 for said, count in found.items()})


def _said(key: str, item: Json) -> list[str]:
    return [
        f"{what} {key} {json.dumps(item[what], sort_keys=True, ensure_ascii=False)}"
        for what in ("name", "extras")
        if item.get(what)
    ]


# ---- models that are made here


def made(model: Made) -> bytes:
    """A GLB: knobbly balls side by side, each another, with normals, coordinates and a material."""
    rng = np.random.default_rng(model.objects)
    pieces: list[bytes] = []
    document: Json = {
        "asset": {"version": "2.0", "generator": "bench/assets.py"},
        "bufferViews": [],
        "accessors": [],
        "images": [],
        "textures": [],
        "materials": [],
        "meshes": [],
        "nodes": [],
        "scene": 0,
    }

    def view(data: bytes) -> int:
        at = sum(map(len, pieces))
        document["bufferViews"].append({"buffer": 0, "byteOffset": at, "byteLength": len(data)})
        pieces.append(data + bytes(-len(data) % 4))
        return len(document["bufferViews"]) - 1

    def accessor(values: NDArray[Any], type: str, component: int, **more: Any) -> int:
        document["accessors"].append(
            {"bufferView": view(values.tobytes()), "componentType": component, "type": type, **more}
            | {"count": values.size if type == "SCALAR" else len(values)}
        )
        return len(document["accessors"]) - 1

    for number in range(model.textures):
        image = view(_picture(rng, model.side, model.noise))
        document["images"].append({"bufferView": image, "mimeType": "image/png", "name": f"纹理 {number}"})
        document["textures"].append({"source": number})
        rough = {"baseColorTexture": {"index": number}, "metallicFactor": 0.1, "roughnessFactor": 0.6}
        document["materials"].append({"name": f"材质 {number}", "pbrMetallicRoughness": rough})
    for number in range(model.objects):
        positions, normals, coordinates, faces = _ball(rng, model.rings)
        low, high = positions.min(axis=0).tolist(), positions.max(axis=0).tolist()
        attributes = {
            "POSITION": accessor(positions, "VEC3", 5126, min=low, max=high),
            "NORMAL": accessor(normals, "VEC3", 5126),
            "TEXCOORD_0": accessor(coordinates, "VEC2", 5126),
        }
        primitive = {"attributes": attributes, "indices": accessor(faces, "SCALAR", 5125)}
        document["meshes"].append(
            {"name": f"球 {number}", "primitives": [primitive | {"material": number % model.textures}]}
        )
        place = [float(number % 8) * 0.55 - 2, 0.25 + number // 8 * 0.55, float(rng.uniform(-0.5, 0.5))]
        document["nodes"].append(
            {"name": f"展品 {number}", "mesh": number, "translation": place, "extras": {"no": number}}
        )
    document["scenes"] = [{"nodes": list(range(model.objects))}]
    binary = b"".join(pieces)
    document["buffers"] = [{"byteLength": len(binary)}]
    text = json.dumps(document, ensure_ascii=False).encode()
    text += b" " * (-len(text) % 4)
    head = struct.pack("<4s4I", b"glTF", 2, 28 + len(text) + len(binary), len(text), 0x4E4F534A)
    return head + text + struct.pack("<2I", len(binary), 0x004E4942) + binary


def _ball(rng: np.random.Generator, rings: int) -> tuple[NDArray[Any], ...]:
    """Positions, normals, coordinates and indices of a ball with some twenty soft bumps."""
    turns = rings * 2
    theta = np.linspace(0.02, np.pi - 0.02, rings + 1)[:, None]
    phi = np.linspace(0, 2 * np.pi, turns + 1)[None, :]
    out = np.stack(
        np.broadcast_arrays(
            np.sin(theta) * np.cos(phi), np.cos(theta) + 0 * phi, np.sin(theta) * np.sin(phi)
        ),
        -1,
    )
    radius = np.full(out.shape[:2], 0.2)
    for _ in range(20):
        middle = rng.normal(size=3)
        middle /= np.linalg.norm(middle)
        radius += 0.03 * rng.uniform(-1, 1) * np.exp((out @ middle - 1) * rng.uniform(8, 60))
    positions = out * radius[..., None]
    across = np.gradient(positions, axis=1)
    down = np.gradient(positions, axis=0)
    normals = np.cross(across, down)
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-12)
    normals *= np.sign((normals * out).sum(axis=-1, keepdims=True)) + 1e-30
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-12)
    coordinates = np.stack(np.broadcast_arrays(phi / (2 * np.pi), theta / np.pi), -1)
    at = (np.arange(rings)[:, None] * (turns + 1) + np.arange(turns)).reshape(-1, 1)
    faces = at + np.array([0, 1, turns + 1, 1, turns + 2, turns + 1])
    flat = (positions.reshape(-1, 3), normals.reshape(-1, 3), coordinates.reshape(-1, 2))
    return (*(values.astype("<f4") for values in flat), faces.astype("<u4").ravel())


def _picture(rng: np.random.Generator, side: int, noise: int) -> bytes:
    """A PNG of soft clouds with a grain of `noise` levels, as photographs have."""
    clouds = rng.integers(40, 216, (side // 128, side // 128, 3), dtype=np.uint8)
    soft = Image.fromarray(clouds).resize((side, side), Image.Resampling.BICUBIC)
    grain = rng.integers(-noise, noise + 1, (side, side, 3))
    values = np.clip(np.asarray(soft, dtype=np.int16) + grain, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(values).save(file, "PNG", compress_level=1)
    return file.getvalue()


# ---- the page


_COLUMNS = (
    "model", "upload MB", "MB", "triangles", "draws", "textures MB", "lods MB", "errors", "box moved",
    "names, extras lost", "check s", "optimise s", "peak MB", "told",
)  # fmt: skip


def page(rows: dict[str, Json]) -> str:
    """bench/ASSETS.md."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    lines = [
        "# What optimising makes of models",
        "",
        f"`make bench-assets`, {machine}. MB are 2^20 bytes; triangles and",
        "draws as placed; textures is memory on the graphics card. Before is the canonical file (decoded,",
        "nothing compressed): a compressed upload may be smaller than it. Errors, the corner of the box that",
        "moved most (of its longest side) and names and extras that are gone are those of the model and its",
        "levels, looked at once more as an upload is and in their JSON (empty: not so looked at yet).",
        "What the job itself finds wrong it throws away, and the last column would name it. Seconds are",
        "of all steps, with the checks of the result, thumbnail and floor; peak is of the largest child.",
        "",
        "| " + " | ".join(_COLUMNS) + " |",
        "| " + " | ".join("---" for _ in _COLUMNS) + " |",
    ]
    lines += [_line(name, row) for name, row in rows.items()]
    return "\n".join(lines) + "\n"


def _looks(row: Json) -> list[str]:
    """Of a row that was measured before outputs were looked at again: nothing."""
    if "validator_errors" not in row:
        return ["", "", ""]
    lost = f"{row['names_lost']}, {row['extras_lost']}"
    return [str(row["validator_errors"]), f"{row['bounds_off']:.2%}", lost]


def _line(name: str, row: Json) -> str:
    before, after = row["before"], row["after"]

    def mb(size: float) -> str:
        return f"{size / MB:.1f}" if size >= MB else f"{size / MB:.2g}"

    levels = ", ".join(mb(lod["bytes"]) for lod in row["lods"]) or "none"
    peak = max(row["peak_rss_bytes"], row["check_peak_bytes"])
    notes = ", ".join([*row["did"], *row["issues"], *(f"over: {what}" for what in row["over"])])
    cells = [
        name.replace(".glb", "").replace(".gltf", ""),
        mb(row["upload_bytes"]),
        f"{mb(before['bytes'])} → {mb(after['bytes'])}",
        f"{before['triangles']:,} → {after['triangles']:,}",
        f"{before['draws']} → {after['draws']}",
        f"{mb(before['texture_bytes'])} → {mb(after['texture_bytes'])}",
        levels,
        *_looks(row),
        f"{row['check_seconds']:.1f}",
        f"{row['seconds']:.1f}",
        f"{peak / MB:.0f}",
        notes,
    ]
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
