"""元零售 · 西湖市集: a market street by the West Lake at the golden hour (the layout is in plan.py)."""

from __future__ import annotations

from functools import partial

from scenes.retail import lake, stalls, street, waterside, yards
from scenes.retail.plan import MAINLAND

from kit import cloth, texture
from kit.hall import Hall
from kit.material import LIBRARY
from kit.mesh import plane
from kit.sign import Atlas

PLASTER, TIMBER, TILE, PAVING = "#efe3cc", "#80563a", "#555b60", "#97907f"
HILLS = {"hill_near": (0.075, 0.05, 0.042), "hill_middle": (0.2, 0.12, 0.08), "hill_far": (0.4, 0.235, 0.13)}
"""Linear; against the low sun the hills pale with distance."""


def make(hall: Hall) -> None:
    _materials(hall)
    hall.add("paving", plane(MAINLAND))
    street.make(hall)
    street.well(hall)
    lake.make(hall)
    waterside.make(hall)
    yards.make(hall)
    stalls.make(hall)


def _materials(hall: Hall) -> None:
    # one atlas of twice the kit's side: some sixty signs and cloths with writing
    hall.signs = Atlas("sign", 2048)
    for name, picture in (
        ("plaster", partial(texture.plaster, PLASTER)),
        ("wood", partial(texture.wood, TIMBER)),
        ("wood_board", partial(texture.wood, TIMBER)),
        ("planks", partial(texture.planks, TIMBER)),
        ("tile", partial(texture.roof_tile, TILE)),
        ("paving", partial(texture.paving, PAVING)),
    ):
        hall.material(LIBRARY[name].but(name, texture=picture))
    # beams of 6 m in all shops: finer cuts would be a third of the budget and show nothing
    hall.material(LIBRARY["bark"].but("bark", colour=(0.3, 0.28, 0.26)))
    hall.material(hall.materials["wood"].but("wood", refine_m=3.2))
    hall.material(hall.materials["stone"].but("stone", refine_m=5.0))
    hall.material(LIBRARY["water"].but("water", colour=(0.035, 0.062, 0.06)))
    for name, colour in HILLS.items():
        hall.material(LIBRARY[name].but(name, colour=colour))
    for material in [*cloth.materials(), cloth.rope_material()]:
        hall.material(material)
