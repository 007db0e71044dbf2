"""The addresses of this machine in its local network."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from typing import Final

# One address of each private range (RFC 1918) and of the documentation range (RFC 5737): asking the system by
# which of our addresses it would reach them names every interface that matters. Nothing is sent.
_ASKED: Final = ("192.0.2.1", "10.255.255.254", "172.31.255.254", "192.168.255.254")


def local_addresses() -> list[str]:
    """IPv4 addresses of this machine that others in its network can reach, the default route's first."""
    found = [address for target in _ASKED if (address := _address_towards(target))]
    with contextlib.suppress(OSError):
        found += [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    unique = dict.fromkeys(found)
    return [address for address in unique if not ipaddress.ip_address(address).is_loopback]


def _address_towards(target: str) -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((target, 9))
            return str(probe.getsockname()[0])
        except OSError:
            return None
