"""Parcels on the brain: one colour each, regions and subjects told beside."""

import numpy as np
from matplotlib.image import AxesImage

from boldwise.encoders.cluster_names import describe_parcels
from boldwise.reporting.parcel_maps import draw_parcels, parcel_colours
from boldwise.responses.records import Voxels


def made(n_subjects=2, *, regions=True, affine=True):
    rng = np.random.default_rng(0)
    places = np.argwhere(np.ones((6, 6, 5)))
    label, voxels = {}, {}
    for number in range(n_subjects):
        name = f"{number + 1:02d}"
        label[name] = (places[:, 2] >= 2).astype(int) + (rng.random(180) < 0.1)
        roi = {"low": places[:, 2] < 2, "high": places[:, 2] >= 2} if regions else {}
        voxels[name] = Voxels(places, (6, 6, 5), np.eye(4) if affine else None, roi)
    parcels = describe_parcels(label, {who: one.roi for who, one in voxels.items()})
    return label, voxels, parcels


def images(figure):
    return [
        found
        for axis in figure.axes
        for found in axis.get_children()
        if isinstance(found, AxesImage)
    ]


def test_each_subject_has_its_slices():
    label, voxels, parcels = made()

    figure = draw_parcels(label, voxels, parcels)

    drawn = images(figure)
    assert len(drawn) == 2 * 5 + 1  # slices, and the overlap
    first = label["01"].reshape(6, 6, 5)[:, :, 0].T
    np.testing.assert_array_equal(drawn[0].get_array(), first)
    written = [text.get_text() for axis in figure.axes for text in axis.texts]
    assert {"sub-01", "sub-02"} <= set(written)


def test_parcels_are_named_and_told():
    figure = draw_parcels(*made())

    (legend,) = figure.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == ["1: low", "2: high", "3: high"]
    assert "1: low (" in figure.get_label()
    assert "Dice 0.9" in figure.get_label()


def test_many_subjects_are_not_all_drawn():
    figure = draw_parcels(*made(6))

    assert len(images(figure)) == 4 * 5 + 1
    dots = figure.axes[-1].lines[0].get_xdata()
    assert len(dots) == 6


def test_vertices_have_maps_only():
    label, voxels, parcels = made()
    mesh = {"vertex": np.arange(180), "n_vertices": {"CORTEX_LEFT": 200}}
    surface = {
        name: Voxels(
            np.zeros((180, 3), int),
            (1, 1, 1),
            None,
            one.roi,
            structure=np.full(180, "CORTEX_LEFT"),
            **mesh,
        )
        for name, one in voxels.items()
    }

    assert len(images(draw_parcels(label, surface, parcels))) == 1


def test_without_regions_sizes_are_drawn():
    figure = draw_parcels(*made(regions=False))

    said = [text.get_text() for axis in figure.axes for text in axis.texts]
    assert "no region is known" in said


def test_colours_beyond_the_palette_are_paler_ones():
    colours = parcel_colours(20)

    assert len(set(colours)) == 20
    assert sum(colours[8]) > sum(colours[0])
