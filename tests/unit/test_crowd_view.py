"""What a visitor knows of the crowd: rules that the golden vectors do not reach."""

from __future__ import annotations

import numpy as np

from yuanzhan.crowd_view import CrowdView
from yuanzhan.protocol.poses import RECORDS, Tier
from yuanzhan.protocol.sections import Frame, Section


def section(tier: Tier, generation: int) -> Section:
    """One record, of the visitor in slot 3."""
    records = np.zeros(1, RECORDS[tier])
    records["slot"], records["generation"] = 3, generation
    return Section(tier, 0, 0, records)


def test_hands_and_head_of_whoever_had_the_slot_before_are_not_the_new_visitors() -> None:
    crowd = CrowdView(8, 4.0, 0.0, 0.0, 0.0)
    crowd.apply(Frame(1, False, (section(Tier.NEAR, 1), section(Tier.XR, 1))))
    assert set(crowd.xr) == {3}
    crowd.apply(Frame(2, False, (section(Tier.MID, 1),)))
    assert set(crowd.xr) == {3}
    crowd.apply(Frame(3, False, (section(Tier.MID, 2),)))
    assert crowd.xr == {}
