"""Tables are read whole or refused with the line that is wrong."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.io.tables import numbers, read_table, read_text


def test_columns_come_by_name_in_the_order_of_the_rows(files):
    path = files.text("t.tsv", "a\tb", "1\tx y", "2\t z ")

    table = read_table(path)

    assert {name: column.tolist() for name, column in table.items()} == {
        "a": ["1", "2"],
        "b": ["x y", "z"],
    }


def test_commas_separate_csv_and_quotes_protect_them(files):
    path = files.text("t.csv", "id,text", '1,"a man, and', 'a dog"', "", "2,cat")

    assert read_table(path)["text"].tolist() == ["a man, and\na dog", "cat"]


def test_rare_line_separators_do_not_end_a_row(files):
    path = files.text("t.csv", "id,text", "1,one\u2028two")

    assert read_table(path)["text"].tolist() == ["one\u2028two"]


def test_a_byte_order_mark_is_no_part_of_the_first_name(files):
    path = files.text("t.csv", "id,text", "1,x", encoding="utf-8-sig")

    assert list(read_table(path)) == ["id", "text"]


def test_a_table_without_rows_has_its_columns(files):
    table = read_table(files.text("t.tsv", "a\tb"))

    assert [len(column) for column in table.values()] == [0, 0]


def test_absent_files_are_named(tmp_path):
    with pytest.raises(DataError, match=r"gone.csv: no such file"):
        read_text(tmp_path / "gone.csv")


def test_text_that_is_not_utf8_is_refused_with_its_line(files):
    path = files.text("t.csv", "id,text", "1,ok", "2,Käse", encoding="latin-1")

    with pytest.raises(DataError, match=r"not UTF-8 text \(byte 0xe4 in line 3\)"):
        read_table(path)


def test_rows_of_another_length_are_refused_with_their_line(files):
    path = files.text("t.csv", "id,text", "1,x", "2,x,y")

    with pytest.raises(DataError, match=r"line 3 has 3 values.*2 columns \(id, text\)"):
        read_table(path)


def test_a_missing_column_is_refused_with_those_there_are(files):
    path = files.text("t.tsv", "onset\tlength")

    with pytest.raises(DataError, match=r"no column 'duration'.*onset, length"):
        read_table(path, needed=("onset", "duration"))


def test_a_column_named_twice_is_refused(files):
    with pytest.raises(DataError, match="named twice"):
        read_table(files.text("t.tsv", "a\ta", "1\t2"))


def test_an_empty_file_is_refused_where_columns_are_needed(tmp_path):
    (tmp_path / "t.tsv").touch()

    with pytest.raises(DataError, match="no column 'onset'; its columns are none"):
        read_table(tmp_path / "t.tsv", needed=("onset",))


def test_what_csv_cannot_hold_is_refused(files):
    path = files.text("t.csv", "id,text", "1," + "x" * 200_000)

    with pytest.raises(DataError, match="line 2 cannot be read as a table"):
        read_table(path)


def test_numbers_may_be_missing():
    values = numbers(np.array(["1.5", "n/a", ""]), name="x", path="t.tsv")

    np.testing.assert_array_equal(values, [1.5, np.nan, np.nan])


def test_words_among_numbers_are_refused_with_their_row():
    with pytest.raises(DataError, match="row 3 of column 'x' holds 'two'"):
        numbers(np.array(["1", "two"]), name="x", path="t.tsv")
