"""Mirrors src/boldwise/io/text_grids.py."""

from pathlib import Path

import pytest

from boldwise.errors import DataError
from boldwise.io.text_grids import Spoken, read_transcript

LONG = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 3
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "word"
        xmin = 0
        xmax = 3
        intervals: size = 3
        intervals [1]:
            xmin = 0
            xmax = 1
            text = ""
        intervals [2]:
            xmin = 1
            xmax = 1.5
            text = "Grüße"
        intervals [3]:
            xmin = 1.5
            xmax = 3
            text = "sp"
    item [2]:
        class = "TextTier"
        name = "clicks"
        xmin = 0
        xmax = 3
        points: size = 1
        points [1]:
            number = 1
            mark = "x"
"""
FOUND = [Spoken("word", "Grüße", 1.0, 1.5), Spoken("word", "sp", 1.5, 3.0)]
ALICE = Path(__file__).parents[3] / "../shared/data/alice_brennan2016/alice_stim_shared"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_intervals_are_read_in_both_encodings_of_praat(tmp_path, encoding):
    path = tmp_path / "a.TextGrid"
    path.write_text(LONG, encoding=encoding)

    assert read_transcript(path) == FOUND


def test_tables_say_the_same(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("label,onset_s,offset_s\n,0,1\nGrüße,1,1.5\nsp,1.5,3\n")

    assert read_transcript(path) == FOUND


def test_a_table_may_have_tiers(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("tier\tlabel\tonset_s\toffset_s\nphone\tAH\t0\t1\n")

    assert read_transcript(path) == [Spoken("phone", "AH", 0, 1)]


@pytest.mark.parametrize("text", ["", "hello", LONG[:200]])
def test_what_is_no_text_grid_is_told_in_a_sentence(tmp_path, text):
    path = tmp_path / "a.TextGrid"
    path.write_text(text)

    with pytest.raises(
        DataError, match=r"a\.TextGrid: (cannot be read|holds no label)"
    ):
        read_transcript(path)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.csv", "label,onset_s,offset_s\nw,2,1\n", "1 of 1 intervals end before"),
        ("a.csv", "label,onset_s,offset_s\nw,n/a,1\n", "or have no time: 'w'"),
        ("a.csv", "label,onset_s,offset_s\n,0,1\n", "holds no labelled interval"),
        ("a.docx", "", r"from .TextGrid, .csv and .tsv files, not from '.docx'"),
    ],
)
def test_bad_transcripts_have_their_sentence(tmp_path, name, text, told):
    path = tmp_path / name
    path.write_text(text)

    with pytest.raises(DataError, match=told):
        read_transcript(path)


def test_an_absent_transcript_is_told(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        read_transcript(tmp_path / "a.TextGrid")


@pytest.mark.skipif(not ALICE.is_dir(), reason="the shared example data are not here")
def test_the_words_of_alice_are_all_there():
    spoken = read_transcript(next(ALICE.glob("*.TextGrid")))

    words = [one for one in spoken if one.label not in ("sp", "")]
    assert len(words) == 2127
    assert words[0].onset_s == pytest.approx(20.06, abs=0.005)
    assert words[-1].offset_s == pytest.approx(743.3, abs=0.05)


def test_rows_of_a_table_come_in_order_of_onset_within_their_tier(tmp_path):
    path = tmp_path / "a.csv"
    rows = ["word,b,2,3", "phone,y,2,2.5", "word,a,1,2", "phone,x,1,2", "word,b2,2,4"]
    path.write_text("\n".join(["tier,label,onset_s,offset_s", *rows, ""]))

    found = read_transcript(path)

    assert [(one.tier, one.label) for one in found] == [
        *(("word", "a"), ("word", "b"), ("word", "b2")),
        *(("phone", "x"), ("phone", "y")),
    ]


def test_an_instant_is_an_interval_and_a_backward_one_is_not(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("label,onset_s,offset_s\nclick,1,1\n")
    assert read_transcript(path) == [Spoken("word", "click", 1.0, 1.0)]

    path.write_text("label,onset_s,offset_s\na,1,2\nb,3,2.9\nc,n/a,9\n")
    with pytest.raises(DataError, match=r"2 of 3 intervals .*'b', 'c'"):
        read_transcript(path)


def test_a_table_of_words_without_times_says_what_it_lacks(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("label,onset\nw,1\n")

    with pytest.raises(DataError, match="onset_s"):
        read_transcript(path)
