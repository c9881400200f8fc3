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
