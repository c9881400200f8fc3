"""What each measure of identification is, in words."""

FORMULAS = {
    "top1": "share of items whose true stimulus ranks first among the n_pool test "
    "stimuli of its fold (ties: not found)",
    "top5": "share of items whose true stimulus ranks among the first five",
    "two_way": "share of distractors that are less similar than the true stimulus, "
    "ties counting half; mean over items",
    "median_rank": "median over items of the true stimulus's rank, from 1",
    "accuracy": "share of items whose category is named",
}
SUFFIXES = {
    "to_brain": "in the other direction: each stimulus looks for its own among the "
    "patterns decoded from the test brains of its fold",
    "corrected": "with hubs corrected by all test items of the fold: transductive",
}


def formula_of(name: str) -> str:
    """Say how a measure is defined.

    Parameters
    ----------
    name : str
        One of ``FORMULAS``; or with ``_`` and one of ``SUFFIXES``.

    Returns
    -------
    formula : str

    Examples
    --------
    >>> formula_of("accuracy")
    'share of items whose category is named'
    """
    if name in FORMULAS:
        return FORMULAS[name]
    suffix = next(one for one in SUFFIXES if name.endswith(f"_{one}"))
    return f"{FORMULAS[name.removesuffix(f'_{suffix}')]}; {SUFFIXES[suffix]}"
