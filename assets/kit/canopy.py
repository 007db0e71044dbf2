"""A ring roof: a timber lattice in two families of spirals, dipped in the middle and swept up at the rim."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kit.dome import at
from kit.mesh import Mesh, lathe, surface, sweep, tube
from kit.model import Model


@dataclass(frozen=True)
class Canopy:
    """Metres. The section is a valley, as between two eaves; `lift_m` raises the side at `lift_angle`."""

    inner: float = 6.6
    outer: float = 17.0
    valley: float = 10.4
    inner_height: float = 7.4
    valley_height: float = 5.7
    outer_height: float = 7.9
    lift_m: float = 1.5
    lift_angle: float = -np.pi / 2
    spirals: int = 36
    twist: float = 0.62
    """How far a spiral turns from rim to rim, in radians."""

    def height(self, radius: np.ndarray, angle: np.ndarray) -> np.ndarray:
        """(n,) height of the lattice at (n,) radii and angles."""
        inwards = np.clip((self.valley - radius) / (self.valley - self.inner), 0, None)
        outwards = np.clip((radius - self.valley) / (self.outer - self.valley), 0, None)
        section = (
            self.valley_height
            + (self.inner_height - self.valley_height) * inwards**2
            + (self.outer_height - self.valley_height) * outwards**2
        )
        share = (radius - self.inner) / (self.outer - self.inner)
        return np.asarray(
            section + self.lift_m * (0.5 + 0.5 * np.cos(angle - self.lift_angle)) * (0.35 + 0.65 * share)
        )

    def point(self, radius: np.ndarray, angle: np.ndarray) -> np.ndarray:
        """(n, 3) on the lattice."""
        return np.column_stack([radius * np.cos(angle), self.height(radius, angle), radius * np.sin(angle)])


def lattice(c: Canopy, material: str = "timber") -> Model:
    """Both families of spirals, an edge ring inside and out, and one where the valley lies."""
    model = Model()
    radius = np.linspace(c.inner, c.outer, 9)
    share = (radius - c.inner) / (c.outer - c.inner)
    section = _section(0.09, 0.3)
    for turn in (-1, 1):
        for k in range(c.spirals):
            angle = 2 * np.pi * k / c.spirals + turn * c.twist * (share - 0.5)
            model.add(material, sweep(c.point(radius, angle), section))
    around = np.linspace(0, 2 * np.pi, 97)
    for r, wide, tall in ((c.inner, 0.22, 0.5), (c.valley, 0.12, 0.3), (c.outer, 0.2, 0.44)):
        model.add(material, sweep(c.point(np.full(97, r), around), _section(wide, tall)))
    return model


def _section(wide: float, tall: float) -> list[tuple[float, float]]:
    w, t = wide / 2, tall / 2
    return [(-w, -t), (w, -t), (w, t), (-w, t), (-w, -t)]


def cover(
    c: Canopy, material: str = "celadon_roof", from_radius: float = 11.6, raise_m: float = 0.26
) -> Model:
    """The closed outer part of the roof, above the lattice, seen from both sides."""
    radius = np.linspace(from_radius, c.outer + 0.5, 7)
    angle = np.linspace(0, 2 * np.pi, 97)
    above = np.array([0.0, raise_m, 0.0])
    rows = np.stack([c.point(np.full(97, r), angle) + above for r in radius])
    sheet = surface(rows).facing((0, 1, 0))
    return Model().add(material, sheet).add(material, sheet.inside_out().moved((0, -0.05, 0)))


def forked_columns(
    c: Canopy, count: int = 12, radius: float = 13.4, spread: float = 0.13, first: float = 0.0
) -> Model:
    """Pairs of slim posts from one stone foot up to the lattice."""
    model = Model()
    for k in range(count):
        angle = first + 2 * np.pi * k / count
        foot = np.array(at(radius, angle, 0.1))
        for side in (-1, 1):
            a = angle + side * spread
            top = c.point(np.array([radius + 0.6]), np.array([a]))[0] - [0, 0.1, 0]
            model.add("timber", tube(np.linspace(foot, top, 4), [0.12, 0.15, 0.14, 0.09], 8))
        model.add("stone", _foot().moved(at(radius, angle)))
    return model


def _foot() -> Mesh:
    return lathe([(0.42, 0), (0.42, 0.06), (0.3, 0.16), (0.22, 0.3), (0, 0.32)], 14)
