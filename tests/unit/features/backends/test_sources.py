"""Where models come from, and what is said when they do not."""

import http.server
import threading

import huggingface_hub
import open_clip.pretrained
import pytest

from boldwise.errors import WeightsError
from boldwise.features.backends import sources
from boldwise.features.backends.sources import SHIPPED, files_of, find_source

TAG = "laion2b_s34b_b79k"
REPOSITORY = "laion/CLIP-ViT-B-32-laion2B-s34B-b79K"


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """Take the network and the hub's cache away."""
    constants = huggingface_hub.constants
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def test_a_model_in_a_folder_brings_its_checkpoint_and_vocabulary(model_folder):
    source = find_source(str(model_folder), None)

    assert source.identifier == f"local-dir:{model_folder}"
    assert source.checkpoint == model_folder / "model.safetensors"
    assert source.vocabulary == model_folder / "bpe_vocabulary.txt.gz"


def test_the_shipped_model_is_such_a_folder():
    source = find_source("tiny-clip", "untrained")

    assert source.identifier == f"local-dir:{SHIPPED['tiny-clip']}"
    assert source.checkpoint is None


def test_a_named_model_takes_a_checkpoint_of_this_disk(tmp_path):
    path = tmp_path / "mine.pt"
    path.write_bytes(b"weights")

    source = find_source("ViT-B-32", str(path))

    assert (source.identifier, source.checkpoint) == ("ViT-B-32", path)
    assert source.vocabulary is None


def test_a_tag_is_taken_from_the_cache_of_the_hub(offline):
    snapshot = offline / f"models--{REPOSITORY.replace('/', '--')}"
    weights = snapshot / "snapshots/abc/open_clip_model.safetensors"
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"weights")
    (snapshot / "refs").mkdir()
    (snapshot / "refs/main").write_text("abc")

    source = find_source("ViT-B-32", TAG)

    assert source.checkpoint == weights
    assert source.tag["interpolation"] == "bicubic"


def test_a_tag_that_cannot_be_had_says_where_it_was_looked_for(offline):
    told = (
        rf"'{TAG}' are neither in {offline} nor .*{REPOSITORY} \(HF_HUB_OFFLINE is set"
    )
    with pytest.raises(WeightsError, match=told):
        find_source("ViT-B-32", TAG)


def test_a_hub_out_of_reach_is_asked_once(offline, monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", "http://127.0.0.1:9")

    with pytest.raises(WeightsError, match=r"http://127.0.0.1:9/.*\(.*[Rr]efused\)"):
        find_source("ViT-B-32", TAG)


@pytest.fixture
def hub(monkeypatch, offline):
    """Answer "not found" on this machine, in the place of the hub."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(404)

        def log_message(self, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
        place = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", place)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield place
        server.shutdown()
        thread.join()


def test_a_hub_that_answers_is_downloaded_from(hub, monkeypatch, tmp_path):
    fetched = tmp_path / "fetched.safetensors"
    monkeypatch.setattr(
        open_clip.pretrained, "download_pretrained", lambda tag: fetched
    )

    assert find_source("ViT-B-32", TAG).checkpoint == fetched


def test_a_failed_download_says_why(hub, monkeypatch):
    def fail(tag):
        raise FileNotFoundError("disk full\nand more")

    monkeypatch.setattr(open_clip.pretrained, "download_pretrained", fail)

    with pytest.raises(WeightsError, match=rf"{hub}/{REPOSITORY} \(disk full\)\."):
        find_source("ViT-B-32", TAG)


def test_an_unknown_model_gets_a_hint():
    with pytest.raises(
        WeightsError, match=r"called 'ViT-B-23'; did you mean 'ViT-B-32'"
    ):
        find_source("ViT-B-23", TAG)
    with pytest.raises(
        WeightsError, match=r"called 'tinyclip'; did you mean 'tiny-clip"
    ):
        find_source("tinyclip", None)


def test_an_unknown_tag_gets_a_hint_and_the_list():
    with pytest.raises(WeightsError, match=rf"b80k'; did you mean '{TAG}'.*'openai'"):
        find_source("ViT-B-32", "laion2b_s34b_b80k")


def test_a_named_model_without_weights_lists_its_tags():
    with pytest.raises(WeightsError, match=r"weights must be named: a tag \('openai'"):
        find_source("ViT-B-32", None)


@pytest.mark.parametrize("model", ["ViT-B-32", "tiny-clip"])
def test_an_absent_checkpoint_is_named_with_its_folder(model, tmp_path):
    path = tmp_path / "absent.pt"

    with pytest.raises(WeightsError, match=rf"{path}: no such .*looked in {tmp_path}"):
        find_source(model, str(path))


def test_a_folder_needs_one_checkpoint(tmp_path):
    (tmp_path / "open_clip_config.json").write_text("{}")
    with pytest.raises(WeightsError, match="0 checkpoints"):
        find_source(str(tmp_path), None)

    for name in ("a.pt", "b.bin"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(WeightsError, match="2 checkpoints"):
        find_source(str(tmp_path), None)


def test_files_of_a_model_are_those_that_its_features_depend_on(model_folder, tmp_path):
    own = ["open_clip_config.json", "bpe_vocabulary.txt.gz", "model.safetensors"]
    mine = tmp_path / "mine.pt"
    mine.write_bytes(b"")

    def names(model, weights):
        return [path.name for path in files_of(model, weights)]

    assert names(str(model_folder), None) == own
    assert names(str(model_folder), "untrained") == own[:2]
    assert names(str(model_folder), str(mine)) == [*own[:2], "mine.pt"]
    assert names("ViT-B-32", TAG) == []
    assert sources.files_of("ViT-B-32", str(mine)) == [mine]
