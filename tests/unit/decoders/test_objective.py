"""Mirrors src/boldwise/decoders/objective.py."""

import pytest
import torch

from boldwise.decoders.losses import cosine_similarities, info_nce, mixed_nce, soft_clip
from boldwise.decoders.mixing import Mixture
from boldwise.decoders.objective import Objective
from boldwise.errors import ConfigError


@pytest.fixture
def pair():
    return torch.randn(2, 6, 4, generator=torch.Generator().manual_seed(0)).unbind()


def test_brains_are_mixed_in_the_first_steps_only():
    aim = Objective(mixed_share=0.4)

    assert [aim.mixes(share) for share in (0, 0.39, 0.4, 1)] == [True, True] + [
        False
    ] * 2
    assert not Objective(mixed_share=0).mixes(0)
    assert not Objective(contrast=0).mixes(0)


def test_the_temperature_of_soft_labels_runs_from_the_mixed_steps_to_the_end(pair):
    aim = Objective(mixed_share=0.5, soft_temperature=(0.1, 0.5))
    similarity = cosine_similarities(*pair)
    between = cosine_similarities(pair[1], pair[1])

    for share, temperature in ((0.5, 0.1), (0.75, 0.3), (1.0, 0.5)):
        expected = soft_clip(similarity, between, temperature=temperature)
        found = aim.tell_apart(*pair, None, share=share)
        assert float(found) == pytest.approx(float(expected), rel=1e-5)


def test_validation_is_judged_by_one_measure_whatever_the_schedule(pair):
    expected = info_nce(cosine_similarities(*pair), temperature=0.1)

    for then in ("soft_clip", "info_nce"):
        found = Objective(then=then).tell_apart(*pair, None, share=None)
        assert float(found) == pytest.approx(float(expected))


def test_mixed_brains_are_held_to_mixed_labels_and_mixed_targets(pair):
    mixture = Mixture(torch.tensor([1, 0, 2, 4, 5, 3]), torch.linspace(0.2, 1, 6))
    aim = Objective()
    similarity = cosine_similarities(*pair)

    expected = mixed_nce(similarity, mixture.labels(), temperature=aim.temperature)
    assert float(aim.tell_apart(*pair, mixture, share=0.1)) == pytest.approx(
        float(expected)
    )
    assert float(aim.far_off(mixture.mix(pair[1]), pair[1], mixture)) == 0


@pytest.mark.parametrize("distance", ["mse", "cosine"])
def test_what_is_told_right_is_not_far_off(pair, distance):
    aim = Objective(distance=distance)

    assert float(aim.far_off(pair[0], pair[0], None)) == pytest.approx(0, abs=1e-6)
    assert float(aim.far_off(*pair, None)) > 0.3


def test_everything_out_of_range_is_told_at_once():
    with pytest.raises(ConfigError) as told:
        Objective(distance="l1", then="clip", temperature=0, regression=0, contrast=0)

    for text in ("distance is 'l1'", "then is 'clip'", "above 0", "weights must not"):
        assert text in str(told.value)
