"""JSON and TSV files as BIDS writes them."""

import json

import numpy as np

from boldwise.io.bids_text import write_json, write_table


def test_a_table_has_a_header_tabs_and_words_for_what_is_missing(tmp_path):
    columns = {"onset": np.array([0.5, np.nan]), "name": np.array(["a", "b"])}

    write_table(tmp_path / "deep/table.tsv", columns)

    assert (tmp_path / "deep/table.tsv").read_text() == "onset\tname\n0.5\ta\nn/a\tb\n"


def test_a_json_file_holds_what_was_given(tmp_path):
    write_json(tmp_path / "a.json", {"RepetitionTime": 2.0})

    assert json.loads((tmp_path / "a.json").read_text()) == {"RepetitionTime": 2.0}
