"""Letters to visitors who allow it, and what came of them."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0009"
down_revision: Final = "0010"


def upgrade() -> None:
    counts = ("meant", "sent", "shown", "led", "arrived", "off")
    op.create_table(
        "letters",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.String(24), nullable=True),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("booth", sa.String(64), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
    )
    op.create_index("ix_letters_at_ms", "letters", ["at_ms"])
    op.create_index("ix_letters_organisation_id_at_ms", "letters", ["organisation_id", "at_ms"])
