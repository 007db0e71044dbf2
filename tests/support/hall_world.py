"""A hall with model clients and no sockets: each has a true pose, and a view made of its frames."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import numpy as np

from tests.support.floors import flat_floor
from yuanzhan.client import pose_bytes
from yuanzhan.crowd_view import CrowdView
from yuanzhan.hall.encoded import NEAR_RING
from yuanzhan.hall.hall import Correction, Delivery, Hall, Placement
from yuanzhan.hall.tiers import Budget
from yuanzhan.protocol.fields import NOBODY
from yuanzhan.protocol.frames import NO_MASK
from yuanzhan.protocol.poses import TURN, Action
from yuanzhan.protocol.sections import Frame, read_frame

TICK_S = 0.1


@dataclass
class Model:
    """One visitor: where it truly is, and what it knows."""

    slot: int
    id: int
    look: int
    x: float
    z: float
    yaw: float
    view: CrowdView
    action: int = Action.STAND
    seq: int = 0
    watching: bool = True
    frames: list[Frame] = field(default_factory=list)


class World:
    """A flat hall of 40 x 24 m whose time is ours."""

    def __init__(self, capacity: int = 100, budget: Budget | None = None, observers_max: int = 0) -> None:
        self.hall = Hall(capacity, flat_floor(), budget=budget, observers_max=observers_max)
        self.now_s = 100.0
        self.models: dict[int, Model] = {}
        self.observers: dict[int, Model] = {}
        self.deliveries: list[Delivery] = []
        self.corrections: list[Correction] = []

    def join(self, x: float = 0.0, z: float = 0.0, look: int = 0) -> Model:
        """Somebody comes in, and watches."""
        slot = self.hall.join(look, Placement(x, 0.0, z, 0.0), self.now_s)
        model = self.models[slot] = self._model(slot, self.hall.crowd.id_of(slot), look, x, z)
        return model

    def observe(self, x: float = 0.0, z: float = 0.0) -> Model:
        """Somebody watches from here."""
        slot = self.hall.observe(Placement(x, 0.0, z, 0.0), self.now_s)
        model = self.observers[slot] = self._model(slot, NOBODY, 0, x, z)
        return model

    def _model(self, slot: int, visitor_id: int, look: int, x: float, z: float) -> Model:
        grid = self.hall.grid
        view = CrowdView(
            self.hall.crowd.slots_count, grid.cell_m, grid.origin_x, grid.origin_z, self.hall.floor.lowest_y
        )
        self.hall.watch(slot, True)
        return Model(slot, visitor_id, look, x, z, 0.0, view)

    def leave(self, model: Model) -> None:
        """Somebody goes."""
        del (self.observers if model.id == NOBODY else self.models)[model.slot]
        self.hall.leave(model.slot, self.now_s)

    def move(self, model: Model, x: float, z: float, yaw: float = 0.0, action: int = Action.WALK) -> None:
        """A teleport of at most 12 m, so that speed is no matter."""
        model.seq = model.seq + 1 & 0xFFFF
        model.x, model.z, model.yaw, model.action = x, z, yaw, action
        pose = pose_bytes(model.seq, x, 0.0, z, yaw, action=action, teleported=True)
        self.hall.put(model.slot, NO_MASK + pose)

    def tick(self, elapsed_s: float = TICK_S) -> None:
        """Let time go by and give everybody their frames."""
        self.now_s += elapsed_s
        result = self.hall.tick(self.now_s)
        self.corrections += result.corrections
        self.deliveries = result.deliveries
        everybody = self.models | self.observers
        got: set[int] = set()
        for delivery in result.deliveries:
            frame = read_frame(payload_of(delivery.frame))
            assert frame.full == delivery.full
            for slot in delivery.slots:
                assert slot not in got, "one frame a tick and visitor at most"
                got.add(slot)
                model = everybody[slot]
                assert model.watching
                model.frames.append(frame)
                model.view.apply(frame)
        for correction in result.corrections:
            model = everybody[correction.slot]
            model.x, model.z, model.yaw = correction.place.x, correction.place.z, correction.place.yaw

    def cell_of(self, model: Model) -> int:
        """The cell a visitor truly is in."""
        x, z = np.array([[model.x], [model.z]], np.float32)
        return int(self.hall.grid.cells_at(x, z)[0])

    def is_near(self, one: Model, other: Model) -> bool:
        """Whether two stand in the same or in neighbouring cells."""
        columns = self.hall.grid.columns
        (row, column), (other_row, other_column) = (
            divmod(self.cell_of(model), columns) for model in (one, other)
        )
        return max(abs(row - other_row), abs(column - other_column)) <= NEAR_RING

    def check_view(self, viewer: Model, *, near_only: bool = False) -> None:
        """The viewer knows everybody, those near exactly."""
        view = viewer.view
        if not near_only:
            known = {view.id_of(slot) for slot in np.flatnonzero(view.present).tolist()}
            assert known == {model.id for model in self.models.values()}
        for model in self.models.values():
            near = self.is_near(viewer, model)
            if near or not near_only:
                self._check_one(view, model, near)

    def _check_one(self, view: CrowdView, model: Model, near: bool) -> None:
        slot = model.slot
        assert view.id_of(slot) == model.id
        assert view.look[slot] == model.look
        step_m = view.cell_m / (65536 if near else 256)
        assert abs(view.x[slot] - model.x) <= step_m / 2 + 1e-5
        assert abs(view.z[slot] - model.z) <= step_m / 2 + 1e-5
        turned = (view.yaw[slot] - model.yaw + np.pi) % TURN - np.pi
        assert abs(turned) <= TURN / (512 if near else 32) + 1e-6
        assert view.action[slot] == model.action
        if near:
            assert view.seq[slot] == model.seq & 0xFF


def payload_of(frame: bytes) -> bytes:
    """What is in an unmasked binary WebSocket frame."""
    assert frame[0] == 0x82
    length = frame[1]
    assert length < 128, "servers do not mask"
    if length < 126:
        head = 2
    elif length == 126:
        head, (length,) = 4, struct.unpack(">H", frame[2:4])
        assert length >= 126
    else:
        head, (length,) = 10, struct.unpack(">Q", frame[2:10])
        assert length >= 65536
    assert len(frame) == head + length
    return frame[head:]
