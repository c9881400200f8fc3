"""A core learned from responses alone finds what drives them; sharing it pays."""

from dataclasses import replace

import numpy as np
import planted_energy as pe
import planted_maps as pm
import pytest
import torch

from boldwise.encoders.cores import CoreShape, build_core
from boldwise.encoders.fit_readout import ReadoutOptions, fit_readout
from boldwise.encoders.image_study import ImageStudy, Viewer, ViewerBatches
from boldwise.encoders.map_study import MapStudy
from boldwise.encoders.readouts import KINDS
from boldwise.encoders.response_optimised import (
    ResponseOptimisedOptions,
    fit_response_optimised,
)
from boldwise.errors import DataError, ShapeMismatchError
from boldwise.linear.ridge import RidgeCV
from boldwise.training.gradients import dead_parameters
from boldwise.training.options import TrainingOptions
from boldwise.training.seeds import seeded

TEST = np.arange(500, 700)
OPTIONS = ResponseOptimisedOptions(
    CoreShape(kernel=7, stride=3, n_features=16, n_blocks=0),
    training=TrainingOptions(
        n_epochs=25,
        batch_size=32,
        learning_rate=0.01,
        schedule="cosine",
        weight_decay=0.01,
    ),
)


@pytest.fixture(scope="module")
def seen():
    """700 textures; of two subjects, 40 voxels and 10 of noise each."""
    rng = np.random.default_rng(0)
    pictures, subjects = pe.textures(700, rng), {}
    for name in ("01", "02"):
        truth, x, y = pe.oriented_energy(pictures, 40, rng)
        every = np.concatenate([truth, np.zeros((700, 10))], 1)
        response = (every + 0.7 * rng.standard_normal(every.shape)) * 4 + 20
        subjects[name] = (response.astype("f4"), truth, x, y)
    return pictures, subjects


def study_of(seen, rows):
    pictures, subjects = seen
    viewers = {n: Viewer(subjects[n][0][r], r, TEST) for n, r in rows.items()}
    return ImageStudy(pictures, viewers)


def median_r(seen, fit):
    return {
        name: np.median(pm.correlate(one.prediction[:, :40], seen[1][name][1][TEST]))
        for name, one in fit.viewers.items()
    }


@pytest.fixture(scope="module")
def fit(seen):
    rows = {"01": np.arange(250), "02": np.arange(250, 500)}
    return fit_response_optimised(study_of(seen, rows), options=OPTIONS)


def test_a_core_learns_oriented_energy_from_responses(seen, fit):
    for name, r in median_r(seen, fit).items():
        flat = seen[0].reshape(700, -1).astype("f4")
        rows = np.arange(250) + 250 * (name == "02")
        peer = RidgeCV(alphas=np.logspace(2, 9, 8), cv=5).fit(
            flat[rows], seen[1][name][0][rows]
        )
        pixels = pm.correlate(peer.predict(flat[TEST])[:, :40], seen[1][name][1][TEST])

        assert r > 0.8
        assert np.median(pixels) < 0.2


def test_a_core_with_attention_learns_it_too(seen):
    core = replace(OPTIONS.core, kind="transformer", n_blocks=1, n_heads=2, dropout=0.0)
    training = replace(OPTIONS.training, n_epochs=12)
    study = study_of(seen, {"01": np.arange(300)})

    fit = fit_response_optimised(
        study, options=ResponseOptimisedOptions(core, training=training)
    )

    assert median_r(seen, fit)["01"] > 0.6  # ridge on pixels: below 0.2


def test_a_learned_core_beats_the_same_core_with_random_filters(seen, fit):
    pictures, subjects = seen
    with seeded(0):
        core = build_core((1, pe.SIDE_PX, pe.SIDE_PX), OPTIONS.core).eval()
    with torch.no_grad():
        light = torch.from_numpy(pictures.astype("f4") / 60 - 2).permute(0, 3, 1, 2)
        maps = core(light).numpy()
    rows = np.arange(250)
    study = MapStudy(maps, core.grid, subjects["01"][0][rows], rows, TEST)

    random = fit_readout(study, options=ReadoutOptions(training=OPTIONS.training))

    r = pm.correlate(random.prediction[:, :40], subjects["01"][1][TEST])
    assert median_r(seen, fit)["01"] > np.median(r) + 0.05


def test_fields_are_found_on_the_learned_map(seen, fit):
    for name, one in fit.viewers.items():
        _, _, x, y = seen[1][name]
        away = np.hypot(one.fields.x[:40] - x, one.fields.y[:40] - y)

        assert np.median(away) < 0.05


def test_noise_voxels_score_nothing(seen, fit):
    noise = [
        pm.correlate(one.prediction[:, 40:], seen[1][name][0][TEST][:, 40:])
        for name, one in fit.viewers.items()
    ]
    assert abs(np.mean(noise)) < 0.06


def test_predictions_are_in_the_unit_of_the_responses(fit):
    np.testing.assert_allclose(fit.viewers["01"].prediction.mean(), 20, atol=1)


def test_with_few_pictures_a_shared_core_beats_one_per_subject(seen):
    options = replace(OPTIONS, training=replace(OPTIONS.training, n_epochs=30))
    rows = {"01": np.arange(120), "02": np.arange(120, 240)}

    shared = median_r(
        seen, fit_response_optimised(study_of(seen, rows), options=options)
    )
    alone = {}
    for name in rows:
        study = study_of(seen, {name: rows[name]})
        alone |= median_r(seen, fit_response_optimised(study, options=options))

    assert np.mean(list(shared.values())) > np.mean(list(alone.values())) + 0.03


@pytest.mark.parametrize("kind", ["convolutional", "transformer"])
@pytest.mark.parametrize("readout", KINDS)
def test_any_core_takes_any_readout_and_every_parameter_learns(seen, kind, readout):
    core = CoreShape(kind, kernel=8, stride=6, n_features=8, n_blocks=1, n_heads=2)
    training = replace(OPTIONS.training, n_epochs=1)
    study = study_of(seen, {"01": np.arange(60), "02": np.arange(60, 120)})

    fit = fit_response_optimised(
        study, options=ResponseOptimisedOptions(core, readout, training=training)
    )

    batches = ViewerBatches(study).training(0, batch_size=54, seed=0, start=0)
    assert dead_parameters(fit.model, [one.arrays for one in batches]) == {}
    assert fit.viewers["02"].prediction.shape == (200, 50)


def test_batches_hold_every_pair_of_subject_and_picture_once(seen):
    study = study_of(seen, {"01": np.arange(60), "02": np.arange(30, 90)})
    batches = ViewerBatches(study, validation_share=0.2)
    pairs, judged = [], set(batches.judged.tolist())
    for batch in batches.training(0, batch_size=32, seed=0, start=0):
        pictures = batch.arrays["pictures"]
        for name, place in batch.arrays["place"].items():
            told = batch.arrays["responses"][name]
            assert len(told) == len(place)
            known = {seen[0][row].tobytes(): row for row in range(90)}
            pairs += [(name, known[pictures[p].tobytes()]) for p in place]

    expected = {("01", row) for row in range(60)} | {("02", r) for r in range(30, 90)}
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == {(name, row) for name, row in expected if row not in judged}


def test_a_picture_that_one_subject_tests_no_subject_trains_on(seen):
    pictures, subjects = seen
    viewers = {
        "01": Viewer(subjects["01"][0][:50], np.arange(50), TEST),
        "02": Viewer(subjects["02"][0][:50], np.arange(50, 100), np.array([7])),
    }
    with pytest.raises(DataError, match=r"1 pictures are trained on .*row 7 first"):
        ImageStudy(pictures, viewers)


def test_shapes_that_do_not_agree_are_refused(seen):
    with pytest.raises(ShapeMismatchError, match="3 training rows, but 2 responses"):
        Viewer(np.zeros((2, 4)), np.arange(3), TEST)
    with pytest.raises(ShapeMismatchError, match=r"are not \(n_stimuli, height, width"):
        ImageStudy(seen[0][..., 0], {})
