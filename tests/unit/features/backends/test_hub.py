"""Files from elsewhere: what is said when they cannot be had."""

import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

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


@pytest.fixture
def reached(monkeypatch):
    """Let every place answer."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)

    def answer(url, timeout):
        raise urllib.error.HTTPError(url, 404, "not found", None, None)

    monkeypatch.setattr(urllib.request, "urlopen", answer)


def test_a_place_that_answers_is_asked_for_the_file(reached):
    assert why_unreachable(WANTED.place) == ""
    assert download(WANTED, lambda: "/cache/file.bin") == Path("/cache/file.bin")


@pytest.mark.parametrize("error", [OSError, RuntimeError, ValueError])
def test_what_the_client_says_stands_in_the_sentence_by_its_first_line(reached, error):
    def fetch():
        raise error("no such revision\nsee the manual")

    with pytest.raises(
        WeightsError, match=r"\(no such revision\)\. Download file"
    ) as told:
        download(WANTED, fetch)
    assert "manual" not in str(told.value)


def test_an_address_that_is_none_is_no_traceback(monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)

    with pytest.raises(WeightsError, match="unknown url type"):
        download(replace(WANTED, place="None"), lambda: "never")


def test_a_path_or_untrained_weights_are_the_way_out_by_default():
    wanted = Wanted("m", "tag", "http://x", "/cache", "file.bin")

    assert wanted.bring == "give the path of that file as weights, or 'untrained'"


def test_the_first_file_that_lies_here_is_taken(monkeypatch):
    here = {"b.bin": "/cache/b.bin", "c.bin": "/cache/c.bin"}
    monkeypatch.setattr(
        huggingface_hub, "try_to_load_from_cache", lambda _, name: here.get(name)
    )

    assert cached("owner/name", ["a.bin", "b.bin", "c.bin"]) == Path("/cache/b.bin")
    assert cached("owner/name", ["a.bin"]) is None
    assert cached("", ["b.bin"]) is None


def test_at_most_ten_tags_are_listed():
    told = some_tags([f"t{k}" for k in range(12)], "open_clip")

    assert told.endswith("'t9' and 2 more")
