"""Models of a finished study are applied to new images and to new responses."""

import logging
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from boldwise.cli.decode import decode_responses
from boldwise.cli.predict import predict_images
from boldwise.decoders.kept import kept_decoder, to_features
from boldwise.errors import BoldwiseError, DataError, StoreError
from boldwise.io.applied import read_decoder, read_encoder
from boldwise.io.decoded_new import decode_new
from boldwise.io.images import read_volume
from boldwise.io.new_features import NewStimuli
from boldwise.io.predicted import predict_new, write_value_maps
from boldwise.io.records import (
    read_features,
    read_fitted_features,
    read_responses,
    write_features,
    write_fitted_features,
)
from boldwise.io.stores import open_store
from boldwise.io.tables import read_table
from boldwise.responses.records import Voxels

LOG = logging.getLogger("test")
KEPT = ("gabor", "banded")


@pytest.fixture
def paths(finished, monkeypatch):
    """Name files of the finished study; the cache of features lies below it."""
    monkeypatch.chdir(finished.folder)
    results = finished.results
    return SimpleNamespace(
        stimuli=results / "stimuli.h5",
        responses=results / "responses/sub-01.h5",
        decoder=results / "decoders/shared/clip-text/sub-01.h5",
        encoder=lambda name: results / f"encoders/shared/{name}/sub-01.h5",
    )


@pytest.fixture
def folder(tmp_path):
    """Write three pictures."""
    home = tmp_path / "pictures"
    home.mkdir()
    rng = np.random.default_rng(0)
    for name, size in (("cat", (40, 30)), ("dog", (32, 32)), ("owl", (20, 50))):
        pixels = rng.integers(0, 256, (*size, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(home / f"{name}.png")
    return home


def stored(path, schema):
    with open_store(path, schema=schema) as store:
        return store["stimulus_id"], store["prediction"][()]


@pytest.mark.parametrize("name", KEPT)
def test_own_test_stimuli_are_predicted_as_by_the_study(paths, tmp_path, name):
    ids, expected = stored(paths.encoder(name), "encoder")

    found = predict_new(
        paths.encoder(name), paths.stimuli, tmp_path / "new.h5", log=LOG
    )

    known = found.responses.trials.stimulus_id
    row = {one: number for number, one in enumerate(known)}
    again = found.responses.response[[row[one] for one in ids]]
    np.testing.assert_allclose(again, expected, atol=1e-5)
    assert found.n_trained == 36
    assert found.responses.unit == read_responses(paths.responses).unit


def test_own_test_responses_are_decoded_as_by_the_study(paths, tmp_path):
    ids, expected = stored(paths.decoder, "decoder")
    fitted = read_decoder(paths.decoder)

    found = decode_new(
        paths.decoder,
        paths.responses,
        tmp_path / "new.h5",
        gallery=paths.stimuli,
        log=LOG,
    )

    row = [found.stimulus_id.tolist().index(one) for one in ids]
    wanted = to_features(fitted.folds[0], expected)
    np.testing.assert_allclose(found.feature[row], wanted, atol=1e-5)
    assert found.trained.sum() == 36
    assert found.similarity.shape == (48, 84)
    assert len(found.true_ranks()) == 12  # what was trained on is no test
    target = paths.stimuli.parent / "features/shared/clip-text.h5"
    assert read_features(tmp_path / "new.h5").feature.shape == found.feature.shape
    true = read_fitted_features(target).fold(0)
    place = [true.stimulus_id.tolist().index(one) for one in found.candidate]
    standard = fitted.folds[0].targets_.apply(true.feature[place])
    both = np.corrcoef(np.vstack([expected[0], standard]))[0, 1:]
    np.testing.assert_allclose(found.similarity[row[0]], both, atol=1e-4)


def test_pictures_of_a_folder_are_predicted_and_mapped(paths, folder, tmp_path):
    out = tmp_path / "out/new.h5"

    lines = predict_images(paths.encoder("gabor"), folder, out, maps=True)

    responses = read_responses(out)
    assert responses.trials.stimulus_id.tolist() == ["cat", "dog", "owl"]
    assert np.isfinite(responses.response).all()
    assert "3 stimuli, 64 voxels" in lines[0]
    assert lines[-1] == f"{tmp_path / 'out/new'}: 3 maps"
    volume, _ = read_volume(tmp_path / "out/new/dog.nii.gz")
    at = tuple(responses.voxels.ijk.T)
    np.testing.assert_allclose(volume[at], responses.response[1], rtol=1e-6)
    assert sorted(one.name for one in out.parent.iterdir()) == ["new", "new.h5"]


def test_candidates_are_listed_beside_the_features(paths, tmp_path):
    out = tmp_path / "new.h5"

    lines = decode_responses(
        paths.decoder, paths.responses, out, gallery=paths.stimuli, top=3
    )

    table = read_table(tmp_path / "new.tsv")
    assert len(table["rank"]) == 48 * 3
    assert table["rank"][:3].tolist() == ["1", "2", "3"]
    assert "36 of them are to stimuli that trained the decoder" in lines[1]
    assert "closest of 84 candidates" in lines[2]
    assert "is a candidate, and trained nothing, for 12 responses: first" in lines[-1]


def test_what_was_predicted_can_be_decoded(paths, folder, tmp_path):
    predict_images(paths.encoder("gabor"), folder, tmp_path / "predicted.h5")

    lines = decode_responses(
        paths.decoder, tmp_path / "predicted.h5", tmp_path / "decoded.h5"
    )

    assert lines == [f"{tmp_path / 'decoded.h5'}: 3 responses, 128 decoded features"]


def test_a_model_without_weights_tells_the_option(paths):
    with pytest.raises(StoreError, match="`keep_weights: true` for it under"):
        read_encoder(paths.encoder("words"))


def test_an_outer_fold_that_is_not_there_is_told(paths):
    with pytest.raises(DataError, match=r"no outer fold 3; it has 0\."):
        read_encoder(paths.encoder("gabor")).chosen(3)


def test_a_folder_without_pictures_is_told(paths, tmp_path):
    with pytest.raises(DataError, match=r"holds no picture \(\.png"):
        predict_new(paths.encoder("gabor"), tmp_path, tmp_path / "new.h5", log=LOG)


def test_pictures_have_no_words_to_describe(paths, folder, tmp_path):
    with pytest.raises(DataError, match="no caption"):
        predict_new(paths.encoder("banded"), folder, tmp_path / "new.h5", log=LOG)


def test_given_features_have_none_for_new_stimuli(paths, folder, tmp_path):
    new = NewStimuli(
        folder, paths.stimuli.parent, split="shared", scratch=tmp_path, log=LOG
    )

    with pytest.raises(DataError, match=r"came from a file .* new stimuli cannot be"):
        new.describe("scene-graph")


def test_features_that_were_made_again_are_refused(study, folder, tmp_path):
    path = study.results / "features/shared/gabor.h5"
    fitted = read_fitted_features(path)
    with open_store(path, schema="fitted_features") as store:
        made = {name: store.attributes[name] for name in ("config", "inputs")}
    write_fitted_features(path, fitted, provenance={**made, "rule": "other"})
    encoder = study.results / "encoders/shared/gabor/sub-01.h5"

    with pytest.raises(StoreError, match=r"made again since .* Run snakemake again"):
        predict_new(encoder, folder, tmp_path / "new.h5", log=LOG)


def test_another_version_of_a_network_is_noticed(study, folder, tmp_path):
    path = study.results / "features/gabor.h5"
    space = read_features(path)
    with open_store(path, schema="features") as store:
        made = {n: store.attributes[n] for n in ("config", "inputs", "rule")}
    space.feature[:] *= 1.1
    write_features(path, space, provenance=made)
    encoder = study.results / "encoders/shared/gabor/sub-01.h5"

    with pytest.raises(DataError, match="described otherwise than then"):
        predict_new(encoder, folder, tmp_path / "new.h5", log=LOG)


def test_voxels_of_another_subject_are_refused(paths, tmp_path):
    other = paths.responses.with_name("sub-02.h5")

    with pytest.raises(BoldwiseError, match=r"lacks \d+ of the 64 voxels"):
        decode_responses(paths.decoder, other, tmp_path / "new.h5")


def test_a_kept_decoder_has_no_penalties(paths):
    with open_store(paths.decoder, schema="decoder") as store:
        arrays = {n: values[()] for n, values in store.group("model/0").items()}

    assert np.isnan(kept_decoder(arrays).alpha_).all()


def test_maps_of_surfaces_are_one_file_for_each_hemisphere(tmp_path):
    both = ["CORTEX_LEFT", "CORTEX_RIGHT"]
    voxels = Voxels(
        np.full((4, 3), -1),
        (0, 0, 0),
        vertex=np.array([0, 2, 1, 3]),
        structure=np.repeat(both, 2),
        n_vertices=dict.fromkeys(both, 5),
    )

    written = write_value_maps(tmp_path, np.ones((1, 4)), ["a/b"], voxels)

    assert [one.name for one in written] == [
        "a_b_hemi-L.func.gii",
        "a_b_hemi-R.func.gii",
    ]
    assert all(one.exists() for one in written)
