"""What came of booths: counts, sketches, opened items, cards."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0005"
down_revision: Final = "0004"


def upgrade() -> None:
    op.create_table(
        "booth_minutes",
        sa.Column("booth", sa.String(64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("dwell_s", sa.Float(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("heat", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("booth", "at_ms", name="pk_booth_minutes"),
    )
    op.create_index("ix_booth_minutes_at_ms", "booth_minutes", ["at_ms"])
    op.create_table(
        "booth_days",
        sa.Column("booth", sa.String(64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("booth", "at_ms", name="pk_booth_days"),
    )
    op.create_table(
        "booth_opened",
        sa.Column("booth", sa.String(64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("booth", "at_ms", "item", name="pk_booth_opened"),
    )
    op.create_table(
        "booth_cards",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("booth", sa.String(64), nullable=False),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("left_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_booth_cards"),
    )
    op.create_index("ix_booth_cards_booth_left_at_ms", "booth_cards", ["booth", "left_at_ms"])
