"""A generator of pictures, on a tiny untrained pipeline of the same class."""

import json
import subprocess
import sys

import numpy as np
import pytest

from boldwise.decoders.generation.unclip import UnclipGenerator
from boldwise.decoders.generators import ImageGenerator, load_part
from boldwise.errors import ConfigError, ShapeMismatchError, WeightsError

WIDTH = 32
RNG = np.random.default_rng(0)
EMBEDDING = RNG.normal(size=(3, WIDTH)).astype("f4")


def _tokenizer(folder):
    from transformers import CLIPTokenizer

    letters = [chr(n) for n in range(33, 127)]
    words = [*letters, *(f"{one}</w>" for one in letters)]
    words += ["<|startoftext|>", "<|endoftext|>"]
    vocabulary = {word: number for number, word in enumerate(words)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return CLIPTokenizer.from_pretrained(folder, model_max_length=16)


def _text_encoder():
    from transformers import CLIPTextConfig, CLIPTextModel

    config = CLIPTextConfig(
        hidden_size=WIDTH,
        intermediate_size=37,
        num_attention_heads=4,
        num_hidden_layers=2,
        vocab_size=200,
        max_position_embeddings=16,
        bos_token_id=188,
        eos_token_id=189,
    )
    return CLIPTextModel(config).eval()


def _image_encoder():
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    config = CLIPVisionConfig(
        hidden_size=WIDTH,
        projection_dim=WIDTH,
        intermediate_size=37,
        num_hidden_layers=2,
        num_attention_heads=4,
        image_size=32,
        patch_size=16,
    )
    return CLIPVisionModelWithProjection(config).eval()


def _network():
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=8,
        in_channels=4,
        out_channels=4,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        block_out_channels=(32, 64),
        attention_head_dim=(2, 4),
        class_embed_type="projection",
        projection_class_embeddings_input_dim=2 * WIDTH,
        cross_attention_dim=WIDTH,
        layers_per_block=1,
        use_linear_projection=True,
    ).eval()


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    """Write a pipeline whose weights were drawn, not trained."""
    pytest.importorskip("diffusers", reason="the extra `diffusion` is not installed")
    import torch
    from diffusers import (
        AutoencoderKL,
        DDIMScheduler,
        DDPMScheduler,
        StableUnCLIPImg2ImgPipeline,
    )
    from diffusers.pipelines.stable_diffusion import StableUnCLIPImageNormalizer
    from transformers import CLIPImageProcessor

    folder = tmp_path_factory.mktemp("pipeline")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        made = StableUnCLIPImg2ImgPipeline(
            feature_extractor=CLIPImageProcessor(crop_size=32, size=32),
            image_encoder=_image_encoder(),
            image_normalizer=StableUnCLIPImageNormalizer(embedding_dim=WIDTH),
            image_noising_scheduler=DDPMScheduler(),
            tokenizer=_tokenizer(folder),
            text_encoder=_text_encoder(),
            unet=_network(),
            scheduler=DDIMScheduler(
                prediction_type="v_prediction", set_alpha_to_one=False, steps_offset=1
            ),
            vae=AutoencoderKL(block_out_channels=(8,), norm_num_groups=4).eval(),
        )
        made.save_pretrained(folder / "tiny", safe_serialization=True)
    return folder / "tiny"


@pytest.fixture
def generator(pipeline):
    """Give a generator of few steps."""
    name = "boldwise.decoders.generation.unclip:UnclipGenerator"
    return load_part("image generator", name, {"model": str(pipeline), "n_steps": 2})


def test_each_embedding_becomes_a_picture_of_its_own(generator):
    pictures = generator.generate(EMBEDDING)

    assert isinstance(generator, ImageGenerator)
    assert pictures.shape == (3, 8, 8, 3)
    assert pictures.dtype == np.uint8
    assert not np.array_equal(pictures[0], pictures[1])


def test_a_picture_depends_on_its_embedding_and_the_seed_alone(generator, pipeline):
    together = generator.generate(EMBEDDING)
    alone = generator.generate(EMBEDDING[2:])
    other = UnclipGenerator(str(pipeline), n_steps=2, seed=1)

    np.testing.assert_array_equal(alone[0], together[2])
    assert not np.array_equal(other.generate(EMBEDDING[:1])[0], together[0])


def test_embeddings_of_another_encoder_are_refused(generator):
    with pytest.raises(ShapeMismatchError, match=r"\(3, 31\).* was trained on 32"):
        generator.generate(EMBEDDING[:, :31])


def test_weights_that_are_not_there_are_told_in_one_sentence(pipeline, tmp_path):
    del pipeline  # It asks for diffusers.
    with pytest.raises(WeightsError, match=r"cannot be had .* Give the folder"):
        UnclipGenerator(str(tmp_path / "none")).generate(EMBEDDING)


def test_without_the_extra_the_way_out_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "diffusers", None)

    with pytest.raises(ConfigError, match=r'pip install "boldwise\[diffusion\]"'):
        UnclipGenerator("anything").generate(EMBEDDING)


def test_nothing_heavy_is_imported_before_the_first_picture():
    code = (
        "import sys; from boldwise.decoders.generation.unclip import UnclipGenerator;"
        "UnclipGenerator('none'); print([m for m in ('torch', 'diffusers') "
        "if m in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == "[]"
