"""The real workflow on six simulated subjects and 5,000 images finds every truth."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = "results/recovery/truth/recovery.tsv"

pytestmark = [pytest.mark.recovery, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module")
def findings(tmp_path_factory) -> list[dict[str, str]]:
    folder = tmp_path_factory.mktemp("recovery")
    command = [sys.executable, "-m", "snakemake", "--cores", "2"]
    command += ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder)]
    command += [TABLE, "--configfile", str(ROOT / "tests/config/recovery.yaml")]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    with (folder / TABLE).open(encoding="utf-8") as table:
        return list(csv.DictReader(table, delimiter="\t"))


def rows(findings, quantity):
    return [row for row in findings if row["quantity"].startswith(quantity)]


@pytest.mark.parametrize(
    ("quantity", "n_demands"),
    [
        ("median noise ceiling", 1),
        ("median normalised r", 3),
        ("median r", 3),
        ("share of voxels at p", 3),
        ("noise among discoveries", 3),
        ("voxels with ceiling", 3),
    ],
)
def test_every_demand_is_met(findings, quantity, n_demands):
    demanded = [row for row in rows(findings, quantity) if row["holds"]]

    assert len(demanded) == n_demands
    assert [row for row in demanded if row["holds"] != "yes"] == []


def test_ceilings_are_right_in_each_population_too(findings):
    for row in rows(findings, "median noise ceiling"):
        truth = float(row["truth_or_bar"].split(" ")[0])
        assert abs(float(row["estimate"]) - truth) < 0.03


def test_there_are_enough_voxels_to_tell(findings):
    assert int(rows(findings, "median noise ceiling")[0]["n_voxels"]) > 2500
    assert all(int(row["n_voxels"]) >= 3000 for row in rows(findings, "median r"))
