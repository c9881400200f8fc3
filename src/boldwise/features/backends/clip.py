"""Images and captions in the space that an open_clip model shares.

Letters for shapes: B stimuli of a batch, D embedding width, C context length.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from boldwise.errors import ConfigError, WeightsError, first_line
from boldwise.features.backends.checkpoints import hash_of
from boldwise.features.backends.open_clip_models import image_tower, load_model
from boldwise.features.backends.readout import Readout
from boldwise.features.backends.sources import Source, find_source
from boldwise.features.backends.torch_backbone import TorchBackbone
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
    about = {
        "weights": source.weights if source.checkpoint else f"untrained, seed {seed}",
        "weights_sha256": hash_of([source.checkpoint] if source.checkpoint else []),
        "tower": tower,
    }
    if tower == "image":
        parts = image_tower(network, source, seed=seed)
        feature, notes = embed_images(TorchBackbone(parts, "cpu"), given)
    else:
        feature, notes = embed_texts(network, source, given)
    return FeatureSpace(stimuli.stimulus_id, feature, {**about, **notes})


def embed_images(
    backbone: TorchBackbone, image: np.ndarray
) -> tuple[np.ndarray, dict[str, str]]:
    """Embed images as the model's own preprocessing prepares them.

    Parameters
    ----------
    backbone : TorchBackbone
    image : sliceable of uint8, shape (n_stimuli, height, width, 3)

    Returns
    -------
    feature : array of float32, shape (n_stimuli, D)
    notes : dict of str
        The preprocessing.
    """

    def embed(start: int) -> np.ndarray:
        rows = image[start : start + BATCH]
        pixels = np.stack([backbone.prepare(one) for one in rows])
        return backbone.describe(pixels, [Readout()])[0]  # (B, D)

    return _run(embed, len(image)), {"preprocessing": backbone.card.preprocessing}


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
        batch = tokens[start : start + BATCH]
        return network.encode_text(batch, normalize=True).float().numpy()

    each = _run(embed, len(flat))
    total = np.zeros((len(lines), each.shape[1]), np.float64)
    np.add.at(total, owner, each)
    feature = total / np.linalg.norm(total, axis=1, keepdims=True)
    notes = {
        "preprocessing": f"{type(tokenizer).__name__}, {context} tokens",
        "texts": f"{len(flat)}, of which {n_cut} were cut at {context} tokens",
    }
    return feature.astype(np.float32), notes


def _run(embed: Callable[[int], np.ndarray], n: int) -> np.ndarray:
    """Batches of embeddings, one under the other, on a fixed number of threads."""
    import torch

    n_threads = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    try:
        with torch.inference_mode():
            parts = [embed(start) for start in range(0, n, BATCH)]
    finally:
        torch.set_num_threads(n_threads)
    return np.concatenate(parts)


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
