"""Mirrors src/boldwise/cli/summary.py."""

import pytest

from boldwise.cli.summary import summarise
from boldwise.errors import DataError
from boldwise.settings.config import load_config

SCORES = """\
subject roi model metric value low high n
01 all a r 0.9 0.8 1.0 10
all all a r 0.2 0.1 0.3 2
all all b r 0.1 0.0 0.2 2
all all b normalised_r 0.9 0.8 0.95 2
all V1 a r n/a n/a n/a 0
all V1 b r 0.4 n/a n/a 2
"""
IDENTIFICATION = """\
subject decoder metric value low high chance p n_pool
all d top1 0.5 0.4 0.6 0.01 0.001 100
all d top1_shuffled 0.01 0.0 0.02 0.01 n/a 100
all c accuracy 0.75 0.7 0.8 0.125 0.001 8
"""
RECOVERY = "quantity holds\na yes\nb no\nc n/a\nd yes\n"


@pytest.fixture
def config():
    """Make a config with an encoder and a decoder."""
    return load_config(
        {
            "dataset": {"name": "s", "kind": "simulated", "subjects": ["01", "02"]},
            "splits": {"main": {"kind": "shared_images"}},
            "feature_spaces": {"g": {"kind": "gabor_pyramid"}},
            "encoders": {"a": {"kind": "ridge", "features": ["g"]}},
            "decoders": {"d": {"kind": "ridge", "target": "g"}},
        }
    )


@pytest.fixture
def results(tmp_path):
    """Write the tables of a finished study."""
    tables = {
        "scores/main/scores.tsv": SCORES,
        "identification/main/identification.tsv": IDENTIFICATION,
        "truth/recovery.tsv": RECOVERY,
    }
    for name, text in tables.items():
        path = tmp_path / "results/s" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(" ", "\t"))
    return tmp_path


def test_the_best_encoder_of_each_region_is_named_with_its_interval(config, results):
    lines = summarise(config, root=results)

    assert "  all voxels: best encoder 'a', median r 0.20 [0.10, 0.30]" in lines
    assert "  V1: best encoder 'b', median r 0.40" in lines


def test_decoders_are_told_beside_chance(config, results):
    lines = summarise(config, root=results)

    assert "  decoder 'd' finds: 0.50 [0.40, 0.60] (one of 100; chance 0.010)" in lines
    assert any("names the category: 0.75" in line for line in lines)
    assert not any("shuffled" in line for line in lines)


def test_demands_on_the_simulated_truth_are_counted(config, results):
    lines = summarise(config, root=results)

    assert "  simulated truth: 2 of 3 demands are met" in lines


def test_the_last_line_is_the_report(config, results):
    last = summarise(config, root=results)[-1]

    assert last == f"report: {results}/results/s/report.html"


def test_a_study_that_was_not_run_says_so(config, tmp_path):
    with pytest.raises(DataError, match=r"scores\.tsv: not there yet. Run snakemake"):
        summarise(config, root=tmp_path)


def rewrite(results, name, text):
    """Exchange one table of the study."""
    (results / "results/s" / name).write_text(text.replace(" ", "\t"))


def test_one_subject_is_one_subject(config, results):
    one = config.dataset.model_copy(update={"subjects": ["01"]})

    first = summarise(config.model_copy(update={"dataset": one}), root=results)[0]

    assert first == "s: 1 subject, split 'main'"
    assert summarise(config, root=results)[0] == "s: 2 subjects, split 'main'"


@pytest.mark.parametrize(
    ("part", "table", "gone"),
    [
        ("encoders", "scores/main/scores.tsv", "best encoder"),
        ("decoders", "identification/main/identification.tsv", "decoder '"),
    ],
)
def test_what_the_study_has_not_is_not_looked_for(config, results, part, table, gone):
    (results / "results/s" / table).unlink()

    lines = summarise(config.model_copy(update={part: {}}), root=results)

    assert not any(gone in line for line in lines)
    assert len(lines) >= 4


def test_a_region_that_no_encoder_was_scored_in_is_left_out(config, results):
    rewrite(results, "scores/main/scores.tsv", SCORES + "all V2 a r n/a n/a n/a 0\n")

    assert not any("V2" in line for line in summarise(config, root=results))


def test_the_best_is_the_largest_number_and_not_the_last_word(config, results):
    rows = "all all a r 0.10 n/a n/a 2\nall all b r -0.9 n/a n/a 2\n"
    header = SCORES.partition("\n")[0]
    rewrite(results, "scores/main/scores.tsv", f"{header}\n{rows}")

    assert "  all voxels: best encoder 'a', median r 0.10" in summarise(
        config, root=results
    )


def test_only_the_first_split_is_told(config, results):
    split = config.splits["main"]
    lines = summarise(
        config.model_copy(update={"splits": {"main": split, "later": split}}),
        root=results,
    )

    assert lines == summarise(config, root=results)


def test_real_data_have_no_truth_to_meet(config, results):
    (results / "results/s/truth/recovery.tsv").unlink()

    lines = summarise(config, root=results)

    assert not any("simulated truth" in line for line in lines)
    assert lines[-1].startswith("report: ")
