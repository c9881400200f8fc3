"""The mean subject, and means over aligned ones."""

import numpy as np
import pytest

from boldwise.decoders.alignment.template import average_anatomy
from boldwise.errors import ShapeMismatchError


def test_without_alignment_the_template_is_the_mean():
    subjects = np.random.default_rng(0).standard_normal((3, 9, 4))

    found = average_anatomy(list(subjects))

    np.testing.assert_allclose(found.pattern, subjects.mean(axis=0))
    np.testing.assert_allclose(found.average(list(subjects)), subjects.mean(axis=0))


def test_subjects_of_other_voxels_have_no_mean():
    with pytest.raises(ShapeMismatchError, match="need an alignment by function"):
        average_anatomy([np.ones((5, 3)), np.ones((5, 4))])
