"""Tables of the documents, so that tests hold the program against what is written there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"


def table(page: str, title: str) -> list[dict[str, str]]:
    """The rows of the first table under a heading of docs/`page`.md, each by the names of its columns."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    section = text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    header, _, *rows = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(header, row, strict=True)) for row in rows]
