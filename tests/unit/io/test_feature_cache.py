"""Where the cache lies, what its names depend on, how large it is."""

from pathlib import Path

import pytest

from boldwise.io.feature_cache import Cache, find_cache


def test_it_lies_where_the_variable_says(tmp_path, monkeypatch):
    monkeypatch.setenv("BOLDWISE_FEATURES_CACHE", str(tmp_path / "c"))

    assert find_cache("results/a/features/b.h5") == Cache(
        tmp_path / "c" / "features", keep=True
    )


def test_without_the_variable_studies_of_one_folder_share_it(monkeypatch):
    monkeypatch.delenv("BOLDWISE_FEATURES_CACHE", raising=False)

    one = find_cache("results/a/features/b.h5")

    assert one == find_cache("results/other/features/b.h5")
    assert one.folder == Path("results/.cache/features")


@pytest.mark.parametrize("off", ["off", "OFF", "0", "none"])
def test_switched_off_it_only_bridges_a_kill(monkeypatch, off):
    monkeypatch.setenv("BOLDWISE_FEATURES_CACHE", off)

    found = find_cache("results/a/features/b.h5")

    assert found == Cache(Path("results/a/features/.unfinished"), keep=False)


def test_names_depend_on_every_part_of_the_identity_and_not_on_their_order(tmp_path):
    cache = Cache(tmp_path, keep=True)
    identity = {"model": "a", "readout": {"layer": "1"}}

    name = cache.path_of(identity)

    assert name == cache.path_of(dict(reversed(identity.items())))
    assert name != cache.path_of({**identity, "readout": {"layer": "2"}})
    assert name.suffix == ".rows"


def test_its_size_is_counted_and_clearing_leaves_other_files(tmp_path):
    cache = Cache(tmp_path, keep=True)
    (tmp_path / "a.rows").write_bytes(b"12345")
    (tmp_path / "b.rows").write_bytes(b"123")
    (tmp_path / "mine.txt").write_text("kept")
    assert cache.size == (2, 8)

    cache.clear()

    assert cache.size == (0, 0)
    assert (tmp_path / "mine.txt").exists()


@pytest.mark.parametrize("told", ["", "  ", "off", "None"])
def test_who_asks_about_the_cache_alone_is_shown_the_shared_one(monkeypatch, told):
    monkeypatch.setenv("BOLDWISE_FEATURES_CACHE", told)

    assert find_cache() == Cache(Path("results/.cache/features"), keep=True)


def test_home_and_variables_are_written_out(tmp_path, monkeypatch):
    monkeypatch.setenv("SCRATCH", str(tmp_path))
    monkeypatch.setenv("BOLDWISE_FEATURES_CACHE", " $SCRATCH/c ")

    assert find_cache().folder == tmp_path / "c" / "features"


def test_a_cache_that_nobody_has_filled_is_empty(tmp_path):
    cache = Cache(tmp_path / "absent", keep=True)

    cache.clear()

    assert cache.size == (0, 0)
    assert not cache.folder.exists()


def test_names_depend_on_no_order_however_deep_and_tell_numbers_from_text(tmp_path):
    cache = Cache(tmp_path, keep=True)
    one, other = ({"a": {"x": 1, "y": 2}}, {"a": {"y": 2, "x": 1}})

    assert cache.path_of(one) == cache.path_of(other)
    assert cache.path_of({"a": 1}) != cache.path_of({"a": "1"})
    assert cache.path_of(one).parent == tmp_path
