"""Who left a card, for themselves: so that they may see and erase it."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0006"
down_revision: Final = "0005"


def upgrade() -> None:
    for name in ("by_device", "by_account"):
        op.add_column("booth_cards", sa.Column(name, sa.String(64), nullable=False, server_default=""))
    op.create_index("ix_booth_cards_by_device", "booth_cards", ["by_device"])
    op.create_index("ix_booth_cards_left_at_ms", "booth_cards", ["left_at_ms"])
    # Whose name an act or an appeal kept as text is known by the record; from now on it is an id.
    op.execute("UPDATE acts SET undone_by = NULL")
    op.execute("UPDATE appeals SET answered_by = NULL")
