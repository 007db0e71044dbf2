"""A booth that nobody turned shows its front to the visitors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.exhibitors import LIN, OPERATOR, SLOTS, Exhibitors, PlainSteps, check_all
from tests.support.models import SAMPLES
from yuanzhan.booths.runner import Optimised
from yuanzhan.booths.stands import Stands
from yuanzhan.booths.steps import JobSteps
from yuanzhan.jobs.check import CheckLimits
from yuanzhan.jobs.optimise import OptimiseOptions
from yuanzhan.scene.limits import UploadLimits
from yuanzhan.scene.stands import Stand, turned

# It has its back at -Z: the extension OMI_seat says where back and knees of a sitter are.
CHAIR = SAMPLES / "valid" / "simple_chair_pos_z.gltf"


class FacingSteps(PlainSteps):
    """As if the optimiser had found this side to be the front."""

    def __init__(self, front: str) -> None:
        super().__init__()
        self._front = front

    async def optimise(self, canonical: Path, folder: Path) -> Optimised:
        made = await super().optimise(canonical, folder)
        return Optimised(made.model, made.thumbnail, {**made.told, "front": self._front})


async def yaw(exhibitors: Exhibitors, booth: str) -> float:
    return float((await exhibitors.overview.get(LIN, booth))["dress"]["yaw_deg"])


@pytest.mark.parametrize(("front", "yaw_deg"), [("+z", 180.0), ("-z", 0.0)])
async def test_a_new_placing_turns_the_front_to_the_visitors(
    exhibitors: Exhibitors, front: str, yaw_deg: float
) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, b"model")
    await check_all(exhibitors, FacingSteps(front))
    await exhibitors.dress(booth)
    assert await yaw(exhibitors, booth) == yaw_deg
    assert (await exhibitors.overview.preview(LIN, booth))["transform"]["yaw_deg"] == yaw_deg
    await exhibitors.dress(booth, yaw_deg=0.0)
    assert await yaw(exhibitors, booth) == 0.0, "an exhibitor's own turn counts"


async def test_a_booth_that_was_placed_before_its_model_came_is_turned_for_it(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    await exhibitors.dress(booth)
    assert await yaw(exhibitors, booth) == 0.0
    await exhibitors.upload(booth, b"model")
    await check_all(exhibitors, FacingSteps("+z"))
    assert await yaw(exhibitors, booth) == 180.0
    await exhibitors.publication.submit(LIN, booth, 1)
    # What was submitted stays as it was, whatever the next model shows.
    await exhibitors.upload(booth, b"another")
    await check_all(exhibitors, FacingSteps("-z"))
    assert await yaw(exhibitors, booth) == 180.0


@pytest.mark.parametrize("schema_url", ["sqlite"], indirect=True)
@pytest.mark.skipif(not CHAIR.is_file(), reason="the sample models are not beside this repository")
async def test_a_chair_that_faces_plus_z_stands_with_its_front_to_the_aisle(exhibitors: Exhibitors) -> None:
    booth = await exhibitors.booth()
    await exhibitors.upload(booth, CHAIR.read_bytes(), file=CHAIR.name)
    await check_all(exhibitors, JobSteps(UploadLimits(), CheckLimits(seconds=100), OptimiseOptions()))
    await exhibitors.dress(booth)
    await exhibitors.publication.submit(LIN, booth, 1)
    await exhibitors.publication.approve(OPERATOR, booth, 1)
    shown: dict[str, Sequence[Stand]] = {}
    await Stands(exhibitors.database, shown.__setitem__).show(["first"])
    (stand,) = shown["first"]
    # The knees of who sits on it are at +Z of the model, and at -Z of the slot, where its front is.
    x, z = turned(0.0, 1.0, math.radians(stand.yaw_deg))
    assert (round(x, 6), round(z, 6)) == (0.0, -1.0)
    assert len(stand.blocks(SLOTS["first"]["a"])) > 0, "one sits on it and does not walk through it"
