"""Features of networks: the same bytes however often a job was killed."""

import logging
import os
from dataclasses import replace

import numpy as np
import pytest
from small_network import POOLED, TOKENS, ImagesInMemory, SmallNetwork, draw_images

from boldwise.io.feature_stores import write_network_features
from boldwise.io.image_blocks import PictureFiles, StoredImages
from boldwise.io.network_passes import Pass
from boldwise.io.records import read_features
from boldwise.io.stores import open_store

LOG = logging.getLogger("test")
BATCH = 8


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("BOLDWISE_FEATURES_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "features"


def wanted(network=None, readouts=None, *, n=50, **options):
    return Pass(
        ImagesInMemory(draw_images(n)),
        network or SmallNetwork(),
        readouts or {"pooled": POOLED},
        **{"batch_size": BATCH, **options},
    )


def write(path, one):
    write_network_features(path, one, provenance={"rule": "r"}, log=LOG)
    return path.read_bytes()


def stop_after(n_batches):
    """Make a network that fails, as if killed, after some batches."""

    class Killed(SmallNetwork):
        def describe(self, batch, readouts):
            if len(self.batches) == n_batches:
                raise KeyboardInterrupt
            return super().describe(batch, readouts)

    return Killed()


def test_one_readout_is_a_feature_space_with_its_origin(tmp_path):
    write(tmp_path / "a.h5", wanted())

    space = read_features(tmp_path / "a.h5")

    assert space.feature.shape == (50, 5)
    assert space.feature.dtype == np.float32
    assert list(space.stimulus_id[:2]) == ["s000", "s001"]
    assert space.notes["weights"] == "seed 0"
    assert space.notes["read"] == "pooled"


def test_tokens_are_halves_in_a_chunk_per_stimulus_with_their_grid(tmp_path):
    write(tmp_path / "a.h5", wanted(readouts={"t": TOKENS}))

    with open_store(tmp_path / "a.h5", schema="features") as store:
        token = store["token"]
        assert (token.shape, token.dtype) == ((50, 16, 3), np.float16)
        assert token.chunks == (1, 16, 3)
        assert store.attributes["grid"] == [4, 4]
        expected = draw_images()[:, ::2, ::2].reshape(50, 16, 3) / 255
        np.testing.assert_allclose(token[()], expected, atol=1e-3)


def test_several_readouts_of_one_pass_lie_in_groups(tmp_path):
    network = SmallNetwork()

    write(tmp_path / "a.h5", wanted(network, {"last": POOLED, "block-1": TOKENS}))

    assert network.batches == [8, 8, 8, 8, 8, 8, 2]
    with open_store(tmp_path / "a.h5", schema="features") as store:
        assert store.names == [
            "layer/block-1/token",
            "layer/last/feature",
            "stimulus_id",
        ]
        assert store.attributes["layers"]["block-1"]["grid"] == [4, 4]
        assert store.attributes["layers"]["last"]["grid"] is None


@pytest.mark.parametrize("n_done", [0, 1, 3, 6])
def test_an_interrupted_job_goes_on_after_its_last_whole_batch(tmp_path, n_done):
    undisturbed = write(tmp_path / "a.h5", wanted(SmallNetwork()))
    os.environ["BOLDWISE_FEATURES_CACHE"] = str(tmp_path / "other")
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "b.h5", wanted(stop_after(n_done)))
    network = SmallNetwork()

    resumed = write(tmp_path / "b.h5", wanted(network))

    assert len(network.batches) == 7 - n_done
    assert resumed == undisturbed


def test_an_interrupted_job_keeps_its_batch_size(tmp_path):
    automatic = {"batch_size": None, "memory_bytes": 1e12}
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "a.h5", wanted(stop_after(4), **automatic))  # 3 of the probe
    network = SmallNetwork()

    write(tmp_path / "a.h5", wanted(network, batch_size=None, memory_bytes=0.0))

    assert network.batches == [18]  # After one of 32; without memory it would be 1.


def test_nothing_is_computed_twice_whatever_the_study(tmp_path):
    write(tmp_path / "a.h5", wanted(readouts={"first": POOLED}))
    network = SmallNetwork()

    write(tmp_path / "b.h5", wanted(network, {"other-name": POOLED}))

    assert network.batches == []
    one, other = read_features(tmp_path / "a.h5"), read_features(tmp_path / "b.h5")
    np.testing.assert_array_equal(one.feature, other.feature)


def test_of_several_readouts_only_those_that_lack_are_computed(tmp_path):
    seen = []

    class Told(SmallNetwork):
        def describe(self, batch, readouts):
            seen.append(list(readouts))
            return super().describe(batch, readouts)

    write(tmp_path / "a.h5", wanted(readouts={"p": POOLED}))

    write(tmp_path / "b.h5", wanted(Told(), {"p": POOLED, "t": TOKENS}))

    assert seen == [[TOKENS]] * 7


CHANGES = {
    "stimuli": {"images": ImagesInMemory(draw_images()[::-1])},
    "weights": {"network": SmallNetwork(seed=1)},
    "layer": {"readouts": {"pooled": replace(POOLED, layer="0")}},
    "batch size": {"batch_size": 4},
    "precision": {"network": SmallNetwork(precision="bfloat16")},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_differs_is_neither_continued_nor_taken(tmp_path, change):
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "a.h5", wanted(stop_after(3)))
    own = replace(wanted(), **change)
    network = own.network
    network.batches.clear()

    write(tmp_path / "a.h5", own)

    assert sum(network.batches) == 50


@pytest.mark.parametrize("name", ["preprocessing", "weights_sha256", "model"])
def test_another_card_is_another_journal(tmp_path, name):
    write(tmp_path / "a.h5", wanted())
    network = SmallNetwork()
    network.card = replace(network.card, **{name: "another"})

    write(tmp_path / "a.h5", wanted(network))

    assert sum(network.batches) == 50


def test_changed_code_is_another_journal(tmp_path, monkeypatch):
    write(tmp_path / "a.h5", wanted())
    monkeypatch.setattr("boldwise.io.network_passes.code_of", lambda path: "changed")
    network = SmallNetwork()

    write(tmp_path / "a.h5", wanted(network))

    assert sum(network.batches) == 50


def test_a_damaged_cache_is_computed_again_from_where_it_is_damaged(tmp_path, cache):
    before = write(tmp_path / "a.h5", wanted())
    (journal,) = cache.iterdir()
    damaged = bytearray(journal.read_bytes())
    damaged[-3 * BATCH * 5 * 4] ^= 1
    journal.write_bytes(damaged)
    network = SmallNetwork()

    after = write(tmp_path / "a.h5", wanted(network))

    assert 0 < sum(network.batches) < 50
    assert after == before


def test_without_a_cache_only_unfinished_work_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("BOLDWISE_FEATURES_CACHE", "off")
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "a.h5", wanted(stop_after(5)))
    network = SmallNetwork()

    write(tmp_path / "a.h5", wanted(network))

    assert len(network.batches) == 2
    assert list((tmp_path / ".unfinished").iterdir()) == []


def test_pictures_in_files_and_in_a_store_are_read_alike(tmp_path):
    from PIL import Image

    from boldwise.features.records import Stimuli
    from boldwise.io.records import write_stimuli

    image, ids = draw_images(5), np.array(list("abcde"))
    paths = [tmp_path / f"{one}.png" for one in ids]
    for path, pixels in zip(paths, image, strict=True):
        Image.fromarray(pixels).save(path)
    write_stimuli(tmp_path / "s.h5", Stimuli(ids, image), provenance={})

    stored, files = StoredImages(tmp_path / "s.h5"), PictureFiles(paths, ids)

    np.testing.assert_array_equal(stored.read(1, 4), image[1:4])
    np.testing.assert_array_equal(np.stack(files.read(1, 4)), image[1:4])
    assert stored.digest() != files.digest()
