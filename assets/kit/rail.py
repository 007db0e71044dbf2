"""Balustrades."""

from __future__ import annotations

from kit.mesh import box, lathe
from kit.model import Model


def stone_rail(
    length_m: float, height_m: float = 0.95, post_m: float = 1.9, material: str = "stone"
) -> Model:
    """Along x, centred: posts with buds, a handrail and a panel between them."""
    model = Model()
    count = max(1, round(length_m / post_m))
    bay = length_m / count
    bud = lathe([(0.06, 0.0), (0.1, 0.02), (0.13, 0.09), (0.1, 0.2), (0.0, 0.26)], 8)
    for i in range(count + 1):
        x = (i - count / 2) * bay
        model.add(material, box(0.2, height_m + 0.1, 0.2, 0.025, (x, (height_m + 0.1) / 2, 0)))
        model.add(material, bud, (x, height_m + 0.1, 0))
    clear = bay - 0.2
    for i in range(count):
        x = (i + 0.5 - count / 2) * bay
        model.add(material, box(clear, 0.13, 0.14, 0.03, (x, height_m - 0.1, 0)))
        model.add(material, box(clear, 0.42, 0.08, 0.015, (x, 0.3, 0)))
        for k in (-0.33, 0, 0.33):
            model.add(material, box(0.12, 0.26, 0.1, 0, (x + k * clear, height_m - 0.32, 0)))
    return model


def low_rail(length_m: float, height_m: float = 0.62, post_m: float = 1.2, material: str = "stone") -> Model:
    """Along x, centred: a plain bridge rail."""
    model = Model().add(material, box(length_m, 0.12, 0.12, 0.03, (0, height_m - 0.08, 0)))
    count = max(1, round(length_m / post_m))
    for i in range(count + 1):
        x = (i / count - 0.5) * (length_m - 0.16)
        model.add(material, box(0.16, height_m + 0.1, 0.16, 0.03, (x, height_m / 2 + 0.05, 0)))
    return model


def wood_rail(length_m: float, height_m: float = 0.9, post_m: float = 2.0, material: str = "wood") -> Model:
    """Along x, centred: a gallery rail of posts, two rails and bars."""
    model = Model()
    count = max(1, round(length_m / post_m))
    bay = length_m / count
    for i in range(count + 1):
        model.add(
            material, box(0.1, height_m + 0.06, 0.1, 0.015, ((i - count / 2) * bay, height_m / 2 + 0.03, 0))
        )
    for y, thick in ((height_m - 0.05, 0.09), (height_m * 0.45, 0.06), (0.14, 0.07)):
        model.add(material, box(length_m, thick, 0.07, 0.015, (0, y, 0)))
    bars = max(2, round(length_m / 0.28))
    for i in range(bars):
        model.add(
            material,
            box(0.04, height_m * 0.42, 0.04, 0, ((i + 0.5 - bars / 2) * length_m / bars, height_m * 0.68, 0)),
        )
    return model
