"""Mirrors src/boldwise/cli/show.py."""

import io

import numpy as np
import pytest
from rich.console import Console

from boldwise.cli.show import SHORT, print_store
from boldwise.errors import StoreError
from boldwise.io.catalogue import read_catalogue
from boldwise.io.stores import write_store


def show(path):
    """Print a store into a text."""
    console = Console(file=io.StringIO(), width=200, highlight=False)
    print_store(path, console=console)
    return console.file.getvalue()


@pytest.fixture
def path(tmp_path):
    """Write a store of scores with two regions."""
    roi = {f"voxel/roi/{name}": np.ones(5, bool) for name in ("V1", "V2")}
    datasets = {"r": np.zeros(5, np.float32), **roi, "new": np.ones((2, 3))}
    write_store(
        tmp_path / "[a].h5",
        datasets,
        schema="scores",
        attributes={"r": "Pearson", "penalties": list(range(500))},
        provenance={"rule": "score_encoder"},
    )
    return tmp_path / "[a].h5"


def test_a_dataset_is_shown_with_shape_axes_type_unit_and_meaning(path):
    assert "r            5 (n_voxels), float32, correlation: prediction and" in show(
        path
    )


def test_datasets_of_one_pattern_share_a_line(path):
    assert "voxel/roi/*  5 (n_voxels), bool, true or false: lies in" in show(path)
    assert "[V1, V2]" in show(path)


def test_what_the_catalogue_does_not_know_is_shown_all_the_same(path):
    assert "new          2 × 3, float64\n" in " ".join(show(path).split(" " * 20)) or (
        "new          2 × 3, float64" in show(path)
    )


def test_attributes_and_what_made_the_store_are_told_apart(path):
    text = show(path)

    assert text.index("Attributes") < text.index("Pearson") < text.index("Made by")
    assert text.index("Made by") < text.index("score_encoder")


def test_the_path_and_kind_come_first(path):
    assert show(path).splitlines()[0].startswith(f"{path} (scores): scores per voxel")


def test_long_attributes_are_cut(path):
    assert "…" in show(path)
    assert max(map(len, show(path).splitlines())) <= SHORT + 40


def test_a_kind_of_tomorrow_is_shown_as_unknown(tmp_path):
    write_store(tmp_path / "a.h5", {"x": np.ones(1)}, schema="tomorrow")

    assert "of a kind that this boldwise does not know" in show(tmp_path / "a.h5")


def test_what_is_no_store_is_refused(tmp_path):
    (tmp_path / "a.h5").write_text("no")

    with pytest.raises(StoreError, match=r"a\.h5: the store was not finished"):
        print_store(tmp_path / "a.h5")


def test_a_single_number_is_called_one_value(tmp_path):
    write_store(tmp_path / "a.h5", {"x": np.float32(3)}, schema="tomorrow")

    assert "x  one value, float32" in show(tmp_path / "a.h5")


def test_headings_without_anything_below_are_left_out(tmp_path):
    write_store(tmp_path / "a.h5", {"x": np.ones(1)}, schema="tomorrow")

    text = show(tmp_path / "a.h5")

    assert "Holds" in text
    assert "Attributes" not in text


def test_datasets_of_one_pattern_but_another_shape_have_lines_of_their_own(tmp_path):
    datasets = {"voxel/roi/V1": np.ones(5, bool), "voxel/roi/V2": np.ones(6, bool)}
    write_store(tmp_path / "a.h5", datasets, schema="scores")

    text = show(tmp_path / "a.h5")

    assert "voxel/roi/V1  5 (n_voxels)" in text
    assert "voxel/roi/V2  6 (n_voxels)" in text


def test_brackets_in_a_value_are_text_and_no_markup(tmp_path):
    attributes = {"formula": "[red]r[/red]", "options": {"b": 1, "a": [True]}}
    write_store(
        tmp_path / "a.h5", {"x": np.ones(1)}, schema="scores", attributes=attributes
    )

    text = show(tmp_path / "a.h5")

    assert "[red]r[/red]" in text
    assert '"a": [true], "b": 1' in text


@pytest.mark.parametrize("schema", sorted(read_catalogue()))
def test_every_field_of_every_kind_of_store_is_told_in_words(schema, tmp_path):
    kind = read_catalogue()[schema]
    names = [field.name.replace("*", "one") for field in kind.fields]
    path = tmp_path / "a.h5"
    write_store(path, {name: np.ones((2, 3)) for name in names}, schema=schema)

    text = show(path)

    assert kind.meaning in text
    flat = " ".join(text.split())
    for field in kind.fields:
        assert f"2 × 3 ({field.axes})" in flat or not field.axes
        assert " ".join(field.meaning.split()) in flat
