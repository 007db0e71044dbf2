"""What this machine, its disk or its database lacks for a start."""

from __future__ import annotations

from typing import Any

from yuanzhan.errors.base import StartError


class PortBusy(StartError):
    """params: port."""

    code = "port_busy"


class AddressUnavailable(StartError):
    """params: host, port, detail."""

    code = "address_unavailable"


class OpenFilesTooFew(StartError):
    """params: limit, wanted."""

    code = "open_files_too_few"


class DataDirTaken(StartError):
    """params: path. Another server works there: each would take what the other has begun for left behind."""

    code = "data_dir_taken"


class DataDirUnwritable(StartError):
    """params: path, detail."""

    code = "data_dir_unwritable"


class DatabaseUnreachable(StartError):
    """params: url (without its password), detail."""

    code = "database_unreachable"


class DatabaseNewer(StartError):
    """params: detail."""

    code = "database_newer"


class BucketMissing(StartError):
    """params: bucket."""

    code = "bucket_missing"


class BucketRefuses(StartError):
    """params: bucket."""

    code = "bucket_refuses"


class BucketTaken(StartError):
    """params: bucket, with its prefix. Another database has its files there, and would lose them."""

    code = "bucket_taken"


class BucketUnreachable(StartError):
    """params: bucket, detail."""

    code = "bucket_unreachable"


class ExtraMissing(StartError):
    """params: setting, extra: what pip installs for it."""

    code = "extra_missing"


class ToolMissing(StartError):
    """params: tool."""

    code = "tool_missing"


class ClientMissing(StartError):
    """params: path."""

    code = "client_missing"


class WordListInvalid(StartError):
    """params: path, detail."""

    code = "word_list_invalid"


class HallsMissing(StartError):
    """params: path."""

    code = "halls_missing"


class SceneInvalid(StartError):
    """params: file (and key), detail: what is wrong with it, in one sentence.

    `issue` is the same as reports of uploads have it (scene/issues.py), where the table has a code for it.
    """

    code = "scene_invalid"
    issue: Any = None
