"""Mirrors src/boldwise/jobs/rates.py."""

import pytest

from boldwise.jobs.rates import (
    QUANTITIES,
    Sample,
    fit_rates,
    predict,
    read_formulas,
    read_rates,
    terms_of,
)
from boldwise.jobs.sizes import Sizes, as_plain

FORMULAS = {
    "start": {"seconds": 0.3, "bytes": 3000, "memory": 90},
    "default": {name: ["voxels"] for name in QUANTITIES},
    "rules": {
        "fit": {
            "seconds": ["train*voxels", "voxels"],
            "bytes": ["voxels"],
            "memory": [],
        },
        "see": {"by": "space", **{name: ["stimuli"] for name in QUANTITIES}},
    },
}


def job(train, voxels, *, key="fit"):
    """Take 2 s, and 1 ms for each training stimulus and voxel; 8 bytes each voxel."""
    seconds = 2 + 0.001 * train * voxels
    sizes = Sizes(train=train, voxels=voxels, stimuli=train)
    return Sample(key, sizes, seconds, 8.0 * voxels, 200.0)


def predicted(rates, key, sizes, quantity="seconds"):
    return predict(rates, FORMULAS, key, sizes, quantity)


def test_a_constant_and_a_rate_are_found_again():
    samples = [job(10, 10), job(100, 100), job(50, 400), job(400, 50)]

    constant, rate, other = fit_rates(samples, FORMULAS)["fit"]["seconds"]

    assert constant == pytest.approx(2, rel=0.1)
    assert rate == pytest.approx(0.001, rel=0.02)
    assert other == pytest.approx(0, abs=0.01)


def test_rates_hold_for_a_study_that_they_were_not_measured_on():
    rates = fit_rates([job(10, 10), job(400, 1000)], FORMULAS)

    found = predicted(rates, "fit", Sizes(train=400, voxels=2000))

    assert found == pytest.approx(802, rel=0.05)


def test_jobs_of_one_size_grow_beyond_the_start_that_all_share():
    rates = fit_rates([job(100, 100)] * 3, FORMULAS)

    assert rates["fit"]["seconds"][0] == pytest.approx(0.3, abs=0.05)
    assert predicted(rates, "fit", Sizes(train=100, voxels=100)) == pytest.approx(12)


def test_no_rate_is_negative():
    falls = [Sample("fit", Sizes(voxels=n), 10.0 / n, 1.0, 100.0) for n in (1, 5, 9)]

    rates = fit_rates(falls, FORMULAS)["fit"]

    assert all(value >= 0 for quantity in QUANTITIES for value in rates[quantity])


def test_what_was_not_measured_takes_nothing_rather_than_a_guess():
    rates = fit_rates([Sample("fit", Sizes(), 5.0)], FORMULAS)["fit"]

    assert rates["n"] == 1
    assert sum(rates["bytes"]) == pytest.approx(3000, rel=0.01)  # the shared start


def test_a_kind_that_was_never_measured_takes_the_rates_of_another():
    rates = fit_rates([job(10, 10, key="see:a"), job(90, 10, key="see:a")], FORMULAS)

    same = predicted(rates, "see:a", Sizes(stimuli=50))

    assert predicted(rates, "see:b", Sizes(stimuli=50)) == same


def test_a_rule_that_was_never_measured_takes_those_of_all_jobs():
    rates = fit_rates([job(10, 10), job(90, 10)], FORMULAS)

    assert predicted(rates, "new_rule", Sizes(voxels=10)) > 0
    assert terms_of(FORMULAS, "new_rule", "seconds") == ["voxels"]


def test_the_shipped_rates_fit_the_shipped_formulas():
    formulas, rates = read_formulas(), read_rates()["rules"]

    for key in rates:
        rule = key.partition(":")[0]
        for quantity in QUANTITIES:
            terms = terms_of(formulas, "-" if key == "default" else rule, quantity)
            assert len(rates[key][quantity]) == 1 + len(terms)
            assert all(value >= 0 for value in rates[key][quantity])


def test_the_shipped_formulas_name_sizes_that_there_are():
    formulas, sizes = read_formulas(), set(as_plain(Sizes()))

    for own in formulas["rules"].values():
        named = {n for q in QUANTITIES for term in own[q] for n in term.split("*")}
        assert named <= sizes
