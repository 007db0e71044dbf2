"""Acts and reports as rows, and back."""

from __future__ import annotations

import json
from typing import Any

from yuanzhan.instants import iso
from yuanzhan.moderation.acts import Act, By, Kind, Mark, Marks, Reason
from yuanzhan.moderation.lines import Line
from yuanzhan.moderation.reports import Complaint, ReportState
from yuanzhan.store.acts import NAME_MAX_CHARS, ActAndMarks, ActRow, Pair
from yuanzhan.store.chat import ChatRow
from yuanzhan.store.reports import ReportRow


def act_row(act: Act) -> tuple[ActRow, list[Pair]]:
    """The row of an act, and its marks."""
    row = ActRow(
        id=act.id,
        kind=act.kind.value,
        reason=act.reason.value,
        made_at_ms=act.made_at_ms,
        ends_at_ms=act.ends_at_ms,
        hall=act.hall,
        name=act.name[:NAME_MAX_CHARS],
        note=act.note,
        comment=act.comment,
        params=_json(act.params),
        actor_id=act.actor_id,
        actor_name=act.actor_name,
        report=act.report,
        undone_at_ms=act.undone_at_ms,
    )
    return row, [(mark.by.value, mark.value) for mark in act.marks]


def act_of(found: ActAndMarks) -> Act:
    """The act of a row."""
    row, marks = found
    return Act(
        id=row.id,
        kind=Kind(row.kind),
        reason=Reason(row.reason),
        made_at_ms=row.made_at_ms,
        ends_at_ms=row.ends_at_ms,
        hall=row.hall,
        name=row.name,
        note=row.note,
        comment=row.comment,
        marks=tuple(Mark(By(by), value) for by, value in sorted(marks)),
        params=json.loads(row.params),
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        report=row.report,
        undone_at_ms=row.undone_at_ms,
    )


def act_json(act: Act, now_ms: int) -> dict[str, Any]:
    """An act as the console has it: by what it holds, but no address and no digest."""
    return {
        "id": act.id,
        "kind": act.kind.value,
        "reason": act.reason.value,
        "hall": act.hall,
        "name": act.name,
        "note": act.note,
        "comment": act.comment,
        "by": sorted({mark.by.value for mark in act.marks}),
        "params": dict(act.params),
        "actor": {"id": act.actor_id, "name": act.actor_name},
        "report": act.report,
        "made_at": iso(act.made_at_ms),
        "ends_at": None if act.ends_at_ms is None else iso(act.ends_at_ms),
        "undone_at": None if act.undone_at_ms is None else iso(act.undone_at_ms),
        "lasting": act.rule.lasting,
        "holds": act.holds(now_ms),
    }


def report_row(report_id: str, complaint: Complaint) -> ReportRow:
    """The row of a report that comes in."""
    return ReportRow(
        id=report_id,
        state=ReportState.OPEN.value,
        what=complaint.what,
        reason=complaint.reason,
        hall=complaint.hall,
        name=complaint.name,
        note=complaint.note,
        made_at_ms=complaint.at_ms,
        changed_at_ms=complaint.at_ms,
        visitor=complaint.visitor,
        line=complaint.line,
        booth=complaint.booth,
        about_visitor=complaint.about.visitor,
        about_device=complaint.about.device,
        about_account=complaint.about.account,
        by_visitor=complaint.by.visitor,
        by_device=complaint.by.device,
        by_account=complaint.by.account,
        evidence=_json(complaint.evidence),
    )


def about(row: ReportRow) -> Marks:
    """Whom a report is about. Its address is not kept."""
    return Marks(row.about_visitor, row.about_device, row.about_account)


def report_json(row: ReportRow, *, whole: bool = False) -> dict[str, Any]:
    """A report as the console has it; `whole` with its evidence."""
    told = {
        "id": row.id,
        "state": row.state,
        "what": row.what,
        "reason": row.reason,
        "hall": row.hall,
        "name": row.name,
        "note": row.note,
        "made_at": iso(row.made_at_ms),
        "changed_at": iso(row.changed_at_ms),
        "visitor": row.visitor,
        "line": row.line,
        "booth": row.booth,
        "assignee": None if row.assignee_id is None else {"id": row.assignee_id, "name": row.assignee_name},
        "act": row.act_id,
    }
    return told | {"evidence": json.loads(row.evidence)} if whole else told


def line_row(line: Line) -> dict[str, Any]:
    """The values of a line's row."""
    return {
        "number": line.number,
        "at_ms": line.at_ms,
        "hall": line.hall,
        "visitor": line.visitor,
        "name": line.name,
        "text": line.text,
        "x": line.x,
        "z": line.z,
        "by_visitor": line.marks.visitor,
        "by_device": line.marks.device,
        "by_account": line.marks.account,
        "refused": line.refused,
        "cleared_by": None,
    }


def line_of(row: ChatRow) -> Line:
    """The line of a row. Its author's address is not kept."""
    marks = Marks(row.by_visitor, row.by_device, row.by_account)
    return Line(
        row.number,
        row.at_ms,
        row.hall,
        row.visitor,
        row.name,
        row.text,
        row.x,
        row.z,
        marks,
        row.refused,
        row.cleared_by is not None,
    )


def _json(value: Any) -> str:
    return json.dumps(value if isinstance(value, dict) else dict(value), ensure_ascii=False, allow_nan=False)
