"""Files that are sent to a booth, in pieces (tus) or whole."""

from __future__ import annotations

from yuanzhan.errors.base import RequestRefused, ServerFault


class NoSuchUpload(RequestRefused):
    code = "no_such_upload"


class UploadOffsetWrong(RequestRefused):
    """params: offset: where to go on."""

    code = "upload_offset_wrong"


class UploadTooLarge(RequestRefused):
    """params: most_mb."""

    code = "upload_too_large"


class UploadTooLong(RequestRefused):
    """params: length: what was said."""

    code = "upload_too_long"


class UploadHashWrong(RequestRefused):
    code = "upload_hash_wrong"


class UploadBusy(RequestRefused):
    code = "upload_busy"


class TooManyUploads(RequestRefused):
    """params: most."""

    code = "too_many_uploads"


class QuotaFull(RequestRefused):
    """params: most_mb."""

    code = "quota_full"


class MediaTypeWrong(RequestRefused):
    """params: wanted."""

    code = "media_type_wrong"


class FileKindRefused(RequestRefused):
    code = "file_kind_refused"


class TusVersionUnknown(RequestRefused):
    """params: version: ours."""

    code = "tus_version_unknown"


class ChecksumMismatch(RequestRefused):
    code = "checksum_mismatch"


class PictureUnfinished(ServerFault):
    """Whoever works on a panel's picture was killed, or had no time, again and again. The upload is kept."""

    code = "picture_unfinished"
