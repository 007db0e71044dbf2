"""The branches of the tree: whose fault something is decides how it is said."""

from __future__ import annotations

Param = str | int | float


class YuanzhanError(Exception):
    """A named problem. `code` is stable; `params` fill the catalogue's sentence."""

    code: str = "internal"

    def __init__(self, **params: Param) -> None:
        super().__init__(self.code, params)
        self.params = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code} ({details})" if details else self.code


class StartError(YuanzhanError):
    """The program cannot start (or a command cannot run) here."""

    code = "cannot_start"


class CommandLineFault(StartError):
    """What was typed cannot be."""


class PeerFault(YuanzhanError):
    """Somebody else's mistake: said to them, not logged as ours."""

    code = "request_invalid"


class RequestRefused(PeerFault):
    """Refused over HTTP."""


class ServerFault(YuanzhanError):
    """Ours."""
