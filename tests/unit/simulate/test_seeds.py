"""Random numbers by name."""

from boldwise.simulate.seeds import named_rng


def test_the_same_name_gives_the_same_numbers():
    assert named_rng(1, "a", "b").random() == named_rng(1, "a", "b").random()


def test_other_names_and_seeds_give_other_numbers():
    streams = [
        named_rng(1),
        named_rng(2),
        named_rng(1, "a"),
        named_rng(1, "b"),
        named_rng(1, "a", "b"),
        named_rng(1, "b", "a"),
        named_rng(1, "ab"),
    ]

    assert len({rng.random() for rng in streams}) == len(streams)
