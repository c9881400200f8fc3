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
