"""Stimuli from images, texts, tables and events are joined by id."""

import numpy as np
import pytest
from PIL import Image

from boldwise.errors import DataError
from boldwise.io.stimulus_files import StimulusSource, label_of, read_stimulus_files

RULE = {"drop": ["_cropped"], "replace": {"-": "_"}, "lower": True}
CAPTIONS = {"path": "texts.csv", "stimulus_id": "vid", "text": "said"}


@pytest.fixture
def folder(files):
    """Write three images, and two texts about each."""
    for grey, name in enumerate(("set1/Cat_Nap1", "set2/cat_nap2", "set1/Dog_run1")):
        path = files.folder / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(np.full((12, 20, 3), grey, np.uint8)).save(path)
    rows = ["cat-nap1,It sleeps.", "Cat-nap2,Zzz", "Dog-run1,Fast", "cat-nap1,A nap"]
    files.text("texts.csv", "vid,said", *rows, "Dog-run1,", "other,ignored")
    return files.folder


def read(folder, **fields):
    about = {"root": str(folder), "image_size_px": 8, "id_rule": RULE}
    return read_stimulus_files(StimulusSource(**{**about, **fields}))


def test_images_and_texts_meet_under_one_id(folder):
    stimuli = read(folder, images=["set*/*.png"], captions=CAPTIONS)

    assert stimuli.stimulus_id.tolist() == ["cat_nap1", "cat_nap2", "dog_run1"]
    assert stimuli.caption.tolist() == ["It sleeps.\nA nap", "Zzz", "Fast"]
    assert stimuli.image.shape == (3, 8, 8, 3)
    np.testing.assert_array_equal(stimuli.image[:, 0, 0, 0], [0, 1, 2])


def test_texts_alone_are_stimuli_too(folder):
    stimuli = read(folder, captions=CAPTIONS)

    assert "other" in stimuli.stimulus_id
    assert stimuli.image is None


def test_a_table_says_which_stimuli_there_are(folder, files):
    files.text(
        "table.tsv",
        "stimulus_id\timage\tcategory\tgroup\tnote",
        "Dog_run1\tset1/Dog_run1.png\tanimal;run\td\t-",
        "cat_nap2\tset2/cat_nap2.png\tanimal\tc\t-",
    )

    stimuli = read(folder, table="table.tsv", captions=CAPTIONS)

    assert stimuli.stimulus_id.tolist() == ["cat_nap2", "dog_run1"]
    assert stimuli.category.tolist() == ["animal", "animal;run"]
    assert stimuli.group.tolist() == ["c", "d"]
    assert stimuli.caption.tolist() == ["Zzz", "Fast"]
    np.testing.assert_array_equal(stimuli.image[:, 0, 0, 0], [1, 2])


def test_groups_come_from_ids(folder):
    group = {"pattern": "(.*?)[0-9]+$", "aliases": {"dog_run": "dog_walk"}}

    stimuli = read(folder, images=["set*/*.png"], group=group)

    assert stimuli.group.tolist() == ["cat_nap", "cat_nap", "dog_walk"]


def test_events_name_stimuli_and_categories(bold_fields, files):
    columns = ("onset", "duration", "trial_type")
    for run in ("01", "02"):
        rows = [(6, 3, "face"), (30, 3, "n/a"), (40, 3, "house")]
        files.events(f"sub-s1_run-{run}_events.tsv", *rows, columns=columns)
    runs = {**bold_fields, "stimulus_id": "{trial_type}_run-{run}"}

    stimuli = read(files.folder, runs=runs, subjects=["s1"], id_rule={})

    assert stimuli.stimulus_id.tolist() == [
        "face_run-01",
        "face_run-02",
        "house_run-01",
        "house_run-02",
    ]
    assert stimuli.category.tolist() == ["face", "face", "house", "house"]


def test_events_without_categories_name_stimuli_alone(bold_fields, files):
    stimuli = read(files.folder, runs=bold_fields, subjects=["s1"], id_rule={})

    assert len(stimuli) == 10
    assert stimuli.category is None


def test_volumes_are_the_stimuli_of_continuous_data(bold_fields, files):
    stimuli = read(
        files.folder, runs=bold_fields, subjects=["s1"], continuous=True, id_rule={}
    )

    assert len(stimuli) == 120
    assert stimuli.stimulus_id[0] == "run-01_volume-0000"


def test_a_stimulus_of_two_categories_is_refused(bold_fields, files):
    columns = ("onset", "duration", "stimulus_id", "trial_type")
    for subject, kind in (("s1", "face"), ("s2", "house")):
        name = f"sub-{subject}_run-01_"
        files.events(f"{name}events.tsv", (6, 3, "a", kind), columns=columns)
        files.bold(f"{name}bold.nii.gz")
    runs = {**bold_fields, "runs": ["01"], "mask": None, "rois": {}, "confounds": None}

    with pytest.raises(DataError, match=r"1 stimuli have another trial_type.*s2.*'a'"):
        read(files.folder, runs=runs, subjects=["s1", "s2"])


def test_missing_texts_are_named(folder, files):
    files.text("texts.csv", "vid,said", "cat-nap1,x", "dog_runs1,y")

    with pytest.raises(DataError, match=r"2 of 3 stimuli have no caption: 'cat_nap2'"):
        read(folder, images=["set*/*.png"], captions=CAPTIONS)


def test_two_files_of_one_id_are_refused(folder, files):
    (folder / "set1" / "Cat_nap1.png").write_bytes(b"")

    with pytest.raises(
        DataError, match=r"1 stimulus ids occur more than once: 'cat_nap"
    ):
        read(folder, images=["set*/*.png"])


def test_two_rows_of_one_id_are_refused(folder, files):
    files.text("t.csv", "stimulus_id,caption", "a,x", "b,y", "A,z")

    with pytest.raises(DataError, match=r"t.csv: .*'a' \(row 2 and row 4 are both"):
        read(folder, table="t.csv")


def test_a_pattern_without_images_is_refused(folder):
    with pytest.raises(DataError, match=r"set\*/\*.jpg: no image matches"):
        read(folder, images=["set*/*.jpg"])


def test_no_files_at_all_are_refused(folder):
    with pytest.raises(DataError, match=r"dataset.stimuli names no files"):
        read(folder)


def test_problems_of_several_files_come_together(folder, files):
    files.text("texts.csv", "vid,said", "x,Käse", encoding="latin-1")

    with pytest.raises(DataError) as caught:
        read(folder, images=["*.png"], captions=CAPTIONS)

    one, two = str(caught.value).splitlines()
    assert "no image matches" in one
    assert "not UTF-8" in two


def test_ids_that_belong_to_no_group_are_named():
    with pytest.raises(DataError, match=r"1 of 2 stimulus ids do not match.*'cat'"):
        label_of(np.array(["cat", "dog1"]), "group", pattern="(.*)[0-9]$", aliases={})


def test_categories_come_from_ids_where_a_pattern_says_so(folder):
    rule = {"pattern": "^([a-z]+)_", "aliases": {"dog": "hound"}}

    stimuli = read(folder, images=["set*/*.png"], category=rule)

    assert stimuli.category.tolist() == ["cat", "cat", "hound"]
