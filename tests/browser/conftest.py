"""A page with real figures, and a browser to open it in."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
sys.path.insert(0, str(ROOT / "tests/unit/reporting"))  # for tiny_study.py


@dataclass
class Opened:
    """A page in a window, and what the browser said while it loaded.

    Attributes
    ----------
    page : playwright page
    messages : list of str
        Errors and warnings of the console, and errors of scripts.
    requests : list of str
        Addresses that were fetched, except those that hold their own data.
    """

    page: object
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def report(tmp_path_factory) -> Path:
    """Build the report of the tiny study with real figures and the real captions."""
    from real_page import build_real_page

    return build_real_page(tmp_path_factory.mktemp("page") / "results" / "tiny", ROOT)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Start Chromium once, without a window."""
    from playwright import sync_api

    if not CHROMIUM.exists():
        pytest.fail("no Chromium: run make browser, or apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()


@pytest.fixture
def open_report(browser, report):
    """Give a function that opens the report in a window of some width."""
    contexts = []

    def open_at(width_px: int, *, scheme: str = "light") -> Opened:
        context = browser.new_context(
            viewport={"width": width_px, "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.on("console", lambda m: _note(opened, m))
        opened.page.on("pageerror", lambda e: opened.messages.append(str(e)))
        opened.page.on("request", lambda r: _note_request(opened, r))
        opened.page.goto(report.as_uri())
        return opened

    yield open_at
    for context in contexts:
        context.close()


def _note(opened: Opened, message: object) -> None:
    if message.type in ("error", "warning"):
        opened.messages.append(message.text)


def _note_request(opened: Opened, request: object) -> None:
    if not request.url.startswith(("data:", "about:")):
        opened.requests.append(request.url)
