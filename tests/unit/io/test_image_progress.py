"""Speed and time left reach the log, not too often."""

import logging

import pytest

from boldwise.io.image_progress import show_images


@pytest.mark.parametrize(("every_s", "n_lines"), [(0.0, 3), (60.0, 1)])
def test_the_end_is_always_told_and_the_rest_only_now_and_then(
    caplog, every_s, n_lines
):
    log = logging.getLogger("images")

    with (
        caplog.at_level(logging.INFO),
        show_images(log, 1000, first=100, every_s=every_s) as tell,
    ):
        for done in (400, 700, 1000):
            tell(done)

    assert len(caplog.messages) == n_lines
    assert caplog.messages[-1].startswith("1,000 of 1,000 images, ")
    assert caplog.messages[-1].endswith("images/s, 0 s left")
