"""What a full hall costs in a visitor's browser: `python -m bench.client [--made] [--recording FILE]`.

Where the recording is not there yet, it is made first: a server is started, the crowd of `yuanzhan bench
crowd` fills the hall, and one more visitor keeps each message it gets, with its time; or, with `--made`, the
server's own hall runs by a clock that is a number, so that a busy machine leaves no gaps. Then the recording
is shown to a page, over a socket and at its pace, with no crowd at work.

Times are those of the page's own thread: its callbacks of frames (three's part included) and of messages, not
what the graphics card, or what stands for it here, does afterwards. Each draw call is made with all that
belongs to it, but for one triangle only (`--draw` draws them all): rendering in software starves the page
until its code is never compiled, and says nothing about a device with a graphics card.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page

from bench.client.made import make
from bench.client.page import hall_page, measure, seen_from
from bench.client.recording import Recording, crowd_in, record
from bench.client.replay import replaying
from yuanzhan.bench.host import own_server, read_hall
from yuanzhan.bots.ground import Ground

PARTS = ("request", "crowd", "avatars", "classify", "texture", "tags", "who", "nearby", "hall", "submit")
SETTLE_S = 3.0
"""After the page stands in the hall: its first frames compile and load, which is not what a frame costs."""


def main() -> int:
    """See --help."""
    options = _options()
    if not options.recording.exists():
        _record(options)
    recording = Recording.load(options.recording)
    with _server(options, 1) as url, replaying(options.recording) as port:
        page_of = hall_page(url, options.hall, options.size, replay_port=port, light=not options.draw)
        with page_of as page:
            page.wait_for_timeout(SETTLE_S * 1000.0)
            reading = measure(page, options.seconds)
            heaviest = _heaviest(page, read_hall(url, options.hall)[1], options.views)
            if options.profile:
                _profile(page, options.profile)
    result = summary(recording, reading) | {"heaviest_of_views": heaviest}
    print(json.dumps(result) if options.json else table(result))
    return 0


def summary(recording: Recording, reading: dict[str, Any]) -> dict[str, Any]:
    """The figures of one run; milliseconds as [median, 95th percentile, longest].

    `script_cpu` is the mean of a frame by the processor's count, which time given to others is not in.
    `js` is all of ours and three's: frame and messages, but not what the browser takes to ask for a frame.
    """
    laps = {name: np.array(values) for name, values in reading["laps"].items()}
    size = len(laps["frame"])
    message = np.zeros(size) if "message" not in laps else _padded(laps["message"], size)
    steady = [(ms, size) for at_ms, ms, size in reading["messages"] if at_ms >= reading["begun_ms"]]
    _, full_ms, full_bytes = max(reading["messages"], key=lambda entry: entry[2])
    return {
        "visitors": recording.visitors,
        "size": reading["size"],
        "clock_is_fine": reading["isolated"],
        "frames_per_s": round(size / reading["seconds"], 1),
        "known": reading["known"],
        "named": reading["named"],
        "drawn": reading["avatars"],
        "draw_calls": reading["render"]["calls"],
        "triangles": reading["render"]["triangles"],
        "bytes_per_s": round(sum(size for _, size in steady) / reading["seconds"]),
        "full_frame": {"bytes": full_bytes, "ms": round(full_ms, 2)},
        "script_cpu_ms": round(1000 * reading["script_s"] / size, 3),
        "js_ms": _spread(laps["frame"] - laps["request"] + message),
        "message_ms": _spread(message),
        "frame_ms": _spread(laps["frame"]),
    } | {f"{name}_ms": _spread(_padded(laps[name], size)) for name in PARTS if name in laps}


def table(result: dict[str, Any]) -> str:
    """For people."""
    width = max(map(len, result))
    return "\n".join(f"{name:<{width}}  {_shown(value)}" for name, value in result.items())


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {item:,}" for key, item in value.items())
    if isinstance(value, list):
        return "  ".join(f"{item:>7,}" for item in value)
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _spread(values: Any) -> list[float]:
    return [round(float(value), 3) for value in (*np.percentile(values, (50, 95)), values.max())]


def _padded(values: Any, size: int) -> Any:
    """Parts that came later than the first frame have fewer entries."""
    return np.concatenate([np.zeros(size - len(values)), values])


def _server(options: argparse.Namespace, visitors: int) -> AbstractContextManager[str]:
    return nullcontext(options.url) if options.url else own_server(visitors)


def _record(options: argparse.Namespace) -> None:
    if options.made:
        with _server(options, 1) as url:
            description, ground = read_hall(url, options.hall)
        taken = make(
            description, ground, options.stand, options.visitors, options.density, options.record_seconds
        )
        taken.save(options.recording)
        return
    with (
        _server(options, options.visitors + 100) as url,
        crowd_in(url, options.hall, options.visitors, options.density, options.record_seconds + 60.0),
    ):
        taken = asyncio.run(record(url, options.hall, options.at, options.visitors, options.record_seconds))
    taken.save(options.recording)
    print(
        f"recorded {taken.seconds:.0f} s of {taken.visitors} visitors: {taken.bytes_per_s:,.0f} bytes/s, "
        f"largest frame {taken.full_bytes:,} bytes, {len(taken.people):,} names"
    )


def _heaviest(page: Page, ground: Ground, views: int) -> dict[str, int]:
    """The most draw calls and triangles of so many views from places anywhere on the floor."""
    rng = np.random.default_rng(2)
    rows, columns = np.nonzero(ground.walkable)
    most = {"views": views, "draw_calls": 0, "triangles": 0}
    for at in rng.integers(0, len(rows), views).tolist():
        x = ground.origin_x + (columns[at] + 0.5) * ground.cell_m
        z = ground.origin_z + (rows[at] + 0.5) * ground.cell_m
        seen = seen_from(page, float(x), float(z), float(rng.uniform(-np.pi, np.pi)))
        most["draw_calls"] = max(most["draw_calls"], seen["calls"])
        most["triangles"] = max(most["triangles"], seen["triangles"])
    return most


def _profile(page: Page, path: Path) -> None:
    """A sampled profile of five seconds more, to open in the browser's tools."""
    session = page.context.new_cdp_session(page)
    session.send("Profiler.enable")
    session.send("Profiler.setSamplingInterval", {"interval": 100})
    session.send("Profiler.start")
    page.wait_for_timeout(5000)
    path.write_text(json.dumps(session.send("Profiler.stop")["profile"]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", help="a server that runs already; without it one is started for the run")
    parser.add_argument("--hall", default="culture")
    parser.add_argument("--visitors", type=int, default=10_000)
    parser.add_argument("--density", default="even", help="even, clustered or crush")
    parser.add_argument("--made", action="store_true", help="make the recording without sockets")
    parser.add_argument(
        "--stand", type=_stand, default=(0.0, 18.0, 0.0), help="x,z,yaw of who is shown a made one"
    )
    parser.add_argument("--at", help="where the recording visitor enters: a place's id")
    parser.add_argument("--record-seconds", type=float, default=30.0)
    parser.add_argument("--recording", type=Path, help="file to read, or to write where it is not there")
    parser.add_argument(
        "--seconds", type=float, default=15.0, help="measured in the page (default: %(default)s)"
    )
    parser.add_argument(
        "--views", type=int, default=60, help="looked at for the heaviest (default: %(default)s)"
    )
    parser.add_argument("--size", type=_size, default=(320, 180), help="of the page, as 1280x720")
    parser.add_argument("--draw", action="store_true", help="draw every triangle")
    parser.add_argument("--profile", type=Path, help="also write a sampled profile here")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    options = parser.parse_args()
    if options.recording is None:
        name = f"yuanzhan-{options.hall}-{options.visitors}-{options.density}.recording"
        options.recording = Path(tempfile.gettempdir()) / name
    return options


def _stand(text: str) -> tuple[float, float, float]:
    x, z, yaw = map(float, text.split(","))
    return x, z, yaw


def _size(text: str) -> tuple[int, int]:
    width, height = text.split("x")
    return int(width), int(height)


if __name__ == "__main__":
    raise SystemExit(main())
