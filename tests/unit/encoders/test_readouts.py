"""What every readout keeps to, whichever its kind."""

import numpy as np
import pytest
import torch

from boldwise.encoders.fit_readout import MapEncoder
from boldwise.encoders.map_study import Scale
from boldwise.encoders.readouts import KINDS, MapShape, build_readout, weights_of
from boldwise.errors import ConfigError, ShapeMismatchError
from boldwise.training.gradients import dead_parameters

GRID, N_FEATURES, N_VOXELS = (3, 4), 5, 6
SHAPE = MapShape(GRID, N_FEATURES)


@pytest.fixture(params=KINDS)
def readout(request):
    return build_readout(request.param, SHAPE, N_VOXELS)


@pytest.fixture
def maps():
    return torch.randn(7, 12, N_FEATURES, generator=torch.manual_seed(1))


def test_maps_become_responses(readout, maps):
    assert readout(maps, GRID).shape == (7, N_VOXELS)


def test_places_are_weighted_by_shares(readout):
    place = readout.place(GRID)

    assert place.shape == (N_VOXELS, 12)
    assert (place >= 0).all()
    torch.testing.assert_close(place.sum(1), torch.ones(N_VOXELS))


def test_every_parameter_can_learn(readout, maps):
    unit = Scale(np.zeros(N_FEATURES, "f4"), np.ones(N_FEATURES, "f4"))
    batch = {"maps": maps, "responses": torch.randn(7, N_VOXELS)}

    assert dead_parameters(MapEncoder(readout, GRID, unit), [batch]) == {}


def test_gradients_are_those_of_finite_differences(readout, maps):
    readout.double()
    with torch.no_grad():
        for parameter in readout.parameters():
            parameter += 0.03 * torch.randn(parameter.shape, dtype=torch.float64)
    wide = maps[:3].double().requires_grad_()

    assert torch.autograd.gradcheck(lambda given: readout(given, GRID), wide)


def test_a_start_moves_the_field_there(readout):
    place = torch.zeros(N_VOXELS, 12)
    place[:, 7] = 1.0  # row 1, column 3

    readout.start_at(place)

    fields = readout.fields(GRID)
    np.testing.assert_allclose(fields.x, 3.5 / 4, atol=0.01)
    np.testing.assert_allclose(fields.y, 1.5 / 3, atol=0.01)


def test_voxels_are_read_independently_of_one_another(readout, maps):
    before = readout(maps, GRID)
    with torch.no_grad():
        readout.tuning[2] += 1.0

    changed = (readout(maps, GRID) - before).abs().amax(0) > 0

    assert changed.nonzero().flatten().tolist() == [2]


def test_equal_seeds_give_equal_weights_and_leave_the_callers_generator_alone():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    one, other = (build_readout("semantic", SHAPE, N_VOXELS, seed=3) for _ in range(2))

    assert torch.rand(1) == expected
    for a, b in zip(one.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0)


def test_stored_weights_predict_what_the_readout_does(maps):
    readout = build_readout("gaussian", SHAPE, N_VOXELS)
    kept = weights_of(readout, GRID)

    by_hand = np.einsum("btd,vt,vd->bv", maps, kept["place"], kept["feature"])

    np.testing.assert_allclose(
        readout(maps, GRID).detach(), by_hand + kept["bias"], atol=1e-6
    )


def test_an_unknown_kind_is_refused():
    with pytest.raises(ConfigError, match="readout 'gauss' is none of factorised"):
        build_readout("gauss", SHAPE, N_VOXELS)


def test_a_map_of_other_width_is_refused(readout):
    with pytest.raises(ShapeMismatchError, match=r"need \(n_stimuli, 12, 5\)"):
        readout(torch.zeros(2, 12, 4), GRID)


@pytest.mark.parametrize("kind", ["factorised", "semantic"])
def test_a_mask_of_one_grid_is_not_put_on_another(kind):
    with pytest.raises(ShapeMismatchError, match="one weight for each place of 3 by 4"):
        build_readout(kind, SHAPE, N_VOXELS).place((6, 2))


def test_a_gaussian_fits_any_grid():
    readout = build_readout("gaussian", SHAPE, N_VOXELS)

    assert readout(torch.zeros(2, 30, N_FEATURES), (6, 5)).shape == (2, N_VOXELS)


def test_a_gaussian_is_the_one_of_its_centre_and_size():
    readout = build_readout("gaussian", SHAPE, 1)
    with torch.no_grad():
        readout.centre[:] = torch.tensor([[0.3, 0.6]])
        readout.log_size[:] = torch.tensor([[0.1, 0.2]]).log()
    x, y = (np.arange(8) + 0.5) / 8, (np.arange(6) + 0.5) / 6
    away = ((x - 0.3) / 0.1) ** 2 + (((y - 0.6) / 0.2) ** 2)[:, None]
    expected = np.exp(-0.5 * away)

    found = readout.place((6, 8)).detach().numpy()[0]

    np.testing.assert_allclose(found, expected.ravel() / expected.sum(), rtol=1e-5)
