"""Files from elsewhere: what is said when they cannot be had."""

import huggingface_hub
import pytest

from boldwise.errors import WeightsError
from boldwise.features.backends.hub import (
    Wanted,
    cached,
    download,
    hint,
    hub_folder,
    hub_place,
    some_tags,
    why_unreachable,
)

WANTED = Wanted("m", "tag", "http://127.0.0.1:9/m", "/cache", "file.bin", "give it")


def test_one_sentence_names_model_places_and_what_to_do(monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)

    with pytest.raises(WeightsError) as told:
        download(WANTED, lambda: pytest.fail("must not be asked"))

    assert str(told.value) == (
        "model 'm': the weights 'tag' are neither in /cache nor to be had from "
        "http://127.0.0.1:9/m (HF_HUB_OFFLINE is set). Download file.bin from there on "
        "a machine with a network, and give it."
    )


def test_a_place_out_of_reach_is_named_with_the_reason(monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)

    assert "refused" in why_unreachable(WANTED.place)
    with pytest.raises(WeightsError, match=r"from http://127.0.0.1:9/m \(.*refused"):
        download(WANTED, lambda: "never")


def test_folders_and_places_are_those_of_the_client(monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", "/somewhere")
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", "https://mirror")

    assert hub_folder() == "/somewhere"
    assert hub_place("owner/name") == "https://mirror/owner/name"
    assert cached("", ["model.safetensors"]) is None


def test_names_are_hinted_at_and_tags_listed():
    assert hint("resnet1", ["resnet18", "vit"]) == "; did you mean 'resnet18'?"
    assert hint("xyz", ["resnet18"]) == "."
    assert some_tags(["a", "b"], "timm") == "'a', 'b'"
    assert some_tags([], "timm") == "timm knows none"
