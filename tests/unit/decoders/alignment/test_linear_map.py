"""What is refused before subjects are aligned."""

import numpy as np
import pytest

from boldwise.decoders.alignment.linear_map import check_rows
from boldwise.errors import DataError


def test_no_subject_at_all_is_refused():
    with pytest.raises(DataError, match="no subject to align: give the responses of 1"):
        check_rows([])


def test_subjects_of_the_same_stimuli_come_back_as_they_came():
    subjects = [np.zeros((3, 2)), np.ones((3, 5))]

    assert check_rows(subjects) is subjects
