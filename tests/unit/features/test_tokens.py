"""Tokens become columns without being read as a whole."""

import numpy as np
import pytest

from boldwise.errors import ConfigError, ShapeMismatchError
from boldwise.features import blocks
from boldwise.features.tokens import PooledTokens

TOKEN = np.random.default_rng(0).standard_normal((7, 6, 4)).astype(np.float16)
POOLED = {
    "mean": TOKEN.astype(np.float32).mean(1),
    "max": TOKEN.astype(np.float32).max(1),
    "flatten": TOKEN.astype(np.float32).reshape(7, 24),
}


class OnDisk:
    """Tokens that tell how many rows were read at most."""

    shape = TOKEN.shape
    most = 0

    def __getitem__(self, rows):
        self.most = max(self.most, len(TOKEN[rows]))
        return TOKEN[rows]


@pytest.mark.parametrize("pool", POOLED)
def test_pooled_rows_are_those_of_the_definition(pool):
    rows = PooledTokens(TOKEN, pool)

    assert rows.shape == POOLED[pool].shape
    assert rows[2:5].dtype == np.float32
    np.testing.assert_array_equal(rows[2:5], POOLED[pool][2:5])
    np.testing.assert_array_equal(rows[:], POOLED[pool])


@pytest.mark.parametrize("pool", POOLED)
def test_however_many_rows_are_asked_for_few_are_read_at_once(pool, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", 2 * 24)
    token = OnDisk()

    found = PooledTokens(token, pool)[1:7]

    np.testing.assert_array_equal(found, POOLED[pool][1:7])
    assert token.most == 2


def test_flattened_columns_run_token_by_token_in_the_order_of_places():
    lit = np.zeros((1, 9, 2), np.float16)  # 3 x 3 places
    lit[0, 5] = 1, 2  # row 1, column 2

    flat = PooledTokens(lit, "flatten")[:].reshape(3, 3, 2)

    assert flat[1, 2].tolist() == [1, 2]
    assert np.count_nonzero(flat) == 2


def test_what_are_no_tokens_is_refused():
    with pytest.raises(ShapeMismatchError, match=r"tokens have shape \(7, 6\)"):
        PooledTokens(TOKEN[..., 0])
    with pytest.raises(ConfigError, match="no pool 'median'; known: mean, max, flat"):
        PooledTokens(TOKEN, "median")


def test_rows_that_do_not_follow_each_other_are_refused():
    with pytest.raises(ShapeMismatchError, match="not with step 2: slice first, then"):
        PooledTokens(TOKEN)[::2]
