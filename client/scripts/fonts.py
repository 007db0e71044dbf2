"""Makes the fonts that the pages ship, and the text of their licences: `make fonts`.

The Latin faces are copied as they are. Of Noto Serif SC 700 (1.5 MB) only the glyphs that a heading can show
are kept: those of the short texts of the message catalogue, of the halls' titles and places, and the
punctuation around them. The results are kept in the repository; this is run again when a heading brings a
new character (a test says so).
"""

import json
import re
import shutil
import sys
import tomllib
from pathlib import Path

from fontTools import subset

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / "node_modules/@fontsource"
OUT = ROOT / "client/src/fonts"
LICENCES = ROOT / "client/public/licences.txt"
LICENSED = {
    "Noto Serif SC": "@fontsource/noto-serif-sc",
    "Source Serif 4": "@fontsource/source-serif-4",
    "Source Sans 3": "@fontsource/source-sans-3",
    "Icons: lucide": "lucide-static",
}

SERIF = PACKAGES / "noto-serif-sc/files/noto-serif-sc-chinese-simplified-700-normal.woff2"
SUBSET = OUT / "noto-serif-sc-700-subset.woff2"
GLYPHS = OUT / "glyphs.txt"
LATIN = {
    "source-serif-4/files/source-serif-4-latin-600-normal.woff2": "source-serif-4-latin-600.woff2",
    "source-sans-3/files/source-sans-3-latin-400-normal.woff2": "source-sans-3-latin-400.woff2",
    "source-sans-3/files/source-sans-3-latin-600-normal.woff2": "source-sans-3-latin-600.woff2",
}
HEADING_MAX_CHARS = 24  # longer texts are sentences, set in the system sans
NEVER_HEADINGS = (
    "cli.",
    "close.",
    "error.",
    "issue.",
    "kept.",
    "keys.",
    "look.",
    "notice.",
    "operator.",
    "problem.",
)
CHINESE = re.compile(r"[\u2014\u2018-\u201d\u2026\u00b7\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")
ALWAYS = "，。、：；？！「」『』《》（）〈〉【】—…·“”‘’〇一二三四五六七八九十百千万年月日"


def strings(value: object) -> list[str]:
    """Every string inside a parsed JSON or TOML value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in strings(part)]
    if isinstance(value, list):
        return [text for part in value for text in strings(part)]
    return []


def titles(value: object) -> list[str]:
    """Every string below a key `title` or `place` of a parsed hall.toml."""
    if isinstance(value, dict):
        parts = [strings(part) if key in ("title", "place") else titles(part) for key, part in value.items()]
        return [text for part in parts for text in part]
    if isinstance(value, list):
        return [text for part in value for text in titles(part)]
    return []


def wanted_glyphs() -> str:
    """The Chinese characters of all texts that the product itself says, sorted."""
    messages = json.loads((ROOT / "assets/text/messages.json").read_text("utf-8"))
    said = [text for key, text in messages.items() if not key.startswith(NEVER_HEADINGS)]
    headings = [text for text in strings(said) if len(text) <= HEADING_MAX_CHARS]
    for hall in sorted((ROOT / "scenes").glob("*/hall.toml")):
        headings += titles(tomllib.loads(hall.read_text("utf-8")))
    return "".join(sorted(set(CHINESE.findall("".join([ALWAYS, *headings])))))


def licence(name: str, package: str) -> str:
    """The licence's text under a line that says whose it is."""
    return (
        f"=== {name} ===\n\n"
        + (ROOT / "node_modules" / package / "LICENSE").read_text("utf-8").strip()
        + "\n"
    )


def main() -> None:
    glyphs = wanted_glyphs()
    options = subset.Options(
        flavor="woff2", layout_features=["kern", "palt", "halt", "locl", "ccmp"], hinting=False
    )
    font = subset.load_font(SERIF, options)
    chooser = subset.Subsetter(options)
    chooser.populate(text=glyphs)
    chooser.subset(font)
    OUT.mkdir(parents=True, exist_ok=True)
    subset.save_font(font, SUBSET, options)
    GLYPHS.write_text(glyphs + "\n", "utf-8")
    for source, name in LATIN.items():
        shutil.copyfile(PACKAGES / source, OUT / name)
    LICENCES.write_text("\n\n".join(licence(name, package) for name, package in LICENSED.items()), "utf-8")
    sys.stdout.write(
        f"{len(glyphs)} glyphs, {SUBSET.stat().st_size / 1000:.1f} KB: {SUBSET.relative_to(ROOT)}\n"
    )


if __name__ == "__main__":
    main()
