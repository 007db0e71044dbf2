"""Distance fields, meshes made from them, and the bones that move them."""

import numpy as np
import pytest

from avatars import weights
from avatars.distance import capsule, ellipsoid, gradient, loft, sphere, union
from avatars.mesh import Mesh, Zone, facing, join
from avatars.skeleton import BONES, INDEX
from avatars.surface import Box, skin
from avatars.trims import ring, sweep

RNG = np.random.default_rng(7)


def test_distances_of_simple_bodies_are_exact() -> None:
    p = RNG.uniform(-1, 1, (200, 3))
    np.testing.assert_allclose(sphere(p, (0, 0, 0), 0.5), np.linalg.norm(p, axis=1) - 0.5)
    np.testing.assert_allclose(
        capsule(p, (0, 0, 0), (0, 1e-9, 0), 0.5), np.linalg.norm(p, axis=1) - 0.5, atol=1e-8
    )
    np.testing.assert_allclose(
        ellipsoid(p, (0, 0, 0), (0.5, 0.5, 0.5)), np.linalg.norm(p, axis=1) - 0.5, atol=1e-6
    )


def test_a_union_contains_both_and_is_never_further_away() -> None:
    a, b = RNG.uniform(-1, 1, 500), RNG.uniform(-1, 1, 500)
    blended = union(a, b, 0.2)
    assert (blended <= np.minimum(a, b) + 1e-12).all()
    assert (blended >= np.minimum(a, b) - 0.05 - 1e-12).all()
    apart = np.abs(a - b) > 0.2
    np.testing.assert_array_equal(blended[apart], np.minimum(a, b)[apart])


def test_a_loft_ends_where_its_sections_end() -> None:
    p = np.array([[0, 0.5, 0], [0, -0.2, 0], [0, 1.2, 0], [0.4, 0.5, 0]])
    inside = loft(p, [0.0, 0.5, 1.0], [0.2, 0.3, 0.2], [0.2, 0.3, 0.2], blend_m=0.01) < 0
    assert inside.tolist() == [True, False, False, False]


def test_skinning_a_sphere_gives_a_closed_surface_that_faces_outwards() -> None:
    def field(p: np.ndarray) -> np.ndarray:
        return np.asarray(sphere(p, (0, 1.2, 0), 0.1))

    mesh = skin(
        field, Box((-0.15, 1.05, -0.15), (0.15, 1.35, 0.15), 0.01), 200, Zone.TOP, weights.rigid("chest")
    )
    assert 150 <= len(mesh.triangles) <= 200
    assert np.abs(field(mesh.positions)).max() < 1e-3
    outward = mesh.positions - (0, 1.2, 0)
    assert (np.einsum("ij,ij->i", mesh.normals, outward) > 0.08).all()
    edges = np.sort(mesh.triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    _, uses = np.unique(edges, axis=0, return_counts=True)
    assert (uses == 2).all()
    p = mesh.positions[mesh.triangles]
    area = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
    assert (np.einsum("ij,ij->i", area, p.mean(1) - (0, 1.2, 0)) > 0).all()


@pytest.mark.parametrize(
    "weighting",
    [
        weights.body,
        weights.upper_body,
        weights.jacket,
        weights.skirt,
        weights.dress,
        weights.neck_and_head,
        weights.long_hair,
    ],
)
def test_weights_are_shares(weighting: weights.Weighting) -> None:
    p = RNG.uniform((-0.6, 0.0, -0.2), (0.6, 1.7, 0.2), (300, 3))
    w = weighting(p)
    assert w.shape == (300, len(BONES))
    assert (w >= 0).all()
    np.testing.assert_allclose(w.sum(1), 1, atol=1e-9)


def test_the_four_strongest_bones_are_kept_and_still_share_everything() -> None:
    w = RNG.uniform(0, 1, (100, len(BONES))) ** 6
    w /= w.sum(1, keepdims=True)
    bones, shares = weights.strongest_four(w)
    assert (shares.astype(int).sum(1) == 255).all()
    assert (np.diff(shares.astype(int), axis=1) <= 0).all()
    assert (bones[:, 0] == w.argmax(1)).all()


def test_a_sleeve_of_a_robe_does_not_stick_to_the_thigh() -> None:
    hanging = np.array([[0.30, 0.80, 0.0]])
    w = weights.upper_body(hanging)[0]
    arm = w[INDEX["leftUpperArm"]] + w[INDEX["leftLowerArm"]]
    assert arm > 0.99


def test_trims_move_as_the_cloth_below_them() -> None:
    def cloth(p: np.ndarray) -> np.ndarray:
        return np.asarray(sphere(p, (0, 1.2, 0), 0.1))

    garment = skin(cloth, Box((-0.15, 1.05, -0.15), (0.15, 1.35, 0.15), 0.01), 200, Zone.TOP, weights.body)
    on_it = weights.as_worn_on(garment)(garment.positions)
    np.testing.assert_allclose(on_it, garment.weights, atol=0.06)


def test_a_tube_is_closed_and_a_ribbon_is_two_triangles_a_segment() -> None:
    line = np.c_[np.linspace(0, 1, 6), np.zeros(6), np.zeros(6)]
    up = np.tile([0.0, 0.0, 1.0], (6, 1))
    chest = weights.rigid("chest")
    ribbon = sweep(line, up, 0.02, 0.01, Zone.ACCENT, chest, sides=2)
    assert len(ribbon.triangles) == 10
    hoop = ring(
        (0, 1, 0),
        (0, 1, 0),
        (0.2, 0.1),
        Zone.ACCENT,
        chest,
        half_width_m=0.01,
        half_height_m=0.01,
        segments=12,
        sides=4,
    )
    edges = np.sort(hoop.triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    _, uses = np.unique(edges, axis=0, return_counts=True)
    assert (uses == 2).all()


def test_joining_keeps_every_triangle_on_its_own_vertices() -> None:
    p = np.eye(3)
    triangle = Mesh.of(p, np.array([[0, 1, 2]]), p, np.ones((3, len(BONES))) / len(BONES), Zone.TOP)
    other = Mesh.of(p + 1, np.array([[2, 1, 0]]), p, np.ones((3, len(BONES))) / len(BONES), Zone.HAIR)
    joined = join([triangle, other])
    assert joined.triangles.tolist() == [[0, 1, 2], [5, 4, 3]]
    assert joined.zones.tolist() == [2, 2, 2, 1, 1, 1]


def test_triangles_that_wind_against_their_normals_are_turned() -> None:
    p = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]])
    up = np.tile([0.0, 0, 1], (3, 1))
    assert facing(p, np.array([[0, 1, 2]]), up).tolist() == [[0, 1, 2]]
    assert facing(p, np.array([[0, 1, 2]]), -up).tolist() == [[2, 1, 0]]
    assert np.linalg.norm(gradient(lambda q: sphere(q, (0, 0, 0), 1), p + 0.5), axis=1) == pytest.approx(1)
