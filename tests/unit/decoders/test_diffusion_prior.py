"""A diffusion prior gives the same for the same, in the unit of true embeddings."""

import numpy as np
import pytest

from boldwise.decoders.diffusion_prior import Denoiser, DiffusionPrior
from boldwise.decoders.generators import EmbeddingPrior, load_part
from boldwise.errors import ConfigError, DataError, ShapeMismatchError
from boldwise.training.gradients import dead_parameters
from boldwise.training.options import TrainingOptions

RNG = np.random.default_rng(0)
TARGET = 7 + 3 * RNG.normal(size=(120, 4))
SAID = 0.5 * TARGET + RNG.normal(size=(120, 4))
SHORT = TrainingOptions(n_epochs=3, batch_size=30, learning_rate=3e-3)


def prior(**changes):
    chosen = {"width": 16, "n_blocks": 1, "n_steps": 5, "training": SHORT}
    return DiffusionPrior(**{**chosen, **changes})


@pytest.fixture(scope="module")
def fitted():
    return prior().fit(SAID, TARGET)


def test_it_is_found_by_its_name():
    name = "boldwise.decoders.diffusion_prior:DiffusionPrior"

    assert isinstance(load_part("prior", name, {"width": 8}), EmbeddingPrior)


def test_the_same_data_and_seed_give_the_same_bytes(fitted):
    again = prior().fit(SAID, TARGET)

    np.testing.assert_array_equal(fitted.transform(SAID), again.transform(SAID))
    other = prior(seed=1).fit(SAID, TARGET)
    assert not np.array_equal(fitted.transform(SAID), other.transform(SAID))


def test_draws_are_in_the_unit_of_true_embeddings():
    long = prior(training=TrainingOptions(n_epochs=40, batch_size=30)).fit(SAID, TARGET)

    drawn = long.transform(SAID)

    assert drawn.dtype == np.float32
    np.testing.assert_allclose(drawn.mean(0), TARGET.mean(0), atol=1.5)


def test_the_mean_of_many_draws_varies_less_than_one(fitted):
    many = prior(n_draws=30).fit(SAID, TARGET)

    assert many.transform(SAID).var() < fitted.transform(SAID).var()


def test_a_column_that_never_varies_is_given_back():
    flat = TARGET.copy()
    flat[:, 1] = 5

    np.testing.assert_allclose(prior().fit(SAID, flat).transform(SAID)[:, 1], 5)


def test_every_parameter_learns():
    import torch

    torch.manual_seed(0)
    network = Denoiser(4, width=16, n_blocks=2, dropout=0.0)
    batch = {"target": torch.randn(8, 4), "prediction": torch.randn(8, 4)}

    assert dead_parameters(network, [batch]) == {}


def test_pairs_of_other_shapes_are_refused():
    with pytest.raises(ShapeMismatchError, match="a diffusion prior needs pairs"):
        prior().fit(SAID[:, :3], TARGET)


def test_what_is_no_number_is_refused():
    broken = SAID.copy()
    broken[0, 0] = np.nan

    with pytest.raises(DataError, match="1 of 4 decoded features hold NaN"):
        prior().fit(broken, TARGET)


def test_an_unfitted_prior_is_refused():
    with pytest.raises(DataError, match="this DiffusionPrior is not fitted yet"):
        prior().transform(SAID)


def test_impossible_sizes_are_refused():
    with pytest.raises(ConfigError, match="diffusion prior: width must be"):
        prior(width=0)
    with pytest.raises(ConfigError, match="validation_share must be"):
        prior(validation_share=1.0)
