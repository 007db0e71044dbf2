"""Pictures of the preset looks for the landing page, taken from the client's own renderer.

`PYTHONPATH=assets python -m avatars.portraits http://localhost:5173`, with the client's development server
running there. Writes portraits.webp (a strip of squares) and portraits.json (its looks)
beside the kit.
"""

import base64
import io
import json
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from avatars.build import OUTPUT

SIZE_PX = 128
_OVERSAMPLING = 2
_CHROMIUM = "/usr/bin/chromium"
_FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


def take(url: str) -> tuple[Image.Image, list[int]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        page = browser.new_page()
        page.goto(f"{url.rstrip('/')}/portraits.html")
        page.wait_for_function("globalThis.portraits !== undefined")
        data = page.evaluate(f"portraits({SIZE_PX * _OVERSAMPLING})")
        looks = page.evaluate("presetLooks")
        browser.close()
    picture = Image.open(io.BytesIO(base64.b64decode(data.split(",")[1])))
    return picture.resize((SIZE_PX * len(looks), SIZE_PX), Image.Resampling.LANCZOS), looks


def write(picture: Image.Image, looks: list[int], folder: Path) -> None:
    picture.save(folder / "portraits.webp", quality=88, method=6)
    (folder / "portraits.json").write_text(json.dumps({"size": SIZE_PX, "looks": looks}) + "\n")


if __name__ == "__main__":
    write(*take(sys.argv[1]), OUTPUT)
