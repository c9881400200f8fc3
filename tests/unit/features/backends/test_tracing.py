"""Hooks hear what runs in their own thread, as long as they are set."""

from threading import Thread

import torch
from torch import nn

from boldwise.features.backends.tracing import first_tensor, hooked, trace


def test_a_pass_is_traced_in_the_order_in_which_modules_end():
    network = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))

    seen = trace(network, ["2", "0", ""], lambda: network(torch.zeros(5, 3)))

    assert list(seen.items()) == [
        ("0", (1, (5, 4))),
        ("2", (1, (5, 2))),
        ("", (1, (5, 2))),
    ]


def test_runs_are_counted_and_what_does_not_run_is_missing():
    network = nn.ModuleList([nn.Linear(3, 3), nn.Linear(3, 3)])

    seen = trace(network, ["0", "1"], lambda: network[0](network[0](torch.zeros(1, 3))))

    assert seen == {"0": (2, (1, 3))}


def test_hooks_go_even_when_a_pass_fails():
    module, heard = nn.Linear(3, 3), []

    def hook(*called):
        heard.append(called)
        raise KeyError("enough")

    for _ in range(2):
        try:
            with hooked({module: [hook]}):
                module(torch.zeros(1, 3))
        except KeyError:
            module(torch.zeros(1, 3))

    assert len(heard) == 2


def test_passes_of_other_threads_are_not_heard():
    module, heard = nn.Linear(3, 3), []

    with hooked({module: [lambda *called: heard.append(called)]}):
        thread = Thread(target=module, args=(torch.zeros(1, 3),))
        thread.start()
        thread.join()
        assert heard == []
        module(torch.zeros(1, 3))

    assert len(heard) == 1


def test_the_tensor_of_a_tuple_is_its_first():
    tensor = torch.zeros(2)

    assert first_tensor((tensor, None)) is tensor
    assert first_tensor([tensor]) is tensor
    assert first_tensor(()) is None
    assert first_tensor(torch.tensor(1.0)) is None
