"""Acts of operators, appeals against them, reports of visitors, and what was said."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0003"
down_revision: Final = "0002"


def upgrade() -> None:
    op.create_table(
        "acts",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("hall", sa.String(64), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.String(64), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("report", sa.String(24), nullable=True),
        sa.Column("undone_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_acts"),
    )
    op.create_index("ix_acts_made_at_ms", "acts", ["made_at_ms"])
    op.create_index("ix_acts_undone_at_ms_ends_at_ms", "acts", ["undone_at_ms", "ends_at_ms"])
    op.create_table(
        "act_marks",
        sa.Column("act_id", sa.String(24), nullable=False),
        sa.Column("by", sa.String(8), nullable=False),
        sa.Column("value", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["act_id"], ["acts.id"], name="fk_act_marks_act_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("act_id", "by", "value", name="pk_act_marks"),
    )
    op.create_index("ix_act_marks_by_value", "act_marks", ["by", "value"])
    op.create_table(
        "appeals",
        sa.Column("act_id", sa.String(24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("answered_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["act_id"], ["acts.id"], name="fk_appeals_act_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("act_id", name="pk_appeals"),
    )
    op.create_index("ix_appeals_state_at_ms", "appeals", ["state", "at_ms"])
    op.create_table(
        "reports",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("what", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("visitor", sa.BigInteger(), nullable=True),
        sa.Column("line", sa.BigInteger(), nullable=True),
        sa.Column("booth", sa.String(64), nullable=True),
        sa.Column("about_visitor", sa.String(64), nullable=False),
        sa.Column("about_device", sa.String(64), nullable=False),
        sa.Column("about_account", sa.String(64), nullable=False),
        sa.Column("by_visitor", sa.String(64), nullable=False),
        sa.Column("by_device", sa.String(64), nullable=False),
        sa.Column("by_account", sa.String(64), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("assignee_id", sa.String(64), nullable=True),
        sa.Column("assignee_name", sa.Text(), nullable=True),
        sa.Column("act_id", sa.String(24), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
    )
    op.create_index("ix_reports_state_made_at_ms", "reports", ["state", "made_at_ms"])
    op.create_index("ix_reports_about_device_made_at_ms", "reports", ["about_device", "made_at_ms"])
    op.create_index("ix_reports_about_visitor_made_at_ms", "reports", ["about_visitor", "made_at_ms"])
    op.create_index("ix_reports_made_at_ms", "reports", ["made_at_ms"])
    op.create_table(
        "chat",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("visitor", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("x", sa.Float(), nullable=False),
        sa.Column("z", sa.Float(), nullable=False),
        sa.Column("by_visitor", sa.String(64), nullable=False),
        sa.Column("by_device", sa.String(64), nullable=False),
        sa.Column("by_account", sa.String(64), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.Column("cleared_by", sa.String(24), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_chat"),
    )
    op.create_index("ix_chat_at_ms", "chat", ["at_ms"])
    op.create_index("ix_chat_hall_at_ms", "chat", ["hall", "at_ms"])
    op.create_index("ix_chat_by_device_at_ms", "chat", ["by_device", "at_ms"])
    op.create_index("ix_chat_by_visitor_at_ms", "chat", ["by_visitor", "at_ms"])
