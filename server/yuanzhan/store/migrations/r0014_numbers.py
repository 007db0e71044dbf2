"""The number that a booth's newest version got, so that none is given twice; and who this database is, for a
bucket that knows one alone."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0014"
down_revision: Final = "0013"


def upgrade() -> None:
    op.add_column("booths", sa.Column("last_number", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE booths SET last_number = coalesce((SELECT max(number) FROM booth_versions"
        " WHERE booth_versions.booth_id = booths.id), 0)"
    )
    op.create_table(
        "bucket_owners",
        sa.Column("only", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("only", name="pk_bucket_owners"),
    )
