"""Models keep what they have learnt, in files without pickles."""

import numpy as np
import pytest

from boldwise.decoders import CategoryDecoder, RidgeDecoder
from boldwise.encoders import RidgeEncoder
from boldwise.errors import StoreError
from boldwise.io.models import load_model, save_model
from boldwise.io.stores import write_store

RNG = np.random.default_rng(0)
FEATURES = RNG.standard_normal((40, 5))
RESPONSES = FEATURES @ RNG.standard_normal((5, 12)) + 0.1
RESPONSES[:, 3] = 2.0  # a constant voxel has an infinite spread
LABELS = np.array(["face", "tête"] * 20)


def test_an_encoder_predicts_as_before(tmp_path):
    encoder = RidgeEncoder(cv=np.arange(40) % 4, delays=[0, 1])
    encoder.fit([FEATURES[:, :2], FEATURES[:, 2:]], RESPONSES)

    save_model(encoder, tmp_path / "encoder.h5")
    copy = load_model(tmp_path / "encoder.h5")

    spaces = [FEATURES[:, :2], FEATURES[:, 2:]]
    np.testing.assert_array_equal(copy.predict(spaces), encoder.predict(spaces))


@pytest.mark.parametrize(
    ("decoder", "target"),
    [
        (RidgeDecoder(alpha_per_target=False), FEATURES),
        (CategoryDecoder("shrinkage_lda"), LABELS),
        (CategoryDecoder("linear_svm"), LABELS),
    ],
)
def test_a_decoder_predicts_as_before(tmp_path, decoder, target):
    decoder.fit(RESPONSES, target)

    save_model(decoder, tmp_path / "decoder.h5")
    copy = load_model(tmp_path / "decoder.h5")

    assert type(copy) is type(decoder)
    np.testing.assert_array_equal(copy.predict(RESPONSES), decoder.predict(RESPONSES))


def test_equal_models_give_equal_bytes(tmp_path):
    for name in ("a.h5", "b.h5"):
        save_model(RidgeDecoder().fit(RESPONSES, FEATURES), tmp_path / name)

    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_a_model_that_is_not_fitted_is_refused(tmp_path):
    with pytest.raises(StoreError, match="the RidgeEncoder is not fitted yet"):
        save_model(RidgeEncoder(), tmp_path / "encoder.h5")

    assert not (tmp_path / "encoder.h5").exists()


def test_another_kind_of_model_is_refused(tmp_path):
    with pytest.raises(StoreError, match="cannot keep a dict; known: RidgeEncoder, "):
        save_model({}, tmp_path / "model.h5")


def test_a_model_of_a_later_boldwise_is_refused(tmp_path):
    path = tmp_path / "model.h5"
    write_store(path, {}, schema="model", attributes={"model": "brain", "options": {}})

    with pytest.raises(StoreError, match="holds a 'brain'; this boldwise knows"):
        load_model(path)
