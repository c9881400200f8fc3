"""Image towers of open_clip: residual networks, transformers, and those of timm."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from boldwise.errors import ConfigError, WeightsError, first_line
from boldwise.features.backends.checkpoints import (
    hash_of,
    put_weights,
    quiet_logging,
    seeded,
)
from boldwise.features.backends.network import Network
from boldwise.features.backends.preparation import from_chain, pair
from boldwise.features.backends.sources import SHIPPED, Source, find_source


def find(options: Mapping[str, Any]) -> Source:
    """Find a model and its weights without building it.

    Parameters
    ----------
    options : mapping
        ``model`` and ``weights``, as in the config.

    Returns
    -------
    source : Source

    Raises
    ------
    WeightsError
        If the model is unknown or its weights cannot be had.
    """
    return find_source(options.get("model", "tiny-clip"), options.get("weights"))


def build(options: Mapping[str, Any]) -> Network:
    """Build the image tower of a model.

    Parameters
    ----------
    options : mapping
        ``model``, ``weights`` and ``seed``, as in the config.

    Returns
    -------
    network : Network
        Its embedding has length 1.

    Raises
    ------
    WeightsError
        If the model or its weights cannot be had, or do not fit each other.
    ConfigError
        If the text tower is asked for.
    """
    if options.get("tower", "image") != "image":
        raise ConfigError(
            "the text tower of open_clip has no layers to read; leave out layer, "
            "layers, read and grid."
        )
    source, seed = find(options), int(options.get("seed", 0))
    return image_tower(load_model(source, seed=seed), source, seed=seed)


def image_tower(network: Any, source: Source, *, seed: int = 0) -> Network:
    """Take the image tower of a model as a backbone.

    Parameters
    ----------
    network : open_clip model
    source : Source
    seed : int
        Of untrained weights.

    Returns
    -------
    network : Network
    """
    from open_clip.transform import PreprocessCfg, image_transform_v2

    settings = PreprocessCfg(**network.visual.preprocess_cfg)
    chain = image_transform_v2(settings, is_train=False).transforms
    trained = source.checkpoint is not None
    return Network(
        network,
        network.visual,
        partial(network.encode_image, normalize=True),
        from_chain(chain, size=pair(settings.size)),
        "open_clip",
        source.model,
        source.weights if trained else f"untrained, seed {seed}",
        hash_of([source.checkpoint] if source.checkpoint else []),
        "MIT" if trained and source.model in SHIPPED else "not stated",
        "the embedding has length 1",
    )


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

    with quiet_logging(), seeded(seed):
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
        path, strictly = str(source.checkpoint), {"strict": True, "weights_only": True}
        put = partial(open_clip.load_checkpoint, network, path, **strictly)
        put_weights(put, source.checkpoint, source.model)
    return network.eval()
