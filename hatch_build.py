"""Build hook: a wheel carries the built client, the halls and the message catalogue (see yuanzhan/bundle.py).

An editable install carries nothing: the working copy is used as it is.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLE = "yuanzhan/_bundle"
# How a hall is made is of no use to whoever serves it.
LEFT_OUT = {".py", ".pyc", ".md", ".blend"}


class BundleHook(BuildHookInterface[Any]):
    """Adds the files that are not Python to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        client = root / "client" / "dist"
        if not (client / "index.html").is_file():
            raise FileNotFoundError("client/dist is missing: run `make client` first")
        build_data["force_include"][str(client)] = f"{BUNDLE}/client"
        for text in (root / "assets" / "text").glob("*.json"):
            build_data["force_include"][str(text)] = f"{BUNDLE}/{text.name}"
        for path in hall_files(root / "scenes"):
            build_data["force_include"][str(path)] = f"{BUNDLE}/{path.relative_to(root).as_posix()}"


def hall_files(scenes: Path) -> list[Path]:
    """Every file that serving the halls needs."""
    return sorted(
        path
        for manifest in scenes.glob("*/hall.toml")
        for path in manifest.parent.rglob("*")
        if path.is_file() and path.suffix not in LEFT_OUT
    )
