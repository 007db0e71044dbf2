"""Booths, their versions, slots, files and uploads."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0004"
down_revision: Final = "0003"


def upgrade() -> None:
    op.create_table(
        "booths",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("organisation_id", sa.String(24), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("dress", sa.Text(), nullable=True),
        sa.Column("published", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.String(24), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_booths_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_booths"),
    )
    op.create_index("ix_booths_organisation_id", "booths", ["organisation_id"])
    op.create_table(
        "booth_versions",
        sa.Column("booth_id", sa.String(24), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("step", sa.String(16), nullable=True),
        sa.Column("file", sa.String(160), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("original", sa.String(80), nullable=False),
        sa.Column("canonical", sa.String(80), nullable=True),
        sa.Column("model", sa.String(80), nullable=True),
        sa.Column("thumbnail", sa.String(80), nullable=True),
        sa.Column("parts", sa.Text(), nullable=True),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("optimised", sa.Text(), nullable=True),
        sa.Column("dress", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("submitted_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(32), nullable=True),
        sa.Column("claimed_until_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booth_id"], ["booths.id"], name="fk_booth_versions_booth_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("booth_id", "number", name="pk_booth_versions"),
    )
    op.create_index("ix_booth_versions_state_received_at_ms", "booth_versions", ["state", "received_at_ms"])
    op.create_table(
        "booth_slots",
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("slot", sa.String(64), nullable=False),
        sa.Column("booth_id", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(
            ["booth_id"], ["booths.id"], name="fk_booth_slots_booth_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hall", "slot", name="pk_booth_slots"),
    )
    op.create_index("ix_booth_slots_booth_id", "booth_slots", ["booth_id"])
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("booth_id", sa.String(24), nullable=False),
        sa.Column("organisation_id", sa.String(24), nullable=False),
        sa.Column("account_id", sa.String(24), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("file", sa.String(160), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("is_finished", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("object", sa.String(80), nullable=True),
        sa.ForeignKeyConstraint(["booth_id"], ["booths.id"], name="fk_uploads_booth_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_uploads_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
    )
    op.create_index("ix_uploads_booth_id", "uploads", ["booth_id"])
    op.create_index("ix_uploads_organisation_id", "uploads", ["organisation_id"])
    op.create_table(
        "booth_files",
        sa.Column("booth_id", sa.String(24), nullable=False),
        sa.Column("object", sa.String(80), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("file", sa.String(160), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booth_id"], ["booths.id"], name="fk_booth_files_booth_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("booth_id", "object", name="pk_booth_files"),
    )
