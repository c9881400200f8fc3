"""Mirrors src/boldwise/cli/preflight.py."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from typer.testing import CliRunner

from boldwise.cli import preflight
from boldwise.cli.app import app
from boldwise.cli.preflight import (
    MIN_FREE_GB,
    disk_problems,
    environment_problems,
    folder_problems,
    gpu_problems,
    needed_gb,
    preflight_problems,
    profile_problems,
    read_profile,
    torch_problems,
)
from boldwise.errors import ConfigError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def place(study, monkeypatch):
    """Put a study beside a profile for one machine, on pins that are kept."""
    for part in ("profiles/here", "envs"):
        (study / part).mkdir(parents=True)
    (study / "profiles/here/config.yaml").write_text("cores: 2\n")
    (study / "envs/constraints.txt").write_text("# pins\nnumpy==1.0\n")
    monkeypatch.setattr(preflight, "torch_problems", lambda: [])
    return study


def test_a_place_in_order_has_no_problems(place):
    assert preflight_problems(place / "config.yaml", "here", root=place) == []


def test_all_problems_come_in_one_list(place):
    (place / "envs/constraints.txt").write_text("numpy==999.0\n")
    (place / "profiles/here/config.yaml").write_text(
        "executor: no-such\nqos: ACCOUNT\n"
    )

    found = preflight_problems(place / "config.yaml", "here", root=place)

    assert len(found) == 3


def test_slurm_is_asked_where_the_profile_names_it(place):
    (place / "profiles/here/config.yaml").write_text("executor: slurm\n")

    (problem,) = preflight_problems(
        place / "config.yaml", "here", root=place, ask=lambda command: (127, "")
    )

    assert "there is no SLURM here" in problem


def test_a_profile_that_is_not_there_is_named_with_those_that_are(place):
    with pytest.raises(ConfigError, match=r"no profile 'her' in .*There are: here\."):
        read_profile("her", place)


def test_a_profile_is_found_by_name_and_by_folder():
    assert read_profile("slurm", ROOT) == read_profile("profiles/slurm", ROOT)


def test_a_profile_must_be_a_mapping(place):
    (place / "profiles/here/config.yaml").write_text("- cores\n")

    with pytest.raises(ConfigError, match="a profile is a mapping of options"):
        read_profile("here", place)


def test_a_folder_that_cannot_be_written_is_told(tmp_path, monkeypatch):
    def refuse(**options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(preflight.tempfile, "TemporaryDirectory", refuse)

    (problem,) = folder_problems(tmp_path, "study")

    assert "files cannot be written and renamed there (Permission denied)" in problem


def test_a_folder_without_renaming_is_told(tmp_path, monkeypatch):
    def refuse(self, target):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(Path, "replace", refuse)

    (problem,) = folder_problems(tmp_path, "study")

    assert "Invalid cross-device link" in problem


def test_nothing_is_left_of_the_trial(tmp_path):
    assert list(folder_problems(tmp_path, "study")) == []
    assert list(tmp_path.iterdir()) == []


def test_a_lock_of_another_snakemake_is_told(tmp_path):
    (tmp_path / ".snakemake/locks").mkdir(parents=True)
    (tmp_path / ".snakemake/locks/0.input.lock").touch()

    (problem,) = folder_problems(tmp_path, "study")

    assert "another snakemake runs here, or was killed" in problem
    assert "snakemake --unlock" in problem


def test_a_disk_that_is_too_small_is_told_with_both_numbers(tmp_path):
    (problem,) = disk_problems(tmp_path, 1e9)

    assert "GB are free, and the study needs about 1000000000.0 GB" in problem
    assert list(disk_problems(tmp_path, 0.0)) == []


def test_the_planner_says_how_much_disk_is_needed(tmp_path, monkeypatch):
    (tmp_path / "Snakefile").touch()
    monkeypatch.setattr("boldwise.cli.plan.disk_needed", lambda place, given: 3e12)

    assert needed_gb("c.yaml", tmp_path) == 3000


def test_some_disk_is_needed_where_nothing_can_be_planned(tmp_path, monkeypatch):
    def refuse(place, given):
        raise ConfigError("no plan")

    assert needed_gb("c.yaml", tmp_path) == MIN_FREE_GB
    (tmp_path / "Snakefile").touch()
    monkeypatch.setattr("boldwise.cli.plan.disk_needed", refuse)

    assert needed_gb("c.yaml", tmp_path) == MIN_FREE_GB


def test_packages_older_than_their_pins_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(preflight, "torch_problems", lambda: [])
    (tmp_path / "envs").mkdir()
    pins = "numpy==999.0\nscipy==0.1\nno-such-package==3.0\n"
    (tmp_path / "envs/constraints.txt").write_text(pins)

    (problem,) = environment_problems(tmp_path)

    assert "older than envs/constraints.txt: numpy" in problem
    assert "(pinned 999.0). Renew it: make env." in problem
    assert "scipy" not in problem


def test_torch_and_torchvision_of_different_builds_are_told():
    def load(name):
        raise RuntimeError("operator torchvision::nms does not exist\nmore")

    (problem,) = torch_problems(load)

    assert "(operator torchvision::nms does not exist)" in problem
    assert "are of different builds. Install both from the same index" in problem
    assert list(torch_problems(lambda name: None)) == []


def test_a_plugin_that_lacks_is_told_with_its_command():
    (problem,) = profile_problems({"executor": "no-such"})

    assert problem.endswith("pip install snakemake-executor-plugin-no-such.")


def test_values_that_only_the_user_knows_are_asked_for():
    profile = {"default-resources": {"slurm_account": "ACCOUNT"}, "image": "BUCKET/x"}

    (problem,) = profile_problems(profile)

    assert "the profile still says BUCKET and ACCOUNT" in problem


def test_the_profiles_of_slurm_need_nothing_from_the_user():
    for name in ("default", "slurm", "slurm-squeue"):
        assert list(profile_problems(read_profile(name, ROOT))) == []


@pytest.mark.parametrize(("seen", "n_problems"), [(True, 0), (False, 1)])
def test_a_gpu_that_is_not_there_is_told(seen, n_problems, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "7")
    cuda = SimpleNamespace(is_available=lambda: seen)

    found = list(gpu_problems(lambda name: SimpleNamespace(cuda=cuda)))

    assert len(found) == n_problems
    assert all(
        "torch sees no GPU here (CUDA_VISIBLE_DEVICES is '7')" in one for one in found
    )


def test_a_gpu_is_looked_for_only_where_the_config_asks(place, monkeypatch):
    monkeypatch.setattr(preflight, "gpu_problems", lambda: ["no GPU"])
    path = place / "config.yaml"
    assert preflight_problems(path, "here", root=place) == []

    config = yaml.safe_load(path.read_text())
    config["feature_spaces"]["clip"] = {
        **{"kind": "open_clip", "model": "tiny-clip", "device": "cuda"}
    }
    path.write_text(yaml.safe_dump(config))

    assert preflight_problems(path, "here", root=place) == ["no GPU"]


def test_the_command_ends_with_one_where_something_is_in_the_way(place, monkeypatch):
    monkeypatch.chdir(place)
    words = ["preflight", "--configfile", "config.yaml", "--profile", "here"]

    fine = CliRunner().invoke(app, words)
    (place / "profiles/here/config.yaml").write_text("executor: no-such\n")
    wrong = CliRunner().invoke(app, words)

    assert (fine.exit_code, wrong.exit_code) == (0, 1)
    assert (
        "nothing in the way. snakemake --workflow-profile profiles/here" in fine.output
    )
    assert wrong.output.startswith("- the profile needs a plugin that lacks")
    assert "1 problem. Nothing was queued." in wrong.output
