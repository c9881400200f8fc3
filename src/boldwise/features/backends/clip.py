"""The towers of open_clip models: any architecture, any weights, one way in.

Letters for shapes: B stimuli of a batch, D embedding width, C context length.
"""

import hashlib
import json
import logging
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import ConfigError, WeightsError, first_line
from boldwise.features.backends.sources import Source, find_source
from boldwise.features.records import FeatureSpace, Stimuli

BATCH = 64  # stimuli; a constant, so that bytes never vary
THREADS = 1  # likewise


def clip_embedding(
    stimuli: Stimuli,
    *,
    model: str = "tiny-clip",
    weights: str | None = None,
    tower: str = "image",
    seed: int = 0,
) -> FeatureSpace:
    """Embed images or captions in the space that an open_clip model shares.

    The preprocessing of images and the tokenizer are the model's own. A stimulus
    with several captions, one per line, has the mean of their embeddings, brought
    back to length 1.

    Parameters
    ----------
    stimuli : Stimuli
        With ``image`` (uint8, shape (n_stimuli, height, width, 3)) for the image
        tower, with ``caption`` for the text tower.
    model : str
        ``tiny-clip``, any open_clip model name, or a folder with
        ``open_clip_config.json``.
    weights : str, optional
        A tag of open_clip, the path of a checkpoint, or ``untrained``; absent: the
        checkpoint in the model's folder.
    tower : {"image", "text"}
    seed : int
        Of untrained weights.

    Returns
    -------
    space : FeatureSpace
        Embeddings of length 1, shape (n_stimuli, D). The notes tell the weights'
        hash, the preprocessing, and how many texts were too long.

    Raises
    ------
    WeightsError
        If the model or its weights cannot be had, or do not fit each other.

    References
    ----------
    .. [1] Radford et al. (2021), "Learning transferable visual models from
       natural language supervision", ICML.
    .. [2] Ilharco et al. (2021), "OpenCLIP", doi:10.5281/zenodo.5143773.
    """
    if tower not in ("image", "text"):
        raise ConfigError(f"tower '{tower}' is neither image nor text.")
    given = stimuli.need("image" if tower == "image" else "caption")
    source = find_source(model, weights)
    network = load_model(source, seed=seed)
    embed = embed_images if tower == "image" else embed_texts
    feature, notes = embed(network, source, given)
    about = {
        "weights": source.weights if source.checkpoint else f"untrained, seed {seed}",
        "weights_sha256": _hash_of(source.checkpoint),
        "tower": tower,
    }
    return FeatureSpace(stimuli.stimulus_id, feature, {**about, **notes})


def load_model(source: Source, *, seed: int = 0) -> Any:
    """Build the architecture and put its weights in.

    Parameters
    ----------
    source : Source
    seed : int
        Of untrained weights.

    Returns
    -------
    network : open_clip model
        On the CPU, in float32, for inference.

    Raises
    ------
    WeightsError
        If the checkpoint cannot be read or does not fit the architecture.
    """
    import open_clip
    import torch

    with _quiet_logging(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        try:
            network = open_clip.create_model(
                source.identifier,
                load_weights=False,
                pretrained_text=False,
                force_quick_gelu=bool(source.tag.get("quick_gelu")),
                force_preprocess_cfg=dict(source.tag),
            )
        except (OSError, ImportError, RuntimeError, ValueError, TypeError) as error:
            raise WeightsError(
                f"model '{source.model}' cannot be built ({first_line(error)}). Where "
                "it takes a part from the Hugging Face hub, run once with a network; "
                "otherwise mend its open_clip_config.json."
            ) from error
    if source.checkpoint:
        _load_weights(network, source.checkpoint, source.model)
    return network.eval()


def embed_images(
    network: Any, source: Source, image: np.ndarray
) -> tuple[np.ndarray, dict[str, str]]:
    """Embed images as the model's own preprocessing prepares them.

    Parameters
    ----------
    network : open_clip model
    source : Source
    image : sliceable of uint8, shape (n_stimuli, height, width, 3)

    Returns
    -------
    feature : array of float32, shape (n_stimuli, D)
    notes : dict of str
        The preprocessing.
    """
    import torch
    from open_clip.transform import PreprocessCfg, image_transform_v2
    from PIL import Image

    settings = network.visual.preprocess_cfg
    prepare = image_transform_v2(PreprocessCfg(**settings), is_train=False)

    def embed(start: int) -> Any:
        pixels = [prepare(Image.fromarray(one)) for one in image[start : start + BATCH]]
        return network.encode_image(torch.stack(pixels), normalize=True)  # (B, D)

    told = json.dumps(settings, sort_keys=True)
    return _run(embed, len(image)), {"preprocessing": told}


def embed_texts(
    network: Any, source: Source, text: np.ndarray
) -> tuple[np.ndarray, dict[str, str]]:
    """Embed texts, each line of a stimulus by itself, and average its lines.

    Parameters
    ----------
    network : open_clip model
    source : Source
    text : array of str, shape (n_stimuli,)

    Returns
    -------
    feature : array of float32, shape (n_stimuli, D)
    notes : dict of str
        The tokenizer, and how many lines were cut at the context length.
    """
    tokenizer = _load_tokenizer(source)
    lines = [
        [line for line in str(t).split("\n") if line.strip()] or [""] for t in text
    ]
    owner = np.repeat(np.arange(len(lines)), [len(own) for own in lines])
    flat = [line for own in lines for line in own]
    context = int(getattr(network, "context_length", tokenizer.context_length))
    longer = tokenizer([*flat, ""], context_length=context + 1)
    n_cut = int((longer[:-1, -1] != longer[-1, -1]).sum())
    tokens = tokenizer(flat, context_length=context)  # (n_lines, C)
    n_known = getattr(network, "vocab_size", None)
    if n_known is not None and int(tokens.max()) >= n_known:
        raise WeightsError(
            f"model '{source.model}' knows {n_known} tokens, but its tokenizer gives "
            f"token {int(tokens.max())}. Put its own vocabulary into its folder."
        )

    def embed(start: int) -> Any:
        return network.encode_text(tokens[start : start + BATCH], normalize=True)

    each = _run(embed, len(flat))
    total = np.zeros((len(lines), each.shape[1]), np.float64)
    np.add.at(total, owner, each)
    feature = total / np.linalg.norm(total, axis=1, keepdims=True)
    notes = {
        "preprocessing": f"{type(tokenizer).__name__}, {context} tokens",
        "texts": f"{len(flat)}, of which {n_cut} were cut at {context} tokens",
    }
    return feature.astype(np.float32), notes


def _run(embed: Callable[[int], Any], n: int) -> np.ndarray:
    """Batches of embeddings, one under the other, on a fixed number of threads."""
    import torch

    n_threads = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    try:
        with torch.inference_mode():
            parts = [embed(start).float().numpy() for start in range(0, n, BATCH)]
    finally:
        torch.set_num_threads(n_threads)
    return np.concatenate(parts)


def _load_weights(network: Any, checkpoint: Path, model: str) -> None:
    from open_clip import load_checkpoint
    from safetensors import SafetensorError

    unreadable = (OSError, EOFError, pickle.UnpicklingError, SafetensorError)
    try:
        load_checkpoint(network, str(checkpoint), strict=True, weights_only=True)
    except unreadable as error:
        raise WeightsError(_cannot_read(checkpoint, error)) from error
    except (RuntimeError, KeyError, TypeError, ValueError, AttributeError) as error:
        if "PytorchStreamReader" in str(error):
            raise WeightsError(_cannot_read(checkpoint, error)) from error
        raise WeightsError(
            f"{checkpoint}: these weights do not fit the architecture of '{model}' "
            f"({_gist(error)}). Name the model that they were trained as."
        ) from error


def _cannot_read(checkpoint: Path, error: Exception) -> str:
    # torch's own words would advise to run the code that such a file may hold.
    pickled = isinstance(error, pickle.UnpicklingError)
    reason = "it holds something else" if pickled else first_line(error)
    return (
        f"{checkpoint}: cannot be read as safetensors or as a PyTorch checkpoint of "
        f"tensors only ({reason}). Fetch the file again, or convert it to safetensors."
    )


def _gist(error: Exception) -> str:
    """Give the first complaint that names a tensor, where torch lists them by line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = lines[1] if len(lines) > 1 else (lines or [type(error).__name__])[0]
    return told if len(told) <= 160 else f"{told[:160]} …"


def _load_tokenizer(source: Source) -> Any:
    import open_clip

    own = {"bpe_path": str(source.vocabulary)} if source.vocabulary else {}
    try:
        return open_clip.get_tokenizer(source.identifier, **own)
    except (OSError, ImportError, RuntimeError, ValueError) as error:
        raise WeightsError(
            f"model '{source.model}': its tokenizer cannot be had "
            f"({first_line(error)}). Run once with a network, or use the image tower."
        ) from error


@contextmanager
def _quiet_logging() -> Iterator[None]:
    """Keep open_clip from warning of random weights that are replaced next."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def _hash_of(path: Path | None) -> str:
    if path is None:
        return "none"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
