"""What commands say that speak to a running server: where it is, which hall, how many, how long."""

from __future__ import annotations

import json
import math
import urllib.request
from collections.abc import Callable
from urllib.error import URLError
from urllib.parse import urlsplit

from yuanzhan.errors.command_line import HallUnknown, SettingInvalid

_HTTP_TIMEOUT_S = 20.0


def wanted(hall: str | None, halls: list[str]) -> list[str]:
    """The hall that is meant, or all of the server's. Raises HallUnknown."""
    if hall is None:
        return halls
    if hall not in halls:
        raise HallUnknown(hall=hall, halls=", ".join(halls))
    return [hall]


def halls_of(url: str) -> list[str]:
    """The ids of a server's halls. Raises OSError, ValueError when the answer is none of ours."""
    from yuanzhan.bots.run import addresses, tls_for

    base_url, _ = addresses(url)
    with urllib.request.urlopen(
        f"{base_url}/api/halls", timeout=_HTTP_TIMEOUT_S, context=tls_for(base_url)
    ) as answer:
        try:
            return [str(hall["id"]) for hall in json.load(answer)["halls"]]
        except (KeyError, TypeError) as error:
            raise ValueError("no list of halls") from error


def reason(error: OSError) -> str:
    """In words, without the number."""
    cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, OSError) else error
    return cause.strerror or str(cause)


def url(text: str) -> str:
    """Of a server, as typed. Raises SettingInvalid."""
    parts = urlsplit(text if "://" in text else f"http://{text}")
    if parts.scheme not in ("http", "https", "ws", "wss") or not parts.hostname:
        raise SettingInvalid(setting="--url", value=text, expected="http(s)://host[:port]")
    return text


def whole_number(flag: str, text: str, largest: int, smallest: int = 1) -> int:
    """From `smallest` to `largest`, as typed. Raises SettingInvalid."""
    try:
        number = int(text)
    except ValueError:
        number = smallest - 1
    if not smallest <= number <= largest:
        raise SettingInvalid(setting=flag, value=text, expected=f"{smallest}-{largest}")
    return number


def not_negative(flag: str, text: str) -> float:
    """A number, as typed. Raises SettingInvalid."""
    return _number(flag, text, lambda found: 0 <= found < math.inf, "cli.expected_not_negative")


def seconds(flag: str, text: str) -> float:
    """A time, as typed. Raises SettingInvalid."""
    return _number(flag, text, lambda found: 0 < found < math.inf, "cli.expected_seconds")


def share(flag: str, text: str) -> float:
    """A part of the whole, as typed. Raises SettingInvalid."""
    return _number(flag, text, lambda found: 0.0 <= found <= 1.0, "0-1")


def _number(flag: str, text: str, is_expected: Callable[[float], bool], expected: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not is_expected(found):
        raise SettingInvalid(setting=flag, value=text, expected=expected)
    return found
