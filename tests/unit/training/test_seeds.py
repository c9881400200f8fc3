"""Mirrors src/boldwise/training/seeds.py."""

import pytest
import torch

from boldwise.training.seeds import seed_torch, seeded, stream, threads

CPU = torch.device("cpu")


def test_the_callers_random_numbers_go_on_undisturbed():
    torch.manual_seed(5)
    expected = torch.rand(3)

    torch.manual_seed(5)
    with seeded(0):
        torch.rand(100)

    assert torch.equal(torch.rand(3), expected)


def test_also_after_an_error():
    before = torch.get_rng_state()
    with pytest.raises(ZeroDivisionError), seeded(0):
        torch.rand(1 // 0)

    assert torch.equal(torch.get_rng_state(), before)


def test_equal_seeds_give_equal_weights():
    drawn = []
    for seed in (1, 1, 2):
        with seeded(seed):
            drawn.append(torch.nn.Linear(3, 3).weight)

    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])


def test_each_step_has_numbers_of_its_own():
    keys = [(seed, purpose, n) for seed in (0, 1) for purpose in (0, 1) for n in (0, 1)]
    found = set()
    with seeded(0):
        for key in keys:
            seed_torch(CPU, *key)
            found |= {float(torch.rand(1)), float(stream(*key).random())}

    assert len(found) == 2 * len(keys)


def test_threads_are_given_back():
    before = torch.get_num_threads()

    with threads(before + 1):
        assert torch.get_num_threads() == before + 1

    assert torch.get_num_threads() == before
