"""Language models from their folders: built, filled with weights, and looked over."""

import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from boldwise.errors import WeightsError, first_line
from boldwise.features.backends.cards import Card, LayerCard, canonical
from boldwise.features.backends.checkpoints import hash_of, quiet_logging, seeded
from boldwise.features.backends.text_model import TextModel
from boldwise.features.backends.text_source import TextSource

ENDLESS = 10**9  # what tokenizers state when they know of no limit
UNREADABLE = (
    *(OSError, EOFError, ImportError, RuntimeError, ValueError, LookupError),
    *(TypeError, AttributeError, pickle.UnpicklingError),
)
PROBE = ((5, 6, 7, 8), (5, 6, 7, 9))  # two texts that differ in their last sub-word


def load_text_model(
    source: TextSource,
    *,
    seed: int = 0,
    device: str = "cpu",
    precision: str = "float32",
) -> TextModel:
    """Build a language model and put its weights in; no code of the folder is run.

    Parameters
    ----------
    source : TextSource
    seed : int
        Of untrained weights.
    device : str
        ``"cpu"`` or ``"cuda"``.
    precision : str
        Of the numbers: ``"float32"``, ``"float16"`` or ``"bfloat16"``.

    Returns
    -------
    model : TextModel

    Raises
    ------
    WeightsError
        If transformers is not installed, or the folder holds no whole model.
    """
    transformers = _transformers(source.model)
    import torch
    from safetensors import SafetensorError

    with quiet_logging(), _without_bars(), seeded(seed):
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(
                source.folder, local_files_only=True, trust_remote_code=False
            )
            network, lost = _build(source, transformers)
        except (*UNREADABLE, SafetensorError) as error:
            raise WeightsError(
                f"model '{source.model}' cannot be built from {source.folder} "
                f"({first_line(error)}). Fetch its files again, as safetensors; code "
                "of its own is never run."
            ) from error
    _refuse_lost(source, lost)
    _refuse_slow(source, tokenizer)
    _refuse_mute(source, tokenizer)
    if getattr(network.config, "is_encoder_decoder", False):
        network = network.get_encoder()
    network = network.to(device, getattr(torch, precision)).eval()
    causal = _is_causal(network)
    marks = _marks_of(tokenizer, causal)
    room = _limit(network, tokenizer) - len(marks[0]) - len(marks[1])
    card = _card(source, network, tokenizer, causal=causal, seed=seed)
    return TextModel(network, tokenizer, card, causal, marks, room)


def _transformers(model: str) -> Any:
    try:
        import transformers
    except ImportError as error:
        raise WeightsError(
            f"model '{model}' needs the package transformers, which cannot be imported "
            f"({first_line(error)}). Install it: pip install 'boldwise[huggingface]'."
        ) from error
    return transformers


def _build(source: TextSource, transformers: Any) -> tuple[Any, list[str]]:
    """Network in float32, and the weights that the checkpoint lacks."""
    safe = {"local_files_only": True, "trust_remote_code": False}
    config = transformers.AutoConfig.from_pretrained(source.folder, **safe)
    if not source.checkpoint:
        return transformers.AutoModel.from_config(config, trust_remote_code=False), []
    network, found = transformers.AutoModel.from_pretrained(
        source.folder,
        config=config,
        use_safetensors=source.is_safe,
        weights_only=True,
        output_loading_info=True,
        ignore_mismatched_sizes=True,  # They are refused by their names below.
        dtype="float32",
        **safe,
    )
    lost = [*found["missing_keys"], *(key for key, *_ in found["mismatched_keys"])]
    return network, [name for name in lost if not name.startswith("pooler.")]


def _refuse_lost(source: TextSource, lost: Sequence[str]) -> None:
    if lost:
        raise WeightsError(
            f"model '{source.model}': {len(lost)} weights are not in {source.weights} "
            f"or of another size there, among them '{sorted(lost)[0]}'; they would be "
            "random. Fetch the whole checkpoint, or one of this architecture."
        )


def _refuse_slow(source: TextSource, tokenizer: Any) -> None:
    if not tokenizer.is_fast:
        raise WeightsError(
            f"model '{source.model}': its tokenizer cannot tell which letters a "
            "sub-word stands for. Put a tokenizer.json into its folder."
        )


def _refuse_mute(source: TextSource, tokenizer: Any) -> None:
    """Without its files, transformers makes a tokenizer that knows no sub-word."""
    if not tokenizer("a", add_special_tokens=False)["input_ids"]:
        raise WeightsError(
            f"model '{source.model}': its tokenizer makes nothing of words, so its "
            f"files lack. Put tokenizer.json and what else belongs to it into "
            f"{source.folder}."
        )


def _is_causal(network: Any) -> bool:
    """Try it: a last sub-word must not change the states of those before it."""
    import torch

    place = next(network.parameters()).device
    ids = torch.tensor(PROBE, device=place) % network.config.vocab_size
    with torch.inference_mode():
        mask = torch.ones_like(ids)
        out = network(input_ids=ids, attention_mask=mask, return_dict=True)
    one, other = out.last_hidden_state[:, :-1].float()
    return bool((one - other).abs().max() <= 1e-5 * one.abs().max())


def _marks_of(tokenizer: Any, causal: bool) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Sub-words that stand around every text; a start, if the model knows one."""
    bare = tokenizer("a", add_special_tokens=False)["input_ids"]
    full = tokenizer("a")["input_ids"]
    place = next(
        (k for k in range(len(full)) if full[k : k + len(bare)] == bare), len(full)
    )
    before, after = tuple(full[:place]), tuple(full[place + len(bare) :])
    if causal and not before and tokenizer.bos_token_id is not None:
        before = (tokenizer.bos_token_id,)
    return before, () if causal else after


def _limit(network: Any, tokenizer: Any) -> int:
    """Sub-words that the model takes at most."""
    config = network.config
    names = ("max_position_embeddings", "n_positions")
    stated = [getattr(config, name, None) for name in names]
    stated.append(getattr(tokenizer, "model_max_length", None))
    return min([int(one) for one in stated if one and 0 < one < ENDLESS] or [ENDLESS])


def _card(
    source: TextSource, network: Any, tokenizer: Any, *, causal: bool, seed: int
) -> Card:
    config = network.config
    width, n_blocks = int(config.hidden_size), int(config.num_hidden_layers)
    names = [f"hidden.{place}" for place in range(n_blocks + 1)]
    limit = _limit(network, tokenizer)
    told = {
        "tokenizer": type(tokenizer).__name__,
        "n_subwords": limit if limit < ENDLESS else None,
        "marks": [
            tokenizer.convert_ids_to_tokens(list(one))
            for one in _marks_of(tokenizer, causal)
        ],
    }
    weights = source.weights if source.checkpoint else f"untrained, seed {seed}"
    return Card(
        kind="language_model",
        model=source.model,
        weights=weights,
        weights_sha256=hash_of(source.checkpoint),
        preprocessing=canonical(told),
        input_size=(0, 0),
        licence=source.licence,
        width=width,
        layers=tuple(LayerCard(name, (width,), "vector") for name in names),
        notes="sees what was said before" if causal else "sees both sides",
    )


@contextmanager
def _without_bars() -> Iterator[None]:
    """Keep transformers from drawing bars into the log of a job."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
