"""Where a provider's endpoints are: OpenID Connect Discovery 1.0, section 3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from yuanzhan.errors.sign_in import ProviderStrange

WELL_KNOWN: Final = "/.well-known/openid-configuration"
ADDRESS_MAX_CHARS: Final = 2048


@dataclass(frozen=True, slots=True)
class Metadata:
    """What we need of it. `names_itself`: its answers carry `iss` (RFC 9207); `tells_when`: its tokens can
    say when it asked who somebody is.
    """

    authorization: str
    token: str
    keys: str
    userinfo: str | None
    names_itself: bool
    takes_basic: bool
    tells_when: bool


def metadata_of(issuer: str, told: Mapping[str, Any]) -> Metadata:
    """Raises ProviderStrange: another issuer's, incomplete, or without TLS."""
    if told.get("issuer") != issuer:
        raise ProviderStrange(detail="another issuer's metadata")
    methods = told.get("token_endpoint_auth_methods_supported")
    claims = told.get("claims_supported")
    return Metadata(
        authorization=_address(issuer, told, "authorization_endpoint"),
        token=_address(issuer, told, "token_endpoint"),
        keys=_address(issuer, told, "jwks_uri"),
        userinfo=_address(issuer, told, "userinfo_endpoint") if "userinfo_endpoint" in told else None,
        names_itself=told.get("authorization_response_iss_parameter_supported") is True,
        # What is not said is basic: section 3.
        takes_basic=not isinstance(methods, list) or "client_secret_basic" in methods,
        # Each has to be able to (Core, section 2); some say that they are not.
        tells_when=not isinstance(claims, list) or "auth_time" in claims,
    )


def _address(issuer: str, told: Mapping[str, Any], name: str) -> str:
    """An endpoint as safe as the issuer: only one that is tried without TLS may have endpoints without."""
    url = told.get(name)
    if not isinstance(url, str) or len(url) > ADDRESS_MAX_CHARS:
        raise ProviderStrange(detail=f"no {name}")
    try:
        parts = urlsplit(url)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and urlsplit(issuer)[:2] == parts[:2])
    except ValueError:
        is_safe = False
    if not is_safe or parts.fragment:
        raise ProviderStrange(detail=f"unsafe {name}")
    return url
