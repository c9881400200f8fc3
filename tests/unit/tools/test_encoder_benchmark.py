"""Parts of the benchmark on real brains: folds, choice of settings, scores."""

import importlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
N_PEOPLE, N_ACTIONS, N_VOXELS = 8, 30, 5
N_CLIPS = 2 * N_ACTIONS


def load(monkeypatch, name):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module(name)


@pytest.fixture
def parts(monkeypatch):
    return load(monkeypatch, "encoder_clips")


@pytest.fixture
def nested(monkeypatch):
    return load(monkeypatch, "encoder_nested")


@pytest.fixture
def people(monkeypatch):
    return load(monkeypatch, "encoder_people")


@pytest.fixture
def clips():
    """Eight people whose voxels follow the levels, two clips of each action."""
    rng = np.random.default_rng(0)
    action = np.tile(np.arange(N_ACTIONS), 2)
    level = rng.standard_normal((N_CLIPS, 4, 40)).astype("f4")
    level[:, 2, 20:] = 0
    weight = rng.standard_normal((160, N_PEOPLE * N_VOXELS)) / 12
    drive = (level.reshape(N_CLIPS, -1) @ weight).reshape(N_CLIPS, N_PEOPLE, -1)
    return SimpleNamespace(
        responses=drive.transpose(1, 0, 2).astype("f4"),
        action=action,
        fold=action % 5,
        levels=[level] * 5,
        maps=rng.standard_normal((N_CLIPS, 16, 8)).astype("f4"),
        pictures=rng.integers(0, 255, (N_CLIPS, 28, 28, 3), np.uint8),
    )


def test_turned_components_keep_the_distances_of_clips_in_columns_alike(parts):
    rng = np.random.default_rng(1)
    components = rng.standard_normal((50, 10)) * np.geomspace(10, 0.1, 10) + 3
    train = np.arange(50) < 40

    turned = parts.turn(components, train, seed=0)

    far = np.linalg.norm(components[:, None] - components, axis=2)
    ratio = np.linalg.norm(turned[:, None] - turned, axis=2)[far > 0] / far[far > 0]
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-4)
    np.testing.assert_allclose(turned[train].mean(0), 0, atol=1e-5)
    assert turned[train].var(0).sum() == pytest.approx(parts.WIDTH, rel=1e-4)
    spread = turned.std(0)
    assert spread.max() / spread.min() < 10  # of components it is 100


def test_inner_folds_part_the_training_clips_by_whole_actions(parts, clips):
    fold = parts.outer_fold(clips, 2)
    inner = fold.inner()

    held = np.concatenate([one.test for one in inner])
    np.testing.assert_array_equal(np.sort(held), fold.train)
    for one in inner:
        assert not set(clips.action[one.train]) & set(clips.action[one.test])
        assert not set(one.train) & set(fold.test)
        assert set(one.train) | set(one.test) == set(fold.train)


def test_a_shuffle_moves_responses_of_training_clips_only(parts, clips):
    plain = parts.outer_fold(clips, 1)
    fold = parts.outer_fold(clips, 1, shuffle=0)

    assert (fold.source != fold.train).any()
    np.testing.assert_array_equal(np.sort(fold.source), plain.train)
    np.testing.assert_array_equal(fold.truth, plain.truth)
    np.testing.assert_array_equal(fold.responses, clips.responses[:, fold.source])


def test_inner_folds_and_few_clips_keep_the_shuffle(parts, clips):
    fold = parts.outer_fold(clips, 1, shuffle=0)
    pair = dict(zip(fold.train, fold.source, strict=True))

    for one in (*fold.inner(), fold.few(10)):
        assert [pair[row] for row in one.train] == one.source.tolist()


def test_few_clips_grow_from_fewer_ones(parts, clips):
    fold = parts.outer_fold(clips, 0)
    few, more = fold.few(10), fold.few(20)

    assert len(few.train) == len(few.source) == 10
    assert set(few.train) < set(more.train)
    np.testing.assert_array_equal(fold.few(1000).train, fold.train)


def test_slots_hold_each_level_in_columns_of_its_own(parts, clips):
    fold = parts.outer_fold(clips, 0)
    slots = fold.slots()

    assert slots.shape == (N_CLIPS, 4, 160)
    np.testing.assert_array_equal(slots.sum(1), fold.levels.reshape(N_CLIPS, -1))
    assert (slots != 0).any(0).sum(0).max() == 1  # no column is of two tokens
    assert fold.vectors.shape == (N_CLIPS, 140)  # without the empty columns


def test_settings_are_scored_on_inner_folds_alone(parts, nested, clips):
    fold, seen = parts.outer_fold(clips, 3), []

    def fit(part, setting, seed, people):
        seen.append((set(part.train), set(part.test)))
        right = part.truth[list(people)]
        return right if setting["right"] else -right

    encoder = nested.Encoder(fit, ({"right": False}, {"right": True}), judged=(1, 4))
    score = nested.inner_scores(encoder, fold)

    np.testing.assert_allclose(score, [[-1, -1], [1, 1]], atol=1e-6)
    assert len(seen) == 2 * parts.N_INNER
    assert not any((train | test) & set(fold.test) for train, test in seen)


def test_a_new_person_has_no_say_in_the_setting(nested):
    encoder = nested.Encoder(None, ({"a": 1}, {"a": 2}), judged=(0, 4))
    score = np.array([[0.9, 0.1], [0.0, 0.2]])

    assert nested.best_setting(encoder, score) == {"a": 1}
    assert nested.best_setting(encoder, score, without=0) == {"a": 2}
    assert nested.best_setting(encoder, score, without=4) == {"a": 1}
    assert nested.best_setting(encoder, score, without=7) == {"a": 1}


def test_predictions_of_folds_come_back_to_their_clips(nested, clips):
    parts = [clips.responses[:, clips.fold == number] for number in range(5)]

    np.testing.assert_array_equal(nested.join_folds(clips, parts), clips.responses)
    np.testing.assert_allclose(nested.score_people(clips, parts), 1, atol=1e-6)


def test_a_voxel_that_does_not_vary_counts_as_0(nested):
    truth = np.random.default_rng(0).standard_normal((20, 2))
    told = truth.copy()
    told[:, 1] = 5

    assert nested.mean_r(told, truth, np.zeros(20, int)) == pytest.approx(0.5)


def test_a_row_tells_the_interval_of_the_difference_over_people(nested):
    ours, theirs = np.linspace(0.1, 0.2, 8), np.linspace(0.05, 0.15, 8)

    row = nested.row("ours", 96, ours, theirs)

    assert row["score"] == pytest.approx(0.15)
    assert row["low"] < 0.15 < row["high"]
    told = row["ahead"], row["ahead_low"], row["ahead_high"]
    assert told == pytest.approx((0.05, 0.05, 0.05))  # paired: all people agree
    assert "ahead" not in nested.row("ours", 96, ours)


def test_people_are_joined_and_parted_in_order(parts, people, clips):
    fold = parts.outer_fold(clips, 0)

    joined = people.side_by_side(fold, (5, 2))

    assert joined.shape == (len(fold.train), 2 * N_VOXELS)
    np.testing.assert_array_equal(people.part(joined, 2), fold.responses[[5, 2]])


def test_ridge_finds_voxels_that_follow_the_levels(parts, nested, people, clips):
    encoder = people.RIDGES["ridge, levels"]
    found = {
        shuffle: nested.score_people(
            clips,
            [
                encoder.fit(
                    parts.outer_fold(clips, k, shuffle=shuffle), {}, 0, range(8)
                )
                for k in range(5)
            ],
        ).mean()
        for shuffle in (None, 0)
    }

    assert found[None] > 0.3
    assert abs(found[0]) < 0.15


@pytest.mark.parametrize(
    "name",
    [
        *("region queries", "voxel embedding", "in context", "gaussian readout"),
        *("factorised readout", "semantic readout", "response-optimised"),
    ],
)
def test_every_encoder_predicts_the_test_clips_of_people(name, parts, people, clips):
    encoder, fold = people.ENCODERS[name], parts.outer_fold(clips, 0)
    setting = encoder.settings[0] | {"epochs": 1}
    if "every" in setting:
        setting["every"] = 1

    found = encoder.fit(fold, setting, 0, (6, 1))

    assert found.shape == (2, len(fold.test), N_VOXELS)
    assert np.isfinite(found).all()
    assert encoder.beside in people.RIDGES


def test_a_new_person_is_read_with_few_clips(parts, people, clips):
    fold = parts.outer_fold(clips, 0)
    settings = {
        "voxel embedding": {"embedding": 4, "epochs": 1, "rate": 1e-3},
        "in context": {"every": 1, "epochs": 1, "rate": 1e-3},
    }

    found = people.read_newcomer(fold, 3, settings, [0], (12, 24))

    assert list(found) == [
        (model, n)
        for n in (12, 24)
        for model in ("ridge", "voxel embedding", "in context")
    ]
    assert {one.shape for one in found.values()} == {(len(fold.test), N_VOXELS)}
    fitted = people.RIDGES["ridge, levels"].fit(fold.few(12), {}, 0, [3])[0]
    np.testing.assert_allclose(found["ridge", 12], fitted, rtol=1e-6)
