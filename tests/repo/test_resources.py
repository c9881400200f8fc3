"""Memory and run time of jobs grow with what they read, and with each attempt."""

from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[2]
WILDCARDS = SimpleNamespace(split="folds")


@pytest.fixture
def rules(tmp_path):
    """Read the functions of resources.smk, for a study of two subjects."""
    encoders = {"one": SimpleNamespace(features=["a"])}
    encoders["both"] = SimpleNamespace(features=["a", "b"])
    names = {
        **{"RESULTS": str(tmp_path), "BRAINS": ["01", "02"], "Path": Path},
        **{"SETTINGS": SimpleNamespace(encoders=encoders), "SPACES": ["a", "b", "c"]},
    }
    path = ROOT / "workflow/rules/resources.smk"
    exec(compile(path.read_text(), path, "exec"), names)
    return SimpleNamespace(**names)


def store(folder, name, size_mb):
    """Write a file of a size, below the results."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\0" * int(size_mb * 1e6))
    return path


def test_memory_grows_with_what_is_read(rules, tmp_path):
    needed = rules.memory(900, per_mb=1000)
    small, large = store(tmp_path, "s.h5", 0.1), store(tmp_path, "l.h5", 1.1)

    assert needed(WILDCARDS, [small], 1) == 2000  # 600 + 900 + 100, in steps of 500
    assert needed(WILDCARDS, [small, large], 1) == 3000


def test_each_attempt_doubles_memory_and_time(rules):
    needed, minutes = rules.memory(1400), rules.minutes(20)

    assert [needed(WILDCARDS, [], n) for n in (1, 2, 3)] == [2000, 4000, 8000]
    assert [minutes(WILDCARDS, [], n) for n in (1, 2, 3)] == [20, 40, 80]


def test_no_job_asks_for_more_than_clusters_have(rules):
    assert rules.memory(100_000)(WILDCARDS, [], 4) == rules.MOST_MB
    assert rules.minutes(720)(WILDCARDS, [], 4) == rules.LONGEST_MIN


def test_a_file_that_is_not_made_yet_counts_nothing(rules, tmp_path):
    assert rules.memory(900, per_mb=9)(WILDCARDS, [tmp_path / "later.h5"], 1) == 1500


def test_the_fits_of_an_array_ask_for_what_the_largest_needs(rules, tmp_path):
    store(tmp_path, "responses/sub-01.h5", 0.2)
    store(tmp_path, "responses/sub-02.h5", 0.3)
    store(tmp_path, "features/folds/a.h5", 0.1)
    store(tmp_path, "features/folds/b.h5", 0.4)
    store(tmp_path, "features/folds/c.h5", 0.2)
    needed = rules.memory(400, per_mb=1000, of=rules.largest_fit)

    assert rules.largest_fit(WILDCARDS) == pytest.approx(0.8)  # subject 02, both
    assert needed(WILDCARDS, ["a.h5"], 1) == needed(WILDCARDS, ["b.h5"], 1) == 2000


def test_a_decoder_of_a_space_that_no_encoder_reads_counts_too(rules, tmp_path):
    store(tmp_path, "responses/sub-01.h5", 0.2)
    store(tmp_path, "features/folds/c.h5", 0.9)

    assert rules.largest_fit(WILDCARDS) == pytest.approx(1.1)
