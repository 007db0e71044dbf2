"""`make dev`: Vite serves the pages and reloads them; the server starts anew when its files change.

A server that does not start ends it all, its words being the last; one that a change has broken waits for the
next change.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# How often to look, and how long an editor may take to write all its files.
LOOK_EVERY_S = 0.5
# The server tells its visitors and closes within 5 s.
STOP_S = 6.0


def watched() -> Iterator[Path]:
    """What the server reads when it starts."""
    yield from (ROOT / "server").rglob("*.py")
    yield from (ROOT / "scenes").glob("*/hall.toml")
    yield ROOT / "assets" / "text" / "messages.json"


def newest() -> float:
    """When the latest of them was written."""
    return max((path.stat().st_mtime for path in watched() if path.exists()), default=0.0)


def start_server() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "yuanzhan", "serve", "--port", "8080"], cwd=ROOT)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()


def main() -> int:
    client = subprocess.Popen(["npm", "run", "--silent", "dev", "--workspace", "client"], cwd=ROOT)
    server, seen, is_first = start_server(), newest(), True
    try:
        while client.poll() is None:
            time.sleep(LOOK_EVERY_S)
            if newest() > seen:
                seen, is_first = newest(), False
                stop(server)
                server = start_server()
            elif is_first and server.poll():
                return server.returncode
        return client.returncode
    except KeyboardInterrupt:
        return 0
    finally:
        stop(server)
        stop(client)


if __name__ == "__main__":
    sys.exit(main())
