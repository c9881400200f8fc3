"""An encoder may be fitted in several jobs, to the same bytes."""

import pytest

pytestmark = pytest.mark.workflow


def test_parts_are_joined_to_the_file_of_one_job(finished, study, jobs):
    words = ["--set-scatter", "voxels=3", "--until", "join_encoder"]

    planned = [rule for rule, _ in jobs(study.snakemake("--dry-run", *words))]
    study.snakemake(*words)

    parts = planned.count("fit_encoder") + planned.count("fit_best_layer")
    assert parts == 3 * planned.count("join_encoder") > 0
    encoders = {
        name: sha256
        for name, sha256 in finished.hashes().items()
        if name.startswith("encoders/")
    }
    found = study.hashes()
    assert {name: found[name] for name in encoders} == encoders
    assert len(encoders) >= planned.count("join_encoder")


def test_without_scattering_there_is_no_job_more(finished, jobs):
    text = finished.snakemake("--dry-run", "--forceall")

    rules = [rule for rule, _ in jobs(text)]
    assert rules.count("fit_encoder") == 6
    assert "join_encoder" not in rules
