"""Until when a slot is kept for a booth that shows nothing there. Those that are held now are kept on."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0012"
down_revision: Final = "0011"


def upgrade() -> None:
    op.add_column("booth_slots", sa.Column("kept_until_ms", sa.BigInteger(), nullable=True))
