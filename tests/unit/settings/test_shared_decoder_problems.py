"""What decoders that subjects share lack in the rest of a config is told."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config

SIMULATED = {"kind": "simulated", "name": "x", "subjects": ["01", "02"]}
BETAS = {
    **{"name": "b", "kind": "betas", "root": ".", "subjects": ["1", "2"]},
    **{"path": "a.mat", "stimuli": {"table": "t.tsv"}},
    "blocks": [{"response": "x", "stimulus_id": "y"}],
}
NEW = {"budgets": [10, 50]}


def shared(**more):
    return {"kind": "shared_latent", "target": "words", **more}


def study(decoder, *, dataset=SIMULATED, **more):
    given = {"estimate": "given"} if dataset["kind"] == "betas" else {}
    return load_config(
        {
            "dataset": dataset,
            "responses": given,
            "splits": {"main": {"kind": "k_fold"}},
            "feature_spaces": {
                "net": {"kind": "open_clip", "read": "tokens", "layer": "layer3"},
                "many": {
                    "kind": "open_clip",
                    "read": "map",
                    "layers": ["layer3", "layer4"],
                },
                "words": {"kind": "tfidf"},
            },
            "decoders": {"a": decoder},
            **more,
        }
    )


@pytest.mark.parametrize(
    ("decoder", "more", "told"),
    [
        (shared(target="word"), {}, "decoders.a.target: no feature space 'word'; did"),
        (
            shared(heads={"words": {"tokens": True}}),
            {},
            "decoders.a.heads.words: every place is to be told, and 'words' gives one",
        ),
        (
            shared(target=["words", "many"]),
            {},
            "decoders.a.target: 'many' has layers; name one of them: many-layer3",
        ),
        (
            shared(new_subjects=NEW),
            {"dataset": {**SIMULATED, "subjects": ["01"]}},
            "decoders.a.new_subjects: each of 1 subjects in turn is new to the others",
        ),
        (
            shared(low_level_px=8),
            {"dataset": BETAS},
            "decoders.a.low_level_px: a picture is to be predicted",
        ),
        (
            shared(),
            {"responses": {"estimate": "timeseries"}},
            "decoders.a: 'shared_latent' takes one response per trial",
        ),
    ],
)
def test_what_the_study_lacks_is_told(decoder, more, told):
    with pytest.raises(ConfigError) as refused:
        study(decoder, **more)

    assert told in str(refused.value)


def test_tokens_of_a_network_may_be_told():
    config = study(shared(target="net", heads={"net": {"kind": "resampled"}}))

    assert config.decoders["a"].heads["net"].tells_tokens
