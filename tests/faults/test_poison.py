"""A bad file of one subject: the others finish, and it is told who is missing."""

import shutil

import pytest
import yaml

pytestmark = pytest.mark.faults
EVENTS = "bids/derivatives/fmriprep/sub-02/func"


def poison(study):
    """Put a word where an onset should be, in one run of subject 02."""
    path = next((study.results / "bids").rglob("sub-02*events.tsv"))
    lines = path.read_text().splitlines()
    lines[3] = "\t".join(["soon", *lines[3].split("\t")[1:]])
    before = path.read_text()
    path.write_text("\n".join(lines) + "\n")
    return path, before


def forget(study):
    """Remove all that follows from the responses."""
    for name in ("responses", "splits", "encoders", "scores", "figures", "quality"):
        shutil.rmtree(study.results / name)
    (study.results / "report.html").unlink()


@pytest.mark.parametrize("words", [["--keep-going"], ["--workflow-profile", "none"]])
def test_one_poisoned_subject_is_named_and_can_be_mended(finished, expected, words):
    path, before = poison(finished)
    forget(finished)

    text = finished.snakemake(finished.target, *words, ok=False)

    page = (finished.results / "unfinished.html").read_text()
    for told in (text, page):
        assert "sub-02 is missing: " in told
        assert path.name in told
        assert "soon" in told
    assert "sub-01 is missing" not in page
    assert not (finished.results / "responses/sub-02.h5").exists()
    assert not (finished.results / "report.html").exists()
    path.write_text(before)
    finished.snakemake()
    assert finished.visible() == expected


def test_the_others_finish_without_the_subject_and_the_report_tells_why(
    finished, tmp_path
):
    poison(finished)
    forget(finished)
    finished.snakemake(ok=False)
    raw = yaml.safe_load(finished.config.read_text())
    page = (finished.results / "unfinished.html").read_text()
    lines = page[page.index("left_out:\n") :].partition("</")[0]
    raw |= yaml.safe_load(lines.replace("&#34;", '"').replace("&#39;", "'"))
    config = tmp_path / "without.yaml"
    config.write_text(yaml.safe_dump(raw))
    finished.config = config

    finished.snakemake()

    report = (finished.results / "report.html").read_text()
    assert "sub-02 is left out: " in report
    assert "soon" in report
    assert (finished.results / "scores/shared/words/sub-01.h5").exists()
    assert not (finished.results / "scores/shared/words/sub-02.h5").exists()
    assert not (finished.results / "unfinished.html").exists()
