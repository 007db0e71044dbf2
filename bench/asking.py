"""Asks an address every 10 ms until standard input ends; then prints how long each answer took, in ms.

    python bench/asking.py http://127.0.0.1:8080/healthz

Says `ready` after the first answer, which is not counted.
"""

from __future__ import annotations

import http.client
import os
import sys
import time
from urllib.parse import urlsplit

PERIOD_S = 0.010


def main() -> int:
    address = urlsplit(sys.argv[1])
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
    ask(connection, address.path)
    print("ready", flush=True)
    os.set_blocking(0, False)
    times_s = []
    while not _is_at_its_end():
        took_s = ask(connection, address.path)
        times_s.append(took_s)
        time.sleep(max(PERIOD_S - took_s, 0))
    print("\n".join(f"{took_s * 1000:.3f}" for took_s in times_s))
    return 0


def ask(connection: http.client.HTTPConnection, path: str) -> float:
    """Seconds until the whole answer is there."""
    started_s = time.perf_counter()
    connection.request("GET", path)
    connection.getresponse().read()
    return time.perf_counter() - started_s


def _is_at_its_end() -> bool:
    try:
        return os.read(0, 1) == b""
    except BlockingIOError:
        return False


if __name__ == "__main__":
    sys.exit(main())
