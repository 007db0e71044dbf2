"""The wall around the garden, its moon gate, and the gates that lead to the other halls."""

from __future__ import annotations

from scenes.culture import plan

from kit import gate, lantern, palette, sign, wall
from kit.hall import Hall
from kit.mesh import EAST, NORTH, SOUTH, WEST

GATE_HALF = 4.2
WINDOWS = (7.9, 13.9, 19.9)


def walls(hall: Hall) -> None:
    west, east, north, south = plan.WEST_WALL, plan.EAST_WALL, plan.NORTH_WALL, plan.SOUTH_WALL
    middle_x, middle_z = (west + east) / 2, (north + south) / 2
    hall.place(wall.garden_wall(east - west), (middle_x, 0, north))
    hall.place(wall.garden_wall(south - north), (west, 0, middle_z), EAST)
    hall.place(wall.garden_wall(south - north), (east, 0, middle_z), WEST)
    for x0, x1 in ((west, -GATE_HALF), (GATE_HALF, east)):
        centre = (x0 + x1) / 2
        windows = [w if x0 > 0 else -w for w in WINDOWS]
        holes = [wall.octagon(x - centre) for x in windows]
        hall.place(wall.garden_wall(x1 - x0, 3.0, 0.46, holes), (centre, 0, south))
        for x in windows:
            hall.place(wall.window_bars(), (x, 1.75, south))


def moon_gate(hall: Hall) -> None:
    z = plan.SOUTH_WALL
    hall.place(gate.moon_gate(2 * GATE_HALF), (0, 0, z))
    board = sign.name_board(hall.signs, "元文娱·曲水园", 3.0, 0.76)
    hall.place(board, (0, 4.42, z + 0.32), SOUTH)
    hall.place(board, (0, 4.42, z - 0.32), NORTH)
    for x in (-2.75, 2.75):
        hall.place(lantern.wall_lantern(), (x, 3.7, z + 0.25))
        hall.place(lantern.wall_lantern(), (x, 3.7, z - 0.25), NORTH)


def gates_out(hall: Hall) -> None:
    """Round gates with a veil of light in the colour of the hall behind."""
    out = (
        ("lobby", "元宇宙浙江", (13.0, 26.4), WEST),
        ("retail", "元零售", (-13.0, 26.4), EAST),
        ("education", "元教育", (-21.5, -19.5), SOUTH),
    )
    for name, title, (x, z), yaw in out:
        hall.place(gate.portal_gate(hall, title, palette.PORTALS[name]), (x, 0, z), yaw)
        hall.portal(f"to-{name}", name, (x, 0.06, z), yaw)
