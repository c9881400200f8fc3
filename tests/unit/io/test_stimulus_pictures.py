"""Pictures are named by their files, and by their folders where these tell."""

import pytest

from boldwise.errors import DataError
from boldwise.io.stimulus_ids import IdRule
from boldwise.io.stimulus_pictures import find_pictures


@pytest.fixture
def folder(tmp_path):
    for name in ("all/cat/1.jpg", "all/dog/1.jpg", "all/dog/2.jpg"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def test_folders_below_the_fixed_part_belong_to_the_id(folder):
    found = find_pictures(folder, ["all/*/*.jpg"], rule=IdRule(), folder_in_id=True)

    assert sorted(found) == ["cat-1", "dog-1", "dog-2"]
    assert found["dog-2"] == str(folder / "all/dog/2.jpg")


def test_the_rule_is_applied_to_the_whole_name(folder):
    rule = IdRule(replace={"-": "_"}, drop=["dog-"])

    found = find_pictures(folder, ["all/dog/*.jpg"], rule=rule, folder_in_id=True)
    both = find_pictures(folder, ["all/*/*.jpg"], rule=rule, folder_in_id=True)

    assert sorted(found) == ["1", "2"]
    assert sorted(both) == ["1", "2", "cat_1"]


def test_equal_names_in_several_folders_are_refused_with_the_way_out(folder):
    said = r"1 stimulus ids occur more than once.*folder_in_id"
    with pytest.raises(DataError, match=said):
        find_pictures(folder, ["all/*/*.jpg"], rule=IdRule())


def test_a_pattern_without_files_is_named(folder):
    with pytest.raises(DataError, match=r"all/\*\.png: no image matches"):
        find_pictures(folder, ["all/*.png"], rule=IdRule())
