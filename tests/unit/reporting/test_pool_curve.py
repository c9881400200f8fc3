"""Pool curves: means over what subjects have in common, beside chance."""

import numpy as np

from boldwise.reporting.pool_curve import draw_pool_curves, mean_curve


def curve(**shares):
    sizes = [int(name[1:]) for name in shares]
    return np.array(sizes), np.array(list(shares.values()))


def test_subjects_are_averaged_at_the_sizes_that_all_have():
    by_subject = {
        "01": curve(n2=0.9, n10=0.5, n50=0.2),
        "02": curve(n2=0.7, n10=0.3, n40=0.1),
    }

    size, share = mean_curve(by_subject)

    assert size.tolist() == [2, 10]
    np.testing.assert_allclose(share, [0.8, 0.4])


def test_the_order_of_sizes_does_not_matter():
    size, share = mean_curve({"01": curve(n10=0.5, n2=0.9)})

    assert size.tolist() == [2, 10]
    np.testing.assert_allclose(share, [0.9, 0.5])


def test_every_subject_and_the_mean_are_drawn():
    curves = {"a": {"01": curve(n2=0.9, n10=0.5), "02": curve(n2=0.7, n10=0.3)}}

    lines = draw_pool_curves(curves).axes[0].lines

    np.testing.assert_allclose(lines[0].get_ydata(), [0.9, 0.5])
    np.testing.assert_allclose(lines[1].get_ydata(), [0.7, 0.3])
    np.testing.assert_allclose(lines[2].get_ydata(), [0.8, 0.4])


def test_chance_is_one_over_the_number_of_candidates():
    line = draw_pool_curves({"a": {"01": curve(n2=0.9, n10=0.5)}}).axes[0].lines[-1]

    np.testing.assert_allclose(line.get_ydata() * line.get_xdata(), 1)
    assert line.get_xdata()[-1] == 10


def test_the_description_gives_the_share_at_the_largest_pool():
    label = draw_pool_curves({"a": {"01": curve(n2=0.9, n100=0.25)}}).get_label()

    assert "a 25% of 100" in label


def test_subjects_without_a_common_size_are_drawn_without_a_mean():
    curves = {"a": {"01": curve(n30=0.5), "02": curve(n40=0.3)}}

    figure = draw_pool_curves(curves)

    assert len(figure.axes[0].lines[2].get_xdata()) == 0
