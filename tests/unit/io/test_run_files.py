"""Templates are filled in once, or once per hemisphere."""

from boldwise.io.run_files import fill_sides


def test_hemispheres_are_left_then_right():
    assert fill_sides("{hemi}.{subject}.mgz", {"subject": "1"}) == (
        "lh.1.mgz",
        "rh.1.mgz",
    )


def test_one_file_is_one_file():
    assert fill_sides("sub-{subject}.nii", {"subject": "1"}) == ("sub-1.nii",)
