"""Priors undo what they learnt; parts are imported when asked for, and checked."""

import subprocess
import sys

import numpy as np
import pytest

from boldwise.decoders.generators import (
    EmbeddingPrior,
    IdentityPrior,
    RidgePrior,
    load_part,
)
from boldwise.decoders.nearest import NearestCaptions
from boldwise.errors import ConfigError, DataError, ShapeMismatchError

RNG = np.random.default_rng(0)
TARGET = RNG.normal(3, 2, size=(200, 6))
DISTORTED = (TARGET @ RNG.normal(size=(6, 6)) + 0.1 * RNG.normal(size=(200, 6))) * 5 - 4
HERE = "boldwise.decoders.generators"


def test_identity_changes_nothing():
    prior = IdentityPrior().fit(DISTORTED, TARGET)

    assert isinstance(prior, EmbeddingPrior)
    assert prior.transform(DISTORTED) is DISTORTED


def test_ridge_undoes_a_linear_distortion_in_the_unit_of_the_targets():
    prior = RidgePrior().fit(DISTORTED[:150], TARGET[:150])

    moved = prior.transform(DISTORTED[150:])

    assert isinstance(prior, EmbeddingPrior)
    error = np.mean((moved - TARGET[150:]) ** 2)
    assert error < 0.1 * np.var(TARGET)
    assert error < 0.1 * np.mean((DISTORTED[150:] - TARGET[150:]) ** 2)


def test_a_target_that_never_varies_is_given_back():
    target = TARGET.copy()
    target[:, 2] = 7

    moved = RidgePrior().fit(DISTORTED, target).transform(DISTORTED)

    np.testing.assert_allclose(moved[:, 2], 7)


def test_a_part_is_found_by_its_name():
    options = {"embedding": TARGET, "captions": ["a"] * 200}

    captioner = load_part(
        "captioner", "boldwise.decoders.nearest:NearestCaptions", options
    )

    assert isinstance(captioner, NearestCaptions)
    prior = load_part("prior", f"{HERE}:RidgePrior", {"options": {"cv": 3}})
    assert prior.options == {"cv": 3}


def test_nothing_heavy_is_imported_before_it_is_asked_for():
    code = (
        "import sys, boldwise.decoders.generators, boldwise.decoders.nearest;"
        "print([m for m in ('torch', 'diffusers', 'sacrebleu') if m in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("diffusers", "package.module:Class, not 'diffusers'"),
        ("no_such_package.x:Y", "cannot be imported .*no_such_package"),
        (f"{HERE}:NoSuch", "cannot be imported .*NoSuch"),
        (f"{HERE}:IdentityPrior", "no image generator: it needs the methods generate"),
    ],
)
def test_what_is_no_part_is_refused(name, message):
    with pytest.raises(ConfigError, match=message):
        load_part("image generator", name, {})


def test_a_prior_needs_pairs():
    for prior in (IdentityPrior(), RidgePrior()):
        with pytest.raises(ShapeMismatchError, match=r"\(200, 6\), targets \(200, 5\)"):
            prior.fit(DISTORTED, TARGET[:, 1:])


def test_a_prior_that_was_not_fitted_says_so():
    with pytest.raises(DataError, match="not fitted"):
        RidgePrior().transform(DISTORTED)
