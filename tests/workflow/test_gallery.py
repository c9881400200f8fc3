"""What decoders point to goes from stores to figures, tables and the page."""

import csv

import numpy as np
import pytest

from boldwise.io.figure_files import read_figure
from boldwise.io.stores import open_store

pytestmark = pytest.mark.workflow


def rows_of(path):
    with path.open() as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_only_training_stimuli_are_pointed_to(finished):
    with open_store(finished.results / "splits/shared.h5", schema="split") as store:
        trained = store["stimulus_id"][store["part"][0] == 1]
    for path in (finished.results / "galleries/shared/clip-text").glob("*.h5"):
        with open_store(path, schema="gallery") as store:
            nearest = store["nearest"][()]
            assert np.isin(nearest, trained).all()
            assert nearest.shape == (12, 5)
            assert len(store["caption"]) == 12


def test_every_metric_has_its_baseline_and_the_mean_over_subjects(finished):
    rows = rows_of(finished.results / "galleries/shared/galleries.tsv")

    metrics = {row["metric"] for row in rows if row["subject"] == "all"}
    assert metrics >= {"pixcorr", "ssim", "tiny_clip", "rouge_l", "zero_shot"}
    assert {row["subject"] for row in rows} == {"01", "02", "all"}
    for row in rows:
        assert float(row["p"]) >= 1 / 20
        assert np.isfinite(float(row["baseline"]))


def test_regions_are_alone_and_left_out_in_every_subject(finished):
    rows = rows_of(finished.results / "ablations/shared/ablations.tsv")

    assert {row["subject"] for row in rows} == {"01", "02", "all"}
    regions = {row["region"] for row in rows}
    assert {"early_visual", "semantic", "noise"} <= regions
    assert len(rows) == 3 * len(regions)


def test_figures_say_what_they_show(finished):
    folder = finished.results / "figures/shared"
    words = {
        "gallery.png": "worst",
        "similarity.png": "Correlation of decoded",
        "ablation.svg": "alone",
        "training_distance.svg": "distance to the training set",
    }
    for name, said in words.items():
        assert said in read_figure(folder / name).description


def test_the_page_shows_them(finished):
    text = (finished.results / "report.html").read_text()

    assert "What was decoded, looked at" in text
    assert "How like the nearest training stimuli are" in text
    assert "Two-way identification by regions" in text
