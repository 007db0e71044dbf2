"""python -m assets.halls [name ...]: every hall of scenes/ that has a make.py, built anew.

The same sources give the same bytes on the same machine. Posters are photographs of the built hall and need a
browser: `--posters` takes them anew too, the first of a hall.toml's viewpoints named "poster", or its first.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m assets.halls", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="folders of scenes/; all when none is named")
    parser.add_argument("--posters", action="store_true", help="photograph the halls for the landing page")
    options = parser.parse_args(arguments)
    sys.path.insert(0, str(ROOT / "assets"))  # the kit is imported as `kit`, by itself and by the halls
    from kit import build, look

    folders = sorted(path.parent for path in (ROOT / "scenes").glob("*/make.py"))
    wanted = [folder for folder in folders if not options.names or folder.name in options.names]
    for folder in wanted:
        build.main([str(folder), "--force"])
    if options.posters:
        for folder in wanted:
            look.main([folder.name, "--poster", "--view", "none"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
