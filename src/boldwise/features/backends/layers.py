"""Layers of any PyTorch network: which there are, what they give, which way round.

Nothing here knows a particular network. Which axis holds channels, where the places
of an image lie and how many tokens are none is read from one pass and checked against
the proportions of the input; what does not fit is said to have no places.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from boldwise.features.backends.cards import Form, LayerCard
from boldwise.features.backends.tracing import Shape

CLASS = ("cls_token", "class_token", "class_embedding")
LEADING = (
    *CLASS,
    *("dist_token", "distillation_token", "reg_token", "register_tokens"),
)
UNPLACED = ("detection_tokens",)  # They come after the places.
PASSED_OVER = ("Identity", "Dropout", "DropPath", "StochasticDepth", "PatchDropout")


@dataclass(frozen=True)
class Leading:
    """Tokens in front of the places.

    Attributes
    ----------
    n : int or None
        How many; None where places and other tokens cannot be told apart.
    has_class : bool
        The first is a class token.
    """

    n: int | None
    has_class: bool


@dataclass(frozen=True)
class Layout:
    """What a module gives, and which way round it keeps it.

    Attributes
    ----------
    card : LayerCard
    channels_last : bool
        Of a map.
    n_runs : int
        How often the module ran in one pass.
    """

    card: LayerCard
    channels_last: bool = False
    n_runs: int = 1


def main_layers(root: Any) -> list[str]:
    """Name the layers that people mean: blocks of a stack, stages, what lies between.

    Parameters
    ----------
    root : torch.nn.Module

    Returns
    -------
    names : list of str
        In the order of the modules. Of several stacks side by side, as the stages of
        a ResNet, each stack counts; of one, as in a transformer, each block.
    """
    return list(_walk(root, ""))


def _walk(module: Any, prefix: str) -> Iterator[str]:
    children = list(module.named_children())
    n_stacks = sum(_is_stack(child) for _, child in children)
    for name, child in children:
        path = f"{prefix}{name}"
        if type(child).__name__ in PASSED_OVER:
            continue
        stage = _is_stack(child) and n_stacks > 1 and _is_called(child)
        if not stage and (_is_container(child) or _holds_stack(child)):
            yield from _walk(child, f"{path}.")
        else:
            yield path


def _is_container(module: Any) -> bool:
    return type(module).__name__ in ("Sequential", "ModuleList", "ModuleDict")


def _is_called(module: Any) -> bool:
    return type(module).__name__ == "Sequential"


def _is_stack(module: Any) -> bool:
    """Tell whether a module is a list of blocks that are made of modules themselves."""
    blocks = list(module.children())
    composed = all(any(True for _ in block.children()) for block in blocks)
    return _is_container(module) and bool(blocks) and composed


def _holds_stack(module: Any) -> bool:
    """Tell whether it holds a stack of deep blocks of one class, as an encoder does."""
    return any(
        _is_stack(child)
        and len({type(block) for block in child.children()}) == 1
        and any(any(True for _ in part.children()) for part in _parts(child))
        for child in module.children()
    )


def _parts(stack: Any) -> list[Any]:
    return [part for block in stack.children() for part in block.children()]


def leading_tokens(root: Any) -> Leading:
    """Count class and register tokens by the names of their parameters.

    Parameters
    ----------
    root : torch.nn.Module

    Returns
    -------
    leading : Leading
    """
    found = {
        name.rpartition(".")[2]: value
        for name, value in root.named_parameters()
        if name.rpartition(".")[2] in (*LEADING, *UNPLACED)
    }
    counts = {name: value.numel() // value.shape[-1] for name, value in found.items()}
    has_class = any(name in CLASS for name in counts)
    if any(name in UNPLACED for name in counts):
        return Leading(None, has_class)
    return Leading(sum(counts.values()), has_class)


def lay_out(
    seen: Mapping[str, tuple[int, Shape]],
    *,
    n: int,
    input_size: tuple[int, int],
    leading: Leading,
) -> dict[str, Layout]:
    """Tell vectors, tokens and maps apart, and where their places lie.

    Parameters
    ----------
    seen : mapping
        From ``trace``.
    n : int
        Stimuli in the pass.
    input_size : (int, int)
        Height and width of the input in pixels.
    leading : Leading

    Returns
    -------
    layouts : dict of Layout
        Without modules whose first axis is not the stimulus.
    """
    aspect = input_size[0] / input_size[1]
    layouts: dict[str, Layout] = {}
    last = False
    for name, (n_runs, shape) in seen.items():
        if shape[0] != n or not 2 <= len(shape) <= 4:
            continue
        if len(shape) < 4:
            card = _flat(name, shape[1:], aspect, leading)
            layouts[name] = Layout(card, n_runs=n_runs)
            continue
        last = _is_channels_last(shape[1:], aspect, last)
        card = _map(name, shape[1:], aspect, last)
        layouts[name] = Layout(card, last, n_runs)
    return layouts


def _flat(name: str, shape: Shape, aspect: float, leading: Leading) -> LayerCard:
    if len(shape) == 1 or shape[1] == 1:  # pooled over one axis, which was kept
        return LayerCard(name, shape[:1], "vector")
    if leading.n is None:
        return LayerCard(name, shape, "tokens", has_class=leading.has_class)
    for n_class in dict.fromkeys((leading.n, 0)):
        grid = _grid(shape[0] - n_class, aspect)
        if grid:
            has_class = leading.has_class and n_class > 0
            return LayerCard(name, shape, "tokens", grid, n_class, has_class)
    return LayerCard(name, shape, "tokens")


def _grid(n: int, aspect: float) -> tuple[int, int] | None:
    """Rows and columns of n places in the proportions of the input."""
    rows = round((max(n, 0) * aspect) ** 0.5)
    if rows == 0 or n % rows or not _fits((rows, n // rows), aspect):
        return None
    return rows, n // rows


def _fits(grid: tuple[int, int], aspect: float) -> bool:
    return abs(grid[0] - grid[1] * aspect) < max(1.0, aspect)


def _is_channels_last(shape: Shape, aspect: float, before: bool) -> bool:
    first, last = (_fits((shape[i], shape[i + 1]), aspect) for i in (1, 0))
    return before if first and last else last


def _map(name: str, shape: Shape, aspect: float, channels_last: bool) -> LayerCard:
    if channels_last:
        shape = (shape[2], shape[0], shape[1])
    grid = (shape[1], shape[2])
    form: Form = "map"
    return LayerCard(name, shape, form, grid if _fits(grid, aspect) else None)
