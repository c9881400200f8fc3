"""A pass knows all that its numbers depend on, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest
from small_network import POOLED, TOKENS, ImagesInMemory, SmallNetwork, draw_images

from boldwise.errors import ConfigError, DataError, WeightsError
from boldwise.features.backends.readout import Readout
from boldwise.features.records import Stimuli
from boldwise.features.streaming import Pace
from boldwise.io.feature_cache import Cache
from boldwise.io.network_passes import Pass, plan_pass
from boldwise.io.records import write_stimuli

GIB = 2**30


def one_pass(*, image=None, network=None, readout=POOLED, **options):
    """Plan a pass of the small network."""
    images = ImagesInMemory(draw_images(9) if image is None else image)
    network = network or SmallNetwork()
    return Pass(images, network, {"x": readout}, **{"batch_size": 4, **options})


def with_card(**changes):
    network = SmallNetwork()
    network.card = replace(network.card, **changes)
    return network


def another_image():
    image = draw_images(9)
    image[8, 7, 7, 2] ^= 1
    return image


class OtherDecoder(ImagesInMemory):
    """Images that another library has decoded."""

    decoder = "Pillow 99"


CHANGED = {
    "one pixel": one_pass(image=another_image()),
    "order": one_pass(image=draw_images(9)[::-1]),
    "number": one_pass(image=draw_images(8)),
    "layer": one_pass(readout=Readout("2", "tokens")),
    "read": one_pass(readout=Readout("1", "mean")),
    "grid": one_pass(readout=Readout("1", "tokens", 2)),
    "kind": one_pass(network=with_card(kind="timm")),
    "model": one_pass(network=with_card(model="large")),
    "weights": one_pass(network=with_card(weights="seed 1")),
    "hash": one_pass(network=with_card(weights_sha256="abc")),
    "transform": one_pass(network=with_card(preprocessing="every third pixel")),
    "precision": one_pass(network=SmallNetwork(precision="float16")),
    "device": one_pass(network=SmallNetwork(device="cuda")),
    "batch": one_pass(batch_size=8),
    "automatic batch": one_pass(batch_size=None),
    "decoder": replace(one_pass(), images=OtherDecoder(draw_images(9))),
}
SAME = {
    "name": replace(one_pass(readout=TOKENS), readouts={"other": TOKENS}),
    "beside others": replace(
        one_pass(), readouts={"pooled": POOLED, "x": TOKENS, "y": Readout("3", "mean")}
    ),
    "memory": one_pass(readout=TOKENS, memory_bytes=1.0),
    "cores": one_pass(readout=TOKENS, n_cores=16),
    "licence": one_pass(readout=TOKENS, network=with_card(licence="none")),
}


def places(wanted, tmp_path):
    """Find where the readouts of a pass lie in a cache."""
    cache = Cache(tmp_path, keep=True)
    return {cache.path_of(one) for one in wanted.identities().values()}


@pytest.mark.parametrize("name", CHANGED)
def test_what_changes_numbers_lies_elsewhere(name, tmp_path):
    known = [one_pass(), one_pass(readout=TOKENS)]

    assert not any(
        places(CHANGED[name], tmp_path) & places(one, tmp_path) for one in known
    )


@pytest.mark.parametrize("name", SAME)
def test_what_changes_no_number_lies_in_the_same_place(name, tmp_path):
    assert places(one_pass(readout=TOKENS), tmp_path) <= places(SAME[name], tmp_path)


def test_the_number_of_a_gpu_does_not_matter(tmp_path):
    first, second = (
        one_pass(network=SmallNetwork(device=f"cuda:{number}")) for number in (0, 1)
    )

    assert places(first, tmp_path) == places(second, tmp_path)


def test_cores_are_lanes_on_a_cpu_and_workers_of_a_gpu():
    gpu = SmallNetwork(device="cuda")

    assert one_pass(n_cores=6).pace == Pace(n_lanes=6)
    assert one_pass(network=gpu, n_cores=6).pace == Pace(n_lanes=1, n_workers=5)


@pytest.fixture
def stimuli(tmp_path):
    ids = np.array(["a", "b", "c"])
    write_stimuli(tmp_path / "s.h5", Stimuli(ids, draw_images(3)), provenance={})
    write_stimuli(tmp_path / "t.h5", Stimuli(ids, caption=ids), provenance={})
    return tmp_path / "s.h5"


def plan(stimuli, **options):
    options = {"kind": "open_clip", "model": "tiny-clip", "device": "cpu", **options}
    return plan_pass(stimuli, options, n_cores=2, memory_gb=1.5)


def test_a_plan_follows_the_config(stimuli):
    wanted = plan(stimuli, layers=["layer3", "layer4.0"], read="map", batch_size=7)

    assert wanted.readouts == {
        "layer3": Readout("layer3", "map"),
        "layer4-0": Readout("layer4.0", "map"),
    }
    assert (wanted.batch_size, wanted.n_cores) == (7, 2)
    assert wanted.memory_bytes == 1.5 * GIB
    assert wanted.images.stimulus_id.tolist() == ["a", "b", "c"]
    assert wanted.network.card.model == "tiny-clip"


def test_the_embedding_is_what_is_taken_by_default(stimuli):
    assert list(plan(stimuli).readouts.values()) == [Readout("-1", "pooled", None)]


def test_stimuli_without_pictures_are_refused_before_a_network_is_loaded(stimuli):
    with pytest.raises(DataError, match=r"t\.h5: the 3 stimuli have no image"):
        plan(stimuli.with_name("t.h5"), model="no-such-model")


def test_models_and_kinds_that_are_not_known_are_refused(stimuli):
    with pytest.raises(WeightsError, match="no open_clip model is called 'tiny-klip'"):
        plan(stimuli, model="tiny-klip")
    with pytest.raises(ConfigError, match="no kind of network is called 'open_klip'"):
        plan(stimuli, kind="open_klip")
