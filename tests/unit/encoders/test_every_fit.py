"""What every trained encoder keeps to: repeats, resumes, leaks nothing."""

from dataclasses import replace

import every_model as em
import numpy as np
import pytest

from boldwise.encoders.trained import predictions_of, train_encoder
from boldwise.errors import DataError
from boldwise.training import loop

EVERY = pytest.mark.parametrize("name", em.MODELS)


class Killed(BaseException):
    """Stands for the end of the process."""


def fit(name, world=None, *, training=None, **more):
    bench = em.bench_of(
        world or em.draw_world(), em.MODELS[name], training=training, **more
    )
    return train_encoder(bench)


def assert_equal_weights(one, other):
    for label, weights in one[0].weights.items():
        assert set(other[0].weights[label]) == set(weights)
        for key, values in weights.items():
            np.testing.assert_array_equal(other[0].weights[label][key], values)


@EVERY
def test_equal_seeds_give_equal_weights_whatever_was_drawn_before(name):
    one = fit(name)
    np.random.default_rng().random(3)

    assert_equal_weights(one, fit(name))


@EVERY
def test_killed_and_resumed_it_comes_to_the_same_weights(name, tmp_path):
    every_step, seen = {"checkpoint_s": 0.0}, []
    whole = fit(name, training=every_step, progress=seen.append)
    n_all, n_before = len(seen), 2 * len(seen) // 3
    seen.clear()

    def kill(moment):
        seen.append(moment)
        if len(seen) == n_before:
            raise Killed

    with pytest.raises(Killed):
        fit(name, training=every_step, folder=tmp_path, progress=kill)
    resumed = fit(name, training=every_step, folder=tmp_path, progress=seen.append)

    assert_equal_weights(whole, resumed)
    assert len(seen) <= n_all + 1  # what was done was not done again


@EVERY
def test_nothing_about_test_stimuli_changes_a_weight(name):
    world = em.draw_world()

    mine, theirs = fit(name, world), fit(name, em.with_other_tests(world))

    assert_equal_weights(mine, theirs)
    assert not np.array_equal(mine[0].prediction["01"], theirs[0].prediction["01"])


@pytest.mark.parametrize("name", [n for n in em.MODELS if "in-context" not in n])
def test_validation_takes_whole_groups_of_training_stimuli(name, monkeypatch):
    world, runs = em.draw_world(), []
    named = {
        one.tobytes(): group
        for array in (*world.token, world.token.swapaxes(0, 1), world.picture)
        for one, group in zip(np.ascontiguousarray(array), world.group, strict=True)
    }
    tested = set(world.group[em.TESTED])

    class Watched(loop.Run):
        def __init__(self, model, batches, options):
            runs.append(batches)
            super().__init__(model, batches, options)

    monkeypatch.setattr(loop, "Run", Watched)
    fit(name, world, training={"n_epochs": 1})

    for batches in runs:
        trained, judged = (
            {
                named[one.tobytes()]
                for batch in found
                for one in stimuli_of(batch.arrays)
            }
            for found in (
                batches.training(0, batch_size=12, seed=0, start=0),
                batches.validation(batch_size=12, seed=0),
            )
        )
        assert trained
        assert judged
        assert not trained & tested
        assert not judged & tested
        if name != "voxel-embedding":  # there each subject has its own
            assert not trained & judged


def stimuli_of(arrays):
    """Tokens or pictures of a batch, stimulus by stimulus."""
    for key in ("tokens", "maps", "pictures"):
        if key in arrays:
            return list(arrays[key])
    return [one for part in arrays.values() for one in stimuli_of(part)]


@EVERY
def test_half_precision_trains_about_the_same_though_tokens_lie_far_from_0(name):
    world, brief = em.draw_world(shift=30.0), {"n_epochs": 1, "learning_rate": 1e-3}

    losses = [
        fit(name, world, training={**brief, "mixed_precision": precision})[0]
        .histories.popitem()[1]
        .loss["loss"]
        for precision in ("none", "bf16")
    ]

    np.testing.assert_allclose(losses[1], losses[0], rtol=0.02)


@EVERY
def test_a_voxel_that_never_varies_is_predicted_as_it_is(name):
    world = em.draw_world()
    for one in world.response.values():
        one[:, 2] = 7.0

    prediction = predictions_of(fit(name, world), "01")

    assert np.isfinite(prediction).all()
    assert abs(prediction[:, 2] - 7).max() < 2


@EVERY
def test_responses_that_are_nan_are_told_of(name):
    world = em.draw_world()
    for one in world.response.values():
        one[3, 2] = np.nan

    with pytest.raises(DataError, match=r"1 of 6 voxels .* NaN .*column 2 first"):
        fit(name, world)


@EVERY
def test_one_test_stimulus_is_predicted_as_among_many(name):
    world = em.draw_world()
    bench = em.bench_of(world, em.MODELS[name])
    many = predictions_of(train_encoder(bench), "01")
    subjects = {
        name: replace(one, held_out=first_of(one.held_out))
        for name, one in bench.subjects.items()
    }

    one = predictions_of(train_encoder(replace(bench, subjects=subjects)), "01")

    np.testing.assert_allclose(one, many[:1], rtol=1e-3, atol=1e-4)


def first_of(held_out):
    return replace(
        held_out, stimulus_id=held_out.stimulus_id[:1], fold=held_out.fold[:1]
    )
