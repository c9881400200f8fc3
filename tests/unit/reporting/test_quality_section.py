"""The section about the data: what was lost, what is left, and nothing without data."""

from dataclasses import replace

import pytest

from boldwise.reporting.quality import QualityFacts, RunFacts
from boldwise.reporting.quality_section import quality_section
from boldwise.reporting.shelf import Shelf

RUNS = (
    RunFacts("01", "1", 200, 4, 6, 0.12, 0.8, 60.0),
    RunFacts("02", "1", 100, 0, 30, 0.46, 3.1, 40.0),
)
FACTS = QualityFacts(RUNS, 100, 0.4, 0.06, 0.09, 0.04)


@pytest.fixture
def blocks(study):
    """Give the blocks of a section about one subject."""

    def build(facts):
        bare = replace(study, quality={"01": facts}, figures=())
        return quality_section(bare, Shelf(bare)).blocks

    return build


def test_a_subject_is_summed_up_over_its_runs(blocks):
    _, volumes, responses, _ = blocks(FACTS)

    assert volumes.rows[0] == (
        *("sub-01", "2", "300", "4 (1 %)", "36 (12 %)", "0.29", "0.46", "50"),
    )
    assert responses.rows[0] == ("sub-01", "9 %", "4 %", "100", "0.40", "0.06")


def test_every_run_has_its_row(blocks):
    table = blocks(FACTS)[-1]

    assert table.folded
    assert table.rows[1] == (
        *("sub-01", "1", "02", "100", "0", "30", "0.46", "3.10", "40"),
    )


def test_restless_runs_are_named(blocks):
    warning = blocks(FACTS)[0]

    assert "above 0.3 mm in 1 runs: sub-01 run 02 (0.46 mm)" in warning.paragraphs[0]


def test_a_still_subject_gets_no_warning(blocks):
    kinds = [block.kind for block in blocks(replace(FACTS, runs=RUNS[:1]))]

    assert kinds == ["table", "table", "table"]


def test_unknown_motion_is_a_dash(blocks):
    still = replace(RUNS[0], mean_mm=float("nan"), max_mm=float("nan"), n_moved=0)

    volumes, _, runs = blocks(replace(FACTS, runs=[still]))

    assert volumes.rows[0][4:7] == ("–", "–", "–")
    assert runs.rows[0][5:8] == ("–", "–", "–")


def test_given_betas_show_their_reliability_alone(blocks):
    (table,) = blocks(QualityFacts(n_repeated=12, ceiling=0.5, null_ceiling=0.1))

    assert table.rows == [("sub-01", "–", "–", "12", "0.50", "0.10")]


def test_without_quality_there_is_no_section(study):
    bare = replace(study, quality={})

    assert quality_section(bare, Shelf(bare)).blocks == []


def test_the_pictures_stand_in_the_order_in_which_one_looks(study):
    blocks = quality_section(study, Shelf(study)).blocks

    alts = [block.pictures[0].alt for block in blocks if block.kind == "pictures"]
    names = ["series", "voxel_maps", "design", "responses"]
    assert [name in alt for name, alt in zip(names, alts, strict=True)] == [True] * 4


def test_the_share_that_moved_is_of_the_volumes_whose_motion_is_known(blocks):
    nan = float("nan")
    blind = replace(RUNS[1], mean_mm=nan, max_mm=nan, n_moved=0, n_volumes=1000)

    volumes = blocks(replace(FACTS, runs=[RUNS[0], blind]))[0]

    assert volumes.rows[0][2:5] == ("1,200", "4 (0 %)", "6 (3 %)")


def test_runs_without_a_ratio_do_not_pull_down_that_of_the_others(blocks):
    scaled = replace(RUNS[0], run="03", tsnr=float("nan"))

    volumes, _, runs = blocks(replace(FACTS, runs=[RUNS[0], scaled]))

    assert volumes.rows[0][-1] == "60"
    assert [row[-1] for row in runs.rows] == ["60", "–"]


def test_subjects_without_series_are_left_out_of_the_volumes_alone(study):
    quality = {"01": FACTS, "02": QualityFacts(n_repeated=5, ceiling=0.3)}
    bare = replace(study, quality=quality, figures=())

    _, volumes, responses, runs = quality_section(bare, Shelf(bare)).blocks

    assert [row[0] for row in volumes.rows] == ["sub-01"]
    assert [row[0] for row in responses.rows] == ["sub-01", "sub-02"]
    assert {row[0] for row in runs.rows} == {"sub-01"}


def test_restless_runs_of_all_subjects_share_one_warning(study):
    quality = {"01": FACTS, "02": FACTS}
    bare = replace(study, quality=quality, figures=())

    warning, second, *_ = quality_section(bare, Shelf(bare)).blocks

    assert "in 2 runs: sub-01 run 02 (0.46 mm), sub-02 run 02" in warning.paragraphs[0]
    assert second.kind == "table"


@pytest.mark.parametrize(("mean_mm", "warned"), [(0.3, False), (0.301, True)])
def test_the_warning_begins_above_its_limit(blocks, mean_mm, warned):
    found = blocks(replace(FACTS, runs=[replace(RUNS[0], mean_mm=mean_mm)]))

    assert (found[0].kind == "text") is warned
