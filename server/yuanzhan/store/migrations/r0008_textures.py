"""Booths' models with textures that stay compressed on the graphics card."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0008"
down_revision: Final = "0007"


def upgrade() -> None:
    op.add_column("booth_versions", sa.Column("textures", sa.Text(), nullable=True))
