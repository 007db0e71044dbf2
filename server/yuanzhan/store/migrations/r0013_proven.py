"""When a provider asked who somebody is: of sessions that are there, nobody knows."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0013"
down_revision: Final = "0009"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("proven_at_ms", sa.BigInteger(), nullable=True))
