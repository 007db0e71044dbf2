"""The policy headers that every answer carries, error or not."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from aiohttp import web

# The strictest policy that still runs glTF with meshopt, WebSocket, WebCodecs and WebAssembly:
# nothing inline, no other origin, no frame around us.
CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self' blob:",
        "worker-src 'self'",
        "media-src 'self' blob:",
        "font-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

# Only features that browsers know by name: an unknown one is an error in the visitor's console.
PERMISSIONS_POLICY: Final = ", ".join(
    (
        "camera=()",
        "geolocation=()",
        "microphone=()",
        "payment=()",
        "usb=()",
        "xr-spatial-tracking=(self)",
    )
)

POLICY_HEADERS: Final = MappingProxyType(
    {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Permissions-Policy": PERMISSIONS_POLICY,
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)

# What an answer without a rule of its own may be kept for: not at all.
NO_STORE: Final = "no-store"
# A page or file whose name does not change with its content: ask each time, 304 when it is the same.
REVALIDATE: Final = "no-cache"
# A file named by its content.
IMMUTABLE: Final = "public, max-age=31536000, immutable"


async def add_policy(request: web.Request, response: web.StreamResponse) -> None:
    """`on_response_prepare`"""
    put_policy(response)


def put_policy(response: web.StreamResponse) -> None:
    """Policy headers, and no caching unless the handler allowed it. A stricter Content-Security-Policy of the
    handler's own stays."""
    for name, value in POLICY_HEADERS.items():
        if name != "Content-Security-Policy" or name not in response.headers:
            response.headers[name] = value
    if response.status >= 400:
        response.headers["Cache-Control"] = NO_STORE
    response.headers.setdefault("Cache-Control", NO_STORE)
    response.headers.pop("Server", None)
