"""What the modules of a network give while it runs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from threading import get_ident
from typing import Any

Shape = tuple[int, ...]


def trace(
    root: Any, names: Sequence[str], run: Callable[[], object]
) -> dict[str, tuple[int, Shape]]:
    """See what modules give in one pass.

    Parameters
    ----------
    root : torch.nn.Module
    names : sequence of str
        Modules to look at.
    run : callable
        Does the pass.

    Returns
    -------
    seen : dict of (int, tuple of int)
        How often each ran and the shape that it gave last, in the order in which they
        ended; without those that never ran or gave no tensor.
    """
    seen: dict[str, tuple[int, Shape]] = {}

    def look(name: str, value: Any) -> None:
        tensor = first_tensor(value)
        if tensor is not None:
            n_runs = seen.pop(name, (0, ()))[0] + 1
            seen[name] = n_runs, tuple(tensor.shape)

    modules = dict(root.named_modules())
    hooks = {name: _looking(look, name) for name in names}
    with hooked({modules[name]: [hook] for name, hook in hooks.items()}):
        run()
    return seen


def _looking(look: Callable[[str, Any], None], name: str) -> Callable[..., None]:
    def hook(module: Any, args: Any, options: Any, value: Any) -> None:
        look(name, value)

    return hook


@contextmanager
def hooked(hooks: Mapping[Any, Sequence[Callable[..., None]]]) -> Iterator[None]:
    """Call functions when modules have run in this thread, inside the ``with`` block.

    Parameters
    ----------
    hooks : mapping of sequence of callable
        For each module, functions of (module, args, kwargs, output).

    Yields
    ------
    None
    """
    with ExitStack() as stack:
        for module, functions in hooks.items():
            for function in functions:
                heard = _in_this_thread(function)
                handle = module.register_forward_hook(heard, with_kwargs=True)
                stack.callback(handle.remove)
        yield


def _in_this_thread(function: Callable[..., None]) -> Callable[..., None]:
    """Hear no passes of other threads, which share the modules and their hooks."""
    own = get_ident()

    def hear(*called: Any) -> None:
        if get_ident() == own:
            function(*called)

    return hear


def first_tensor(value: Any) -> Any:
    """Tensor that a module gave, alone or first in a tuple.

    Parameters
    ----------
    value : object

    Returns
    -------
    tensor : tensor or None
    """
    if isinstance(value, tuple | list) and value:
        value = value[0]
    return value if hasattr(value, "dim") and value.dim() else None
