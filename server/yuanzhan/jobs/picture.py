"""A picture for a panel, decoded and written anew as WebP: what is served of it is our own encoding, without
what cameras write into pictures (places, names, thumbnails).

    python -m yuanzhan.jobs.picture IN OUT

runs in a child process (child.py). Exit code 0 and the size as JSON; 1 for what is no picture we show.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS: Final = ("JPEG", "PNG", "WEBP")
# A camera's 50 megapixels, decoded to 200 MB. More is a bomb or a poster that a panel cannot show anyway.
PIXELS_MAX: Final = 50_000_000
# A panel seen from a step away: more pixels are not to be told apart.
SIDE_MAX: Final = 2048
QUALITY: Final = 86


def write_anew(source: Path, target: Path) -> tuple[int, int]:
    """Width and height of what was written. Raises ValueError, OSError for what is no picture we show."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit, before anything is decoded
    with Image.open(source, formats=FORMATS) as image:
        if image.width * image.height > PIXELS_MAX:
            raise ValueError(f"{image.width} x {image.height} pixels")
        if image.format == "JPEG":
            image.draft("RGB", (SIDE_MAX * 2, SIDE_MAX * 2))
        upright = ImageOps.exif_transpose(image)
        has_alpha = upright.has_transparency_data
        upright = upright.convert("RGBA" if has_alpha else "RGB")
    upright.thumbnail((SIDE_MAX, SIDE_MAX), Image.Resampling.LANCZOS)
    upright.info.clear()
    upright.save(target, "WEBP", quality=QUALITY, method=4)
    return upright.size


def main(source: str, target: str) -> int:
    warnings.simplefilter("error")
    try:
        width, height = write_anew(Path(source), Path(target))
    except (OSError, ValueError, SyntaxError, Warning, UnidentifiedImageError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps({"width": width, "height": height}))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
