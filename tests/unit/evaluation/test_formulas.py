"""Every measure says how it is defined."""

from boldwise.evaluation.formulas import FORMULAS, formula_of


def test_every_name_of_a_measure_has_a_formula():
    assert formula_of("top1") == FORMULAS["top1"]
    assert "transductive" in formula_of("two_way_corrected")
    told = formula_of("median_rank_to_brain")
    assert told.startswith(FORMULAS["median_rank"])
    assert "other direction" in told
