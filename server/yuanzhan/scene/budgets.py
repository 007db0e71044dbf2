"""What may be drawn, held in memory and downloaded at most."""

from __future__ import annotations

from typing import Final

from yuanzhan.scene.measure import Cost
from yuanzhan.scene.sizes import MB

# A hall with its booths.
HALL_BUDGET: Final = Cost(triangles=300_000, draw_calls=60, texture_bytes=128 * MB, bytes=8 * MB)
BOOTH_BUDGET: Final = Cost(triangles=100_000, materials=10, bytes=5 * MB)
