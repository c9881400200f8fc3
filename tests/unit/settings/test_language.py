"""Options of language: one layer or several, and what a control needs."""

import pytest
from pydantic import TypeAdapter, ValidationError

from boldwise.settings.continuous import AnyFeatureSpace

MODEL = {"kind": "language_model", "model": "gpt2"}


def check(**options):
    """Check one feature space."""
    return TypeAdapter(AnyFeatureSpace).validate_python(options)


def test_a_model_has_a_context_and_leaves_its_stride_to_the_model():
    space = check(**MODEL)

    assert (space.context, space.stride, space.layer, space.layers) == (
        32,
        None,
        None,
        [],
    )
    assert (space.read, space.combine, space.resample) == ("mean", "sum", "lanczos")
    assert "sp" in space.ignore


def test_layers_are_given_once_and_in_one_way():
    assert check(**MODEL, layers=[0, "hidden.3", -1]).layers == [0, "hidden.3", -1]
    with pytest.raises(ValidationError, match=r"layer and layers are both given"):
        check(**MODEL, layer=3, layers=[4])
    with pytest.raises(ValidationError, match=r"layers lists 3 more than once"):
        check(**MODEL, layers=[3, "3"])


@pytest.mark.parametrize(
    "wrong",
    [{"weights": "mine.pt"}, {"context": -1}, {"stride": 0}, {"read": "tokens"}],
)
def test_what_no_model_can_do_is_refused(wrong):
    with pytest.raises(ValidationError):
        check(**MODEL, **wrong)


def test_vectors_need_a_file_and_statistics_need_nothing():
    assert check(kind="word_vectors", path="glove.txt").combine == "sum"
    assert check(kind="word_statistics").at == "middle"
    with pytest.raises(ValidationError, match="path"):
        check(kind="word_vectors")
