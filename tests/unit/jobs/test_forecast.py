"""Mirrors src/boldwise/jobs/forecast.py."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from boldwise.jobs.forecast import (
    add_up,
    forecast,
    job_sizes,
    key_of,
    read_anchors,
    read_samples,
)
from boldwise.jobs.listing import Job
from boldwise.jobs.rates import read_formulas
from boldwise.jobs.sizes import Sizes
from boldwise.settings.files import read_config

ROOT = Path(__file__).parents[3]
FORMULAS = read_formulas()
RATES = {
    "fit_encoder": {"seconds": [1, 0, 0, 0], "bytes": [0, 2], "memory": [100, 0, 0]},
    "default": {"seconds": [5, 0], "bytes": [10, 0], "memory": [50, 0]},
}


@pytest.fixture(scope="module")
def config():
    """Give the tiny study: two subjects."""
    return read_config(ROOT / "tests/config/tiny.yaml")


def encoder(subject, **more):
    wildcards = {"subject": subject, "encoder": "banded"}
    return Job("fit_encoder", ("x.h5",), wildcards=wildcards, **more)


def found(jobs, config, sizes):
    return forecast(jobs, config, sizes, rates=RATES, formulas=FORMULAS)


def test_jobs_of_a_rule_are_summed_and_the_largest_memory_counts(config):
    jobs = [
        encoder("01", resources={"mem_mb": "4000"}),
        encoder("02", resources={"mem_mb": "8000"}),
        Job("write_page", ("page.html",)),
    ]

    fits, page = found(jobs, config, Sizes(subjects=2, test=10, voxels=3))

    assert (fits.n_jobs, fits.seconds, fits.bytes) == (2, 2, 2 * 2 * 30)
    assert (fits.memory_mb, fits.asked_mb) == (100, 8000)
    assert (page.seconds, page.bytes) == (5, 10)
    total = add_up([fits, page])
    assert (total.n_jobs, total.seconds, total.memory_mb) == (3, 7, 100)


def test_jobs_of_subjects_count_as_often_as_there_are_subjects(config):
    jobs = [encoder("01"), encoder("02"), Job("write_page", ("page.html",))]

    fits, page = found(jobs, config, Sizes(subjects=8))

    assert (fits.n_jobs, page.n_jobs) == (8, 1)


def test_only_jobs_that_ask_for_a_gpu_take_gpu_hours(config):
    jobs = [encoder("01", resources={"gpu": "1"}), encoder("02")]

    (fits,) = found(jobs, config, Sizes(subjects=2))

    assert (fits.seconds, fits.gpu_seconds) == (2, 1)


def test_the_features_of_a_job_are_those_that_it_reads(config):
    def features(**wildcards):
        job = Job("any", ("x.h5",), wildcards=wildcards)
        return job_sizes(job, config, Sizes(), FORMULAS, wide=None).features

    assert features(encoder="banded") == 8 + FORMULAS["widths"]["tfidf"]
    assert features(space="gabor") == 8
    assert features(decoder="clip-text") == FORMULAS["widths"]["tiny-clip"]
    assert features(subject="01") == 1


def test_a_decoder_of_several_targets_reads_them_all(config):
    several = SimpleNamespace(target=["gabor", "clip-text"])
    other = config.model_copy(update={"decoders": {"both": several}})
    job = Job("any", ("x.h5",), wildcards={"decoder": "both"})

    found = job_sizes(job, other, Sizes(), FORMULAS, wide=None).features

    assert found == 8 + FORMULAS["widths"]["tiny-clip"]


def test_a_width_that_is_given_holds_for_every_space(config):
    job = encoder("01")

    assert job_sizes(job, config, Sizes(), FORMULAS, wide=100).features == 200


def test_networks_are_told_apart_and_unknown_ones_take_the_benchmarks(config):
    known = Job("describe_images", ("x.h5",), wildcards={"space": "clip-text"})
    space = config.feature_spaces["clip-text"].model_copy(update={"model": "ViT-L-14"})
    other = config.model_copy(update={"feature_spaces": {"clip-text": space}})

    assert key_of(known, config, FORMULAS) == "describe_images:tiny-clip"
    assert key_of(known, other, FORMULAS) == "describe_images:ViT-B/32"
    assert key_of(encoder("01"), config, FORMULAS) == "fit_encoder"


def test_samples_are_read_from_benchmarks_and_outputs(config, tmp_path):
    told = {"s": 2.0, "cpu_time": 3.5, "max_rss": 200.0}
    (tmp_path / "b.jsonl").write_text(json.dumps(told) + "\n")
    (tmp_path / "x.h5").write_bytes(b"12345")
    jobs = [encoder("01", benchmark="b.jsonl"), encoder("02", benchmark="none.jsonl")]

    (sample,) = read_samples(jobs, config, Sizes(), FORMULAS, folder=tmp_path)

    assert (sample.key, sample.seconds, sample.bytes) == ("fit_encoder", 3.5, 5)
    assert sample.memory == 200.0


@pytest.mark.parametrize("peak", ["NA", None, 7.5])
def test_a_job_that_ended_before_it_was_looked_at_tells_no_memory(
    peak, config, tmp_path
):
    told = {"s": 0.1, "cpu_time": "NA", "max_rss": peak}
    (tmp_path / "b.jsonl").write_text(json.dumps(told))
    jobs = [encoder("01", benchmark="b.jsonl")]

    (sample,) = read_samples(jobs, config, Sizes(), FORMULAS, folder=tmp_path)

    assert sample.memory is None
    assert sample.seconds == 0.1


def test_the_jobs_that_benchmarks_timed_are_samples_too():
    anchors = read_anchors(FORMULAS)

    assert {"fit_encoder", "describe_images:ViT-B/32"} <= {one.key for one in anchors}
    assert all(one.seconds > 1 and one.bytes is None for one in anchors)
