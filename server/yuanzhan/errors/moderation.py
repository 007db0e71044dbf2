"""Acts of operators, reports and appeals."""

from __future__ import annotations

from yuanzhan.errors.base import RequestRefused


class ActInvalid(RequestRefused):
    """params: pointer, a JSON pointer to what cannot be."""

    code = "act_invalid"


class BothLanguagesNeeded(ActInvalid):
    code = "both_languages_needed"


class TargetGone(RequestRefused):
    code = "target_gone"


class NothingSaid(RequestRefused):
    code = "nothing_said"


class TargetIsStaff(RequestRefused):
    code = "target_is_staff"


class ActKnown(RequestRefused):
    code = "act_known"


class ActOver(RequestRefused):
    code = "act_over"


class ReportHandled(RequestRefused):
    code = "report_handled"


class AppealKnown(RequestRefused):
    code = "appeal_known"
