"""Avatars to records: the arrays of a crowd, quantised for each tier.

A record says where its visitor is by now (`Crowd.whereabouts`), at most as far as the cell's border that its
last pose was in.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from yuanzhan.hall.crowd import Crowd, Slots
from yuanzhan.hall.grid import Grid
from yuanzhan.protocol import poses

Records = NDArray[np.void]


def near_records(crowd: Crowd, slots: Slots, grid: Grid, now_s: float) -> Records:
    """(n,) slots -> (n,) NEAR."""
    records = _identified(crowd, slots, poses.NEAR)
    along_x, along_z = grid.fractions(*crowd.whereabouts(slots, now_s), crowd.cell[slots])
    records["seq"] = crowd.seq[slots]
    records["x"] = poses.quantise_fraction(along_x, 16)
    records["z"] = poses.quantise_fraction(along_z, 16)
    records["y_cm"] = poses.quantise_height_cm(crowd.y[slots])
    records["yaw"] = poses.quantise_yaw(crowd.yaw[slots], 8)
    records["vx"] = poses.quantise_velocity(crowd.vx[slots])
    records["vz"] = poses.quantise_velocity(crowd.vz[slots])
    records["head_yaw"] = crowd.head_yaw[slots]
    records["head_pitch"] = crowd.head_pitch[slots]
    records["action"] = crowd.action[slots]
    return records


def mid_records(crowd: Crowd, slots: Slots, grid: Grid, floor_y: float, now_s: float) -> Records:
    """(n,) slots -> (n,) MID."""
    records = _identified(crowd, slots, poses.MID)
    along_x, along_z = grid.fractions(*crowd.whereabouts(slots, now_s), crowd.cell[slots])
    records["action"] = crowd.action[slots]
    records["x"] = poses.quantise_fraction(along_x, 8)
    records["z"] = poses.quantise_fraction(along_z, 8)
    records["yaw"] = poses.quantise_yaw(crowd.yaw[slots], 8)
    records["vx"] = poses.quantise_velocity(crowd.vx[slots])
    records["vz"] = poses.quantise_velocity(crowd.vz[slots])
    records["y"] = poses.quantise_mid_height(crowd.y[slots], floor_y)
    return records


def crowd_records(crowd: Crowd, slots: Slots, grid: Grid, now_s: float) -> Records:
    """(n,) slots -> (n,) CROWD."""
    records = _identified(crowd, slots, poses.CROWD)
    along_x, along_z = grid.fractions(*crowd.whereabouts(slots, now_s), crowd.cell[slots])
    records["x"] = poses.quantise_fraction(along_x, 8)
    records["z"] = poses.quantise_fraction(along_z, 8)
    records["yaw_action"] = poses.quantise_yaw(crowd.yaw[slots], 4) << 4 | crowd.action[slots] & 15
    return records


def xr_records(crowd: Crowd, slots: Slots) -> Records:
    """(n,) slots whose last pose had the XR block -> (n,) XR."""
    records = _identified(crowd, slots, poses.XR)
    records["flags"] = crowd.flags[slots]
    records["xr"] = crowd.xr[slots]
    return records


def gone_records(slots: Slots, generations: NDArray[np.uint8]) -> Records:
    """(n,) slots and the generations that left them -> (n,) GONE."""
    records = np.zeros(len(slots), poses.GONE)
    records["slot"] = slots
    records["generation"] = generations
    return records


def look_records(crowd: Crowd, slots: Slots) -> Records:
    """(n,) slots -> (n,) LOOK."""
    records = _identified(crowd, slots, poses.LOOK)
    records["look"] = crowd.look[slots]
    return records


def _identified(crowd: Crowd, slots: Slots, dtype: np.dtype[np.void]) -> Records:
    records = np.zeros(len(slots), dtype)
    records["slot"] = slots
    records["generation"] = crowd.generation[slots]
    return records
