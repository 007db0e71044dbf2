"""Where the bucket is: what the setting `objects_url` says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from yuanzhan.errors.command_line import SettingInvalid

FORM: Final = "s3://bucket/prefix?endpoint=https://host&region=name"
# The general-purpose names of S3; others that speak it know no wider ones.
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_SEGMENT: Final = re.compile(r"(?!\.+$)[A-Za-z0-9._-]{1,64}", re.ASCII)
_PREFIX_MAX: Final = 256
_VALUES: Final = {
    "endpoint": re.compile(r"https?://[A-Za-z0-9.:\[\]_-]{1,255}(/[A-Za-z0-9._/-]{0,255})?", re.ASCII),
    "region": re.compile(r"[a-z0-9-]{1,64}", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class BucketAddress:
    """A bucket and where in it. Without `endpoint` it is Amazon's own of the region; without `region` the
    environment's."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}" + (f" ({self.endpoint})" if self.endpoint else "")


def bucket_address(setting: str) -> BucketAddress:
    """What `objects_url` means. Raises SettingInvalid without telling the value: somebody may have written
    a key into it."""
    try:
        parts = urlsplit(setting)
        pairs = parse_qsl(parts.query, strict_parsing=True) if parts.query else []
    except ValueError:
        raise _invalid() from None
    values = dict(pairs)
    segments = [segment for segment in parts.path.strip("/").split("/") if parts.path.strip("/")]
    is_right = (
        parts.scheme == "s3"
        and _BUCKET.fullmatch(parts.netloc) is not None
        and len(parts.path) <= _PREFIX_MAX
        and all(map(_SEGMENT.fullmatch, segments))
        and len(values) == len(pairs)
        and all(name in _VALUES and _VALUES[name].fullmatch(value) for name, value in pairs)
        and not parts.fragment
    )
    if not is_right:
        raise _invalid()
    return BucketAddress(parts.netloc, "/".join(segments), **values)


def _invalid() -> SettingInvalid:
    return SettingInvalid(setting="objects_url", value="…", expected=FORM)
