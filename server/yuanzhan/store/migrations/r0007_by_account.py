"""What copies, erasures, the queue of reports and the purge look for is found by index."""

from __future__ import annotations

from typing import Final

from alembic import op

revision: Final = "0007"
down_revision: Final = "0006"


def upgrade() -> None:
    op.create_index("ix_chat_by_account_at_ms", "chat", ["by_account", "at_ms"])
    op.create_index("ix_reports_about_account_made_at_ms", "reports", ["about_account", "made_at_ms"])
    op.create_index("ix_reports_by_device", "reports", ["by_device"])
    op.create_index("ix_reports_by_account", "reports", ["by_account"])
    op.create_index("ix_booth_cards_by_account", "booth_cards", ["by_account"])
    op.create_index("ix_booth_days_at_ms", "booth_days", ["at_ms"])
    op.create_index("ix_booth_opened_at_ms", "booth_opened", ["at_ms"])
