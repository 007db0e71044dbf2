"""What a command says to who typed it: settings, arguments, files, and the server on the other side."""

from __future__ import annotations

from yuanzhan.errors.base import CommandLineFault, StartError


class SettingInvalid(CommandLineFault):
    """params: setting, value, expected: a range, choices, or a key `cli.expected_…` of the catalogue."""

    code = "setting_invalid"


class SettingUnknown(CommandLineFault):
    """params: setting, names: those that there are."""

    code = "setting_unknown"


class SettingMistyped(SettingUnknown):
    """params: setting, nearest: the one that was meant, it seems."""

    code = "setting_mistyped"


class SettingAlone(CommandLineFault):
    """params: setting, needs: another one, without which it means nothing."""

    code = "setting_alone"


class ConfigUnreadable(CommandLineFault):
    """params: path, detail."""

    code = "config_unreadable"


class UsageMissing(CommandLineFault):
    """params: what, help: the command that tells more. So have all that begin with Usage."""

    code = "usage_missing"


class UsageUnknown(CommandLineFault):
    """params: what, help."""

    code = "usage_unknown"


class UsageNoValue(CommandLineFault):
    """params: what, help."""

    code = "usage_no_value"


class UsageInvalid(CommandLineFault):
    """params: detail, help."""

    code = "usage_invalid"


class OutputKind(CommandLineFault):
    """params: path: of what the command does not write, or would write over what it reads."""

    code = "output_kind"


class OutputUnwritable(CommandLineFault):
    """params: path and detail: what the system says."""

    code = "output_unwritable"


class RecordMissing(CommandLineFault):
    """params: place: a folder, a file, or a database's URL without its password."""

    code = "record_missing"


class TextTooLong(CommandLineFault):
    """params: what, count and most: characters."""

    code = "text_too_long"


class TextUnreadable(CommandLineFault):
    """It is not UTF-8. params: what."""

    code = "text_unreadable"


class HallUnknown(StartError):
    """params: hall, halls: the ids of those that there are."""

    code = "hall_unknown"


class ServerUnreachable(StartError):
    """params: url, detail."""

    code = "server_unreachable"


class ServerStrange(StartError):
    """Something answers, but not a Yuanzhan server. params: url."""

    code = "server_strange"


class ServerGone(StartError):
    """It went away while a command was at work with it. params: url."""

    code = "server_gone"
