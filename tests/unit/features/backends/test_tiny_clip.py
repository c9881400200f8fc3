"""The tiny CLIP that ships: loads like any open_clip model, and has learnt."""

import hashlib
import importlib
import json
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image
from pydantic import ValidationError
from safetensors.torch import load_file

import boldwise
from boldwise.settings.dataset import SimulatedDataset
from boldwise.simulate.captions import VOCABULARY
from boldwise.simulate.scenes import draw_scenes

FOLDER = Path(boldwise.__file__).parent / "features/backends/tiny_clip"
NAME = f"local-dir:{FOLDER}"
WEIGHTS = FOLDER / "model.safetensors"
BPE = FOLDER / "bpe_vocabulary.txt.gz"
N_HELD_OUT = 1000


@pytest.fixture(scope="module")
def recipe():
    return json.loads((FOLDER / "recipe.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def config():
    return json.loads((FOLDER / "open_clip_config.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tokenizer():
    return open_clip.get_tokenizer(NAME, bpe_path=str(BPE))


@pytest.fixture(scope="module")
def loaded():
    model, _, preprocess = open_clip.create_model_and_transforms(NAME)
    return model.eval(), preprocess


@pytest.fixture(scope="module")
def held_out(recipe):
    scenes = draw_scenes(N_HELD_OUT + 100, seed=recipe["held_out"]["seed"])
    _, first = np.unique(scenes.caption, return_index=True)
    return scenes.take(np.sort(first)[:N_HELD_OUT])


@pytest.fixture(scope="module")
def embedding(loaded, tokenizer, held_out):
    model, preprocess = loaded
    with torch.inference_mode():
        image = model.encode_image(stack(held_out.image, preprocess), normalize=True)
        text = model.encode_text(tokenizer(held_out.caption.tolist()), normalize=True)
    return image.numpy(), text.numpy()


def stack(images, preprocess):
    return torch.stack([preprocess(Image.fromarray(image)) for image in images])


def share_of_hits(similarity):
    return float(np.mean(similarity.argmax(1) == np.arange(len(similarity))))


def test_the_checkpoint_is_small_and_in_half_precision(loaded, recipe):
    stored = load_file(WEIGHTS)

    assert WEIGHTS.stat().st_size <= 4_000_000
    assert {weight.dtype for weight in stored.values()} == {torch.float16}
    assert {p.dtype for p in loaded[0].parameters()} == {torch.float32}
    n_parameters = sum(p.numel() for p in loaded[0].parameters())
    assert n_parameters == recipe["n_parameters"] < 2_000_000


def test_the_weights_in_memory_are_those_of_the_file(loaded):
    state = loaded[0].state_dict()

    for name, weight in load_file(WEIGHTS).items():
        assert torch.equal(state[name].float(), weight.float())


def test_a_registered_name_with_a_path_loads_the_same_model(
    loaded, config, tmp_path, monkeypatch
):
    factory = importlib.import_module("open_clip.factory")
    monkeypatch.setattr(factory, "_MODEL_CONFIG_PATHS", [])
    monkeypatch.setattr(factory, "_MODEL_CONFIGS", {})
    path = tmp_path / "tiny-clip.json"
    path.write_text(json.dumps(config["model_cfg"]), encoding="utf-8")
    images = draw_scenes(4, seed=1).image

    open_clip.add_model_config(path)
    model, _, preprocess = open_clip.create_model_and_transforms(
        "tiny-clip", pretrained=str(WEIGHTS)
    )

    with torch.inference_mode():
        torch.testing.assert_close(
            model.eval().encode_image(stack(images, preprocess)),
            loaded[0].encode_image(stack(images, loaded[1])),
        )


def test_a_64_pixel_image_is_only_normalised(loaded, config):
    image = draw_scenes(1, seed=1).image[0]
    given = config["preprocess_cfg"]

    pixels = loaded[1](Image.fromarray(image)).numpy()

    by_hand = (image / 255 - given["mean"]) / given["std"]
    np.testing.assert_allclose(pixels, by_hand.transpose(2, 0, 1), atol=1e-5)


def test_each_word_is_a_token_of_its_own_and_comes_back(tokenizer):
    tokens = [tokenizer.encode(word) for word in VOCABULARY]

    assert [len(ids) for ids in tokens] == [1] * len(VOCABULARY)
    assert [tokenizer.decode(ids).strip() for ids in tokens] == list(VOCABULARY)
    assert len({ids[0] for ids in tokens}) == len(VOCABULARY)


def test_words_of_another_language_are_spelt_in_bytes(tokenizer):
    text = "naïve zebra 😀"

    ids = tokenizer.encode(text)

    assert tokenizer.decode(ids).split() == text.split()


def test_the_longest_caption_fits_between_start_and_end(tokenizer, config):
    phrase = "a medium orange animal at the bottom right"
    longest = " and ".join([phrase] * 4) + " before wide purple horizontal stripes"

    tokens = tokenizer([longest, "a"])

    assert tokens.shape == (2, config["model_cfg"]["text_cfg"]["context_length"])
    n_words = len(longest.split())
    assert tokens[0, 0] == tokenizer.sot_token_id
    assert tokens[0, n_words + 1] == tokenizer.eot_token_id


def test_the_end_of_text_is_the_largest_id_where_open_clip_pools(tokenizer, config):
    n_tokens = config["model_cfg"]["text_cfg"]["vocab_size"]

    assert tokenizer.vocab_size == n_tokens
    assert tokenizer.eot_token_id == n_tokens - 1
    assert tokenizer.sot_token_id == n_tokens - 2


def test_what_follows_the_end_of_text_changes_nothing(loaded, tokenizer):
    tokens = tokenizer(["a large red face on the left before fine blue dots"])
    end = int(tokens.argmax()) + 1
    padded = tokens.clone()
    padded[0, end:] = tokenizer.encode("car")[0]

    with torch.inference_mode():
        expected, got = loaded[0].encode_text(tokens), loaded[0].encode_text(padded)

    torch.testing.assert_close(got, expected)


def test_held_out_captions_find_their_scenes_and_back(embedding, recipe):
    image, text = embedding
    similarity = image @ text.T

    told = recipe["held_out"]
    assert told["n_captions"] == N_HELD_OUT == len(similarity)
    for name, table in (("image_to_text", similarity), ("text_to_image", similarity.T)):
        assert share_of_hits(table) >= 0.5
        assert share_of_hits(table) == pytest.approx(told[f"{name}_top1"], abs=0.004)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("red", "blue"), ("large", "small"), ("left", "right"), ("face", "car")],
)
def test_a_wrong_word_makes_the_caption_fit_less(
    loaded, tokenizer, embedding, held_out, right, wrong
):
    rows = [i for i, text in enumerate(held_out.caption) if right in text.split()]
    changed = [held_out.caption[i].replace(right, wrong) for i in rows]
    image, text = embedding

    with torch.inference_mode():
        other = loaded[0].encode_text(tokenizer(changed), normalize=True).numpy()

    true_fit = (image[rows] * text[rows]).sum(1)
    assert np.mean(true_fit > (image[rows] * other).sum(1)) >= 0.9


def test_embeddings_do_not_depend_on_the_batch(loaded, embedding, held_out):
    model, preprocess = loaded

    with torch.inference_mode():
        alone = model.encode_image(stack(held_out.image[7:8], preprocess))
        again = model.encode_image(stack(held_out.image[7:8], preprocess))

    torch.testing.assert_close(alone, again, rtol=0, atol=0)
    alone = torch.nn.functional.normalize(alone, dim=-1)
    np.testing.assert_allclose(alone.numpy()[0], embedding[0][7], atol=1e-5)


def test_no_dataset_may_use_a_seed_of_the_training(recipe):
    first, last = recipe["training_seeds"]
    of_a_dataset = {"kind": "simulated", "name": "x", "subjects": ["01"]}

    SimulatedDataset(**of_a_dataset, seed=first - 1)
    for seed in (first, last, recipe["validation_seed"], recipe["held_out"]["seed"]):
        with pytest.raises(ValidationError, match="less than 1000000000"):
            SimulatedDataset(**of_a_dataset, seed=seed)


def test_training_never_saw_the_held_out_scenes(recipe, held_out):
    first, last = recipe["training_seeds"]
    n_steps, n_pairs = recipe["recipe"]["steps"], recipe["recipe"]["batch"]
    trained_on = draw_scenes(n_pairs, seed=first)

    assert last - first + 1 == n_steps
    assert not first <= recipe["held_out"]["seed"] <= last
    assert not first <= recipe["validation_seed"] <= last
    assert recipe["validation_seed"] != recipe["held_out"]["seed"]
    assert not (trained_on.image[:, None] == held_out.image[:64]).all((2, 3, 4)).any()


def test_the_recipe_belongs_to_the_weights(recipe):
    assert recipe["n_bytes"] == WEIGHTS.stat().st_size
    assert recipe["sha256"] == hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()
    words = (FOLDER / "RECIPE.md").read_text(encoding="utf-8")
    for direction in ("image_to_text", "text_to_image"):
        for top in (1, 5):
            share = recipe["held_out"][f"{direction}_top{top}"]
            assert f"{100 * share:.1f} %" in words
    for name, share in recipe["held_out"].items():
        if name.startswith("against_wrong_"):
            assert f"{100 * share:.1f} %" in words
    assert f"{recipe['n_training_scenes']:,} scenes" in words
    assert f"{recipe['n_parameters']:,}" in words
    assert f"{recipe['n_bytes']:,}" in words
