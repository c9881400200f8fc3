"""Tokens of a stimulus as one vector for ridge; nothing is fitted.

Letters for shapes: T tokens of a stimulus, D numbers of a token.
"""

from typing import Any

import numpy as np

from boldwise.errors import ConfigError, ShapeMismatchError
from boldwise.features.blocks import cut_rows

POOLS = ("mean", "max", "flatten")


class PooledTokens:
    """Rows of pooled tokens, made when they are sliced: the tokens may lie on disk.

    Parameters
    ----------
    token : sliceable of shape (n_stimuli, T, D)
        Row-major over places, as stored; float16 is computed in float32.
    pool : {"mean", "max", "flatten"}
        ``flatten`` keeps all T * D numbers, token by token.

    Attributes
    ----------
    shape : tuple of int
        (n_stimuli, D), or (n_stimuli, T * D) flattened.

    Raises
    ------
    ConfigError
        If there is no such pool.
    ShapeMismatchError
        If these are no tokens.

    Examples
    --------
    >>> token = np.arange(6.0).reshape(1, 3, 2)
    >>> PooledTokens(token, "mean")[:].tolist()
    [[2.0, 3.0]]
    >>> PooledTokens(token, "flatten")[:].tolist()
    [[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]]
    """

    ndim = 2
    dtype = np.dtype(np.float32)

    def __init__(self, token: Any, pool: str = "mean") -> None:
        if pool not in POOLS:
            raise ConfigError(f"no pool '{pool}'; known: {', '.join(POOLS)}.")
        if len(token.shape) != 3:
            raise ShapeMismatchError(
                f"tokens have shape {token.shape}; expected (n_stimuli, tokens, "
                "numbers of a token)."
            )
        n, n_tokens, width = token.shape
        self.token, self.pool = token, pool
        self.shape = (n, n_tokens * width if pool == "flatten" else width)

    def __len__(self) -> int:
        return int(self.shape[0])

    def __getitem__(self, rows: slice) -> np.ndarray:
        """Pool the tokens of some stimuli: float32, shape (n_rows, n_columns)."""
        n, n_tokens, width = self.token.shape
        start, stop, step = rows.indices(n)
        if step != 1:
            raise ShapeMismatchError(
                f"pooled tokens are read in rows that follow each other, not with step "
                f"{step}: slice first, then take every {step}th row."
            )
        pooled = np.empty((max(stop - start, 0), self.shape[1]), np.float32)
        for block in cut_rows(rows, n, n_tokens * width):
            token = np.asarray(self.token[block], np.float32)
            here = slice(block.start - start, block.stop - start)
            pooled[here] = self._pool(token)
        return pooled

    def _pool(self, token: np.ndarray) -> np.ndarray:
        if self.pool == "flatten":
            return token.reshape(len(token), -1)
        pooled: np.ndarray = token.mean(1) if self.pool == "mean" else token.max(1)
        return pooled
