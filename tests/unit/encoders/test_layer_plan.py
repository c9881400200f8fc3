"""Who chooses a layer with whom, and what there must be to choose from."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.encoders.layer_plan import plan_layers
from boldwise.encoders.plan import plan_voxelwise
from boldwise.errors import DataError

ALPHAS = [0.1, 10.0]


def plan(study, **options):
    return plan_layers(
        study.responses, study.spaces, study.split, alphas=ALPHAS, **options
    )


def with_regions(study, **roi):
    masks = {name: np.array(inside, bool) for name, inside in roi.items()}
    voxels = replace(study.responses.voxels, roi=masks)
    study.responses = replace(study.responses, voxels=voxels)


def test_each_space_is_planned_by_itself(study):
    found = plan(study)

    widths = [layer.folds[0].test_design.shape[1] for layer in found.layers]
    assert widths == [4, 3]
    for layer, space in zip(found.layers, study.spaces, strict=True):
        alone = plan_voxelwise(study.responses, [space], study.split, alphas=ALPHAS)
        np.testing.assert_array_equal(
            layer.folds[1].test_design, alone.folds[1].test_design
        )
    assert found.n_folds == 2


def test_each_voxel_chooses_for_itself_unless_told_otherwise(study):
    assert plan(study).group is None
    assert plan(study, choose_by="all").group.tolist() == [0, 0, 0, 0]


def test_voxels_of_the_same_regions_choose_together(study):
    with_regions(study, V1=[1, 1, 0, 0], left=[1, 0, 1, 0])

    group = plan(study, choose_by="roi").group

    assert len(set(group.tolist())) == 4  # V1 left, V1, left, none

    with_regions(study, V1=[1, 1, 0, 0], left=[1, 1, 0, 0])
    group = plan(study, choose_by="roi").group
    assert group[0] == group[1] != group[2] == group[3]


def test_regions_that_are_not_there_are_missed(study):
    with_regions(study)

    with pytest.raises(DataError, match=r"these 4 voxels have none.*choose_by: voxel"):
        plan(study, choose_by="roi")


def test_an_unknown_choice_names_those_that_are_known(study):
    with pytest.raises(DataError, match="no choice by 'lobe'; known: voxel, roi, all"):
        plan(study, choose_by="lobe")


def test_one_space_is_no_choice(study):
    study.spaces = study.spaces[:1]

    with pytest.raises(DataError, match="two feature spaces or more, got 1"):
        plan(study)
