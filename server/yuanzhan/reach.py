"""Where a server can be reached: its addresses, which of them people come by, and a certificate for these."""

from __future__ import annotations

import datetime
import re
import socket
import ssl
from dataclasses import dataclass

from yuanzhan.settings import Settings
from yuanzhan.web.addresses import local_addresses
from yuanzhan.web.certificate import tls_context


@dataclass(frozen=True, slots=True)
class Reach:
    """URLs end without a slash; the best one for a phone is first.

    `is_for_network` is true where other machines are let in, though there may be no address for them.
    `owner_url` makes the first owner's account, where there is none yet.
    """

    base_url: str
    network_urls: tuple[str, ...]
    is_for_network: bool
    port: int
    hall_count: int
    owner_url: str | None


def reach_of(settings: Settings, port: int, hall_count: int, owner_key: str | None) -> Reach:
    """Of a server that listens on this port. `owner_key` is that of the first owner's invitation."""
    scheme = "https" if settings.lan else "http"
    network = (
        [f"{scheme}://{address}:{port}" for address in local_addresses()] if settings.is_reachable else []
    )
    base = base_url(settings, port)
    owner_url = f"{base}/invitation/{owner_key}" if owner_key else None
    return Reach(base, tuple(network), settings.is_reachable, port, hall_count, owner_url)


def base_url(settings: Settings, port: int) -> str:
    """What links begin with that people are given, without a slash at the end."""
    scheme = "https" if settings.lan else "http"
    return settings.public_url.rstrip("/") or f"{scheme}://localhost:{port}"


def own_url(settings: Settings, port: int) -> str:
    """Where a program on this machine reaches the server."""
    host = {"0.0.0.0": "localhost", "127.0.0.1": "localhost", "::": "::1"}.get(
        settings.listen_host, settings.listen_host
    )
    bracketed = f"[{host}]" if ":" in host else host
    return f"{'https' if settings.lan else 'http'}://{bracketed}:{port}"


def is_https(settings: Settings) -> bool:
    """Whether people reach us by it, as far as we know."""
    return settings.lan or settings.public_url.startswith("https://")


def tls_of(settings: Settings) -> ssl.SSLContext | None:
    """What `--lan` speaks: a certificate for all names that this machine has in its network."""
    if not settings.lan:
        return None
    names = {"localhost", "127.0.0.1", *local_addresses(), *_host_names()}
    return tls_context(settings.data_dir, names, datetime.datetime.now(datetime.UTC))


def _host_names() -> set[str]:
    """This machine's name as others in the network may know it (mDNS)."""
    name = socket.gethostname().partition(".")[0].lower()
    return {f"{name}.local"} if re.fullmatch(r"[a-z0-9-]+", name) else set()
