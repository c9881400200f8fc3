"""Voxels by two scores: who is above the diagonal is counted and said."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.text import Text
from scipy.optimize import minimize

from boldwise.reporting.beside_ridge import Pair, draw_beside_ridge, spread_apart


def pair(n=200, *, gain=0.2):
    rng = np.random.default_rng(0)
    ridge = rng.uniform(0, 0.6, n)
    trained = ridge + gain
    trained[: n // 4] = ridge[: n // 4] - 0.1
    ridge[-10:] = np.nan
    inside = np.arange(n) >= n // 4
    return Pair("queries", "plain", trained, ridge, {"V1": inside, "far": ~inside})


def test_shares_count_voxels_with_both_scores():
    one = pair()

    assert one.known().sum() == 190
    assert one.share_above() == pytest.approx(140 / 190)


def test_counts_are_drawn_and_told():
    figure = draw_beside_ridge([pair()])

    (axis,) = [one for one in figure.axes if one.get_title(loc="left")]
    (drawn,) = [c for c in axis.collections if isinstance(c, PolyCollection)]
    assert drawn.get_array().sum() == 190
    assert {one.get_text() for one in axis.texts} == {"74% of 190 above", "V1", "far"}
    label = figure.get_label()
    assert "queries above plain in 74% of 190 voxels (medians" in label


def test_regions_are_marked_at_their_medians():
    one = pair()
    figure = draw_beside_ridge([one])

    marks = [line.get_xydata()[0] for line in figure.axes[0].lines[3:]]
    both = one.known() & one.regions["V1"]
    wanted = np.median(one.of_ridge[both]), np.median(one.of_encoder[both])
    np.testing.assert_allclose(marks[0], wanted)


def test_voxels_beyond_the_axes_are_drawn_on_the_edge():
    far = pair()
    far.of_encoder[0] = -40.0

    figure = draw_beside_ridge([far])

    low, _ = figure.axes[0].get_ylim()
    assert low > -40
    assert figure.axes[0].collections[0].get_array().sum() == 190


def test_without_ceilings_plain_correlations_are_named():
    figure = draw_beside_ridge([pair()], normalised=False)

    assert figure._supxlabel.get_text() == "r (no ceiling is known)"


def test_nothing_to_compare_is_said():
    nothing = np.full(4, np.nan)
    empty = Pair("queries", "plain", nothing, nothing, {})

    figure = draw_beside_ridge([empty])

    assert "queries against plain: no voxel has a score" in figure.get_label()
    assert np.isnan(empty.share_above())


def test_names_of_regions_with_equal_medians_do_not_cover_one_another():
    rng = np.random.default_rng(2)
    ridge = rng.uniform(0.2, 0.3, 80)
    regions = {f"region {k}": np.arange(80) // 10 == k for k in range(8)}
    crowded = Pair("queries", "plain", ridge + 0.01, ridge, regions)

    figure = draw_beside_ridge([crowded, crowded, crowded, crowded])
    canvas = FigureCanvasAgg(figure)
    canvas.draw()

    for axis in figure.axes[:4]:
        names = [one for one in axis.texts if one.get_text().startswith("region")]
        boxes = [Text.get_window_extent(one, canvas.get_renderer()) for one in names]
        assert len(boxes) == 8
        covered = [a.overlaps(b) for a, b in combinations(boxes, 2)]
        assert not any(covered)


@pytest.mark.parametrize("seed", range(5))
def test_names_move_as_little_as_brings_them_apart(seed):
    wanted = np.random.default_rng(seed).uniform(0, 30, 6)

    moved = spread_apart(wanted, gap=4, top=100)

    apart = np.diff(moved[np.argsort(wanted)])
    assert apart.min() >= 4 - 1e-9
    found = minimize(
        lambda x: ((x - np.sort(wanted)) ** 2).sum(),
        np.sort(wanted) + 4 * np.arange(6),
        constraints=[{"type": "ineq", "fun": lambda x: np.diff(x) - 4}],
    )
    np.testing.assert_allclose(np.sort(moved), found.x, atol=1e-3)


def test_names_stay_below_the_top():
    assert spread_apart(np.array([9.0, 9.0, 9.0]), gap=2, top=10).max() == 10
