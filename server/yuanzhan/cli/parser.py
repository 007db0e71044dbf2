"""Command lines that cannot be read are one sentence in the reader's language, like every other error."""

from __future__ import annotations

import argparse
import re
from typing import Final, NoReturn

from yuanzhan.errors.base import YuanzhanError
from yuanzhan.errors.command_line import (
    SettingInvalid,
    UsageInvalid,
    UsageMissing,
    UsageNoValue,
    UsageUnknown,
)

_USAGE: Final[tuple[tuple[str, type[YuanzhanError]], ...]] = (
    (r"the following arguments are required: (?P<what>.+)", UsageMissing),
    (r"unrecognized arguments: (?P<what>.+)", UsageUnknown),
    (r"argument [^-][^:]*: invalid choice: '(?P<what>.*?)'", UsageUnknown),
    (r"argument (?P<what>[^:]+): expected .*", UsageNoValue),
)
"""argparse tells what is wrong only in words; those that are not here are passed on as they are."""
_VALUES: Final = (
    (r"argument (-[^:]+): invalid choice: '(.*?)' \(choose from (.+)\)", None),
    (r"argument (-[^:]+): invalid int value: '(.*?)'", "cli.expected_whole_number"),
    (r"argument (-[^:]+): invalid float value: '(.*?)'", "cli.expected_number"),
)
"""The option, the value, and what is expected: the third group where it is None here."""


class Parser(argparse.ArgumentParser):
    """An argparse parser whose errors are ours. Its sub-parsers are of the same kind."""

    def error(self, message: str) -> NoReturn:
        for pattern, expected in _VALUES:
            if found := re.match(pattern, message):
                choices = expected or found[3].replace("'", "")
                raise SettingInvalid(setting=found[1], value=found[2], expected=choices)
        for pattern, kind in _USAGE:
            if found := re.match(pattern, message):
                raise kind(what=found["what"], help=f"{self.prog} --help")
        raise UsageInvalid(detail=message, help=f"{self.prog} --help")
