"""Our own faults, whatever was asked."""

from __future__ import annotations

from yuanzhan.errors.base import ServerFault


class InternalError(ServerFault):
    code = "internal"


class DiskFull(ServerFault):
    """Nothing that was acknowledged is lost; the operator has to make room."""

    code = "disk_full"


class ObjectsUnreachable(ServerFault):
    """The bucket does not answer, or refuses. Nothing that was acknowledged is lost."""

    code = "objects_unreachable"


class Stopping(ServerFault):
    code = "stopping"
