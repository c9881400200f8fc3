"""What goes wrong is told in a sentence, stops no other subject, and leaves no file."""

from pathlib import Path

import h5py
import pytest
import yaml

from boldwise.io.seals import MARK, seal, spans_of_chunks
from boldwise.settings.files import read_config
from boldwise.settings.sources import response_files, stimulus_files

pytestmark = pytest.mark.workflow
ENCODER = "encoders/shared/words/sub-01.h5"
SCORES = "scores/shared/words/sub-{}.h5"


def change(study, folder, edit):
    """Give the study another config."""
    raw = yaml.safe_load(study.config.read_text())
    edit(raw)
    path = folder / "changed.yaml"
    path.write_text(yaml.safe_dump(raw))
    return type(study)(study.checkout, study.folder, path)


def test_an_unknown_key_is_one_line_with_what_was_meant(finished, tmp_path):
    run = change(finished, tmp_path, lambda raw: raw.update(encodrs={}))

    text = run.snakemake("--dry-run", ok=False)

    assert "encodrs: unknown key 'encodrs'; did you mean 'encoders'?" in text
    assert "Traceback" not in text


def test_an_unquoted_subject_is_told_how_to_write_it(finished, tmp_path):
    run = change(finished, tmp_path, lambda raw: raw["dataset"].update(subjects=[8]))

    text = run.snakemake("--dry-run", ok=False)

    assert "dataset.subjects: 8 is not quoted" in text
    assert 'write it as "8"' in text


def truncate(path):
    """Cut a file in the middle."""
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])


def unfinish(path):
    """Leave a store as a killed job would, had it not used another name."""
    raw = path.read_bytes()
    path.write_bytes(raw[: raw.rindex(MARK)])


def renumber(path):
    """Make a store that another version of boldwise wrote."""
    with h5py.File(path, "a") as file:
        file.attrs["schema"] = "encoder/99"
    with h5py.File(path) as file:
        spans = spans_of_chunks(file)
    seal(path, spans)


def flip(path):
    """Change one bit of the headers."""
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"TREE") + 8] ^= 4
    path.write_bytes(raw)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (truncate, "its last bytes are no seal"),
        (unfinish, "the store was not finished"),
        (flip, "it holds other bytes than were written to it"),
        (renumber, "written under version 99 of the 'encoder' schema"),
    ],
)
def test_a_bad_store_of_one_subject_leaves_the_others(study, spoil, told):
    spoil(study.results / ENCODER)
    for subject in ("01", "02"):
        (study.results / SCORES.format(subject)).unlink()
    targets = [f"results/tiny/{SCORES.format(subject)}" for subject in ("01", "02")]

    text = study.snakemake(*targets, "--rerun-triggers", "input", ok=False)

    assert f"results/tiny/{ENCODER}: " in text
    assert told in text
    assert "in rule score_encoder (split=shared, encoder=words, subject=01)" in text
    assert "Traceback" not in text
    assert not (study.results / SCORES.format("01")).exists()
    assert (study.results / SCORES.format("02")).exists()
    assert list(study.results.rglob(".*")) == []


def test_a_split_that_leaks_is_refused_and_not_written(study, tmp_path):
    folds = {"n_folds": 2, "n_cv_folds": 2, "by": "stimulus", "cv_by": "stimulus"}
    torn = {"shared": {"kind": "k_fold", **folds}}
    run = change(study, tmp_path, lambda raw: raw.update(splits=torn))

    text = run.snakemake("results/tiny/splits/shared.h5", ok=False)

    assert "split 'shared' is refused:" in text
    assert "runs hold trials of training and test: " in text
    assert "Traceback" not in text
    assert not (study.results / "splits/shared.h5").exists()


def examples(root):
    """List the example configs."""
    return sorted((root / "config/examples").glob("*.yaml"))


def test_every_example_can_be_planned(finished, tmp_path):
    paths = examples(finished.checkout)
    for path in paths:
        raw = yaml.safe_load(path.read_text())
        simulated = raw["dataset"]["kind"] == "simulated"
        if not simulated:
            raw["dataset"]["root"] = str(tmp_path / path.stem)
        if "confounds" in raw["dataset"]:
            raw["dataset"]["confounds"] = raw["dataset"]["confounds"].replace("*", "x")
        for space in raw["feature_spaces"].values():
            if "path" in space:
                space["path"] = str(tmp_path / path.stem / Path(space["path"]).name)
                make(space["path"])
        config = tmp_path / path.name
        config.write_text(yaml.safe_dump(raw))
        for file in [] if simulated else files_of(read_config(config)):
            make(file)
        run = type(finished)(finished.checkout, tmp_path, config)

        text = run.snakemake("--dry-run")

        assert "write_report" in text
        assert ("fit_encoder" in text) == bool(raw.get("encoders"))
    assert len(paths) >= 3


def files_of(study):
    """List the files of a study that somebody must bring."""
    continuous = study.responses.estimate == "timeseries"
    files = stimulus_files(study.dataset, continuous=continuous)
    for subject in study.dataset.subjects:
        files += response_files(study.dataset, subject)
    return files


def make(name):
    """Make an empty file, or a folder where the name has no ending."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch() if path.suffix else path.mkdir(exist_ok=True)
