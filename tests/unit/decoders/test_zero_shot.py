"""Names of categories lie in the space that pictures and texts share."""

import numpy as np

from boldwise.decoders.zero_shot import embed_categories
from boldwise.features.backends.clip import clip_embedding
from boldwise.features.records import Stimuli

OPTIONS = {"model": "tiny-clip", "weights": None, "seed": 0, "template": "a {category}"}


def test_every_label_is_embedded_by_its_sentence():
    found = embed_categories(np.array(["face;house", "tool", "face; tool"]), OPTIONS)

    alone = Stimuli(np.array(["x"]), caption=np.array(["a house"]))
    expected = clip_embedding(alone, tower="text").feature[0]
    assert list(found) == ["face", "house", "tool"]
    np.testing.assert_allclose(found["house"], expected, atol=1e-6)


def test_there_is_nothing_to_name_without_categories_or_texts():
    assert embed_categories(None, OPTIONS) == {}
    assert embed_categories(np.array(["face", "face"]), OPTIONS) == {}
    assert embed_categories(np.array(["face", "tool"]), {}) == {}
