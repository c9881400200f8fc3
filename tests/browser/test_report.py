"""The report in a real browser: wide and narrow, light and dark, without a network."""

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:The set_bad function"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:nilearn.*"),
]
WIDTHS = [1400, 400]
SECTIONS = (
    *(
        "glance",
        "run",
        "quality",
        "split",
        "ceilings",
        "accuracy",
        "penalties",
        "comparison",
    ),
    *("identification", "truth", "tiny-clip", "methods", "again"),
)


def scroll_through(page):
    """Bring every part of the page into view once, as a reader would."""
    page.evaluate(
        """async () => {
            for (let y = 0; y < document.body.scrollHeight; y += 600) {
                window.scrollTo(0, y);
                await new Promise((done) => setTimeout(done, 20));
            }
        }"""
    )
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_never_scrolls_sideways(open_report, width):
    page = open_report(width).page
    scroll_through(page)

    found = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")

    assert found[0] <= found[1]


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_too_wide_scrolls_within_itself(open_report, width):
    page = open_report(width).page

    outside = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter((one) => {
            const box = one.getBoundingClientRect();
            return box.width > 0 && box.right > window.innerWidth + 1
                && !one.closest('.scroll') && !one.closest('details:not([open])');
        }).map((one) => one.outerHTML.slice(0, 80))"""
    )

    assert outside == []


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_fetched_and_nothing_goes_wrong(open_report, report, width):
    opened = open_report(width)
    scroll_through(opened.page)

    assert opened.requests == [report.as_uri()]
    assert opened.messages == []


def test_every_picture_decodes_and_has_words(open_report):
    page = open_report(1400).page

    pictures = page.evaluate(
        """async () => Promise.all([...document.images].map(async (one) => {
            await one.decode();
            return [one.naturalWidth, one.alt.length];
        }))"""
    )

    assert len(pictures) == 24
    assert all(width > 100 and words > 20 for width, words in pictures)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_section_is_there_and_its_link_leads_to_it(open_report, width):
    page = open_report(width).page

    for name in SECTIONS:
        page.locator(f"nav a[href='#{name}']").click()
        page.wait_for_function(
            """(name) => {
                const top = document.getElementById(name).getBoundingClientRect().top;
                const atEnd = window.innerHeight + window.scrollY
                    >= document.body.scrollHeight - 2;
                return Math.abs(top) < 60 || (atEnd && top < window.innerHeight);
            }""",
            arg=name,
        )
    assert page.locator("main section").count() == len(SECTIONS)


def test_the_contents_stay_in_view_on_a_wide_screen(open_report):
    page = open_report(1400).page

    page.evaluate("window.scrollTo({top: 4000, behavior: 'instant'})")

    box = page.locator("nav").bounding_box()
    assert box["y"] == 0
    assert box["x"] == 0


def test_the_brain_can_be_clicked_through(open_report):
    page = open_report(1400).page
    page.locator("iframe").scroll_into_view_if_needed()
    frame = page.frame_locator("iframe")
    canvas = frame.locator("canvas").first
    canvas.wait_for()
    page.wait_for_timeout(500)
    before = canvas.evaluate("(one) => one.toDataURL()")

    box = canvas.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.45)
    page.wait_for_timeout(300)

    assert canvas.evaluate("(one) => one.toDataURL()") != before


def test_the_frame_cannot_reach_the_page_around_it(open_report):
    page = open_report(1400).page
    page.locator("iframe").scroll_into_view_if_needed()
    page.frame_locator("iframe").locator("canvas").first.wait_for()

    said = page.frames[-1].evaluate(
        """() => {
            try { return window.parent.document.title; } catch (e) { return e.name; }
        }"""
    )

    assert said == "SecurityError"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(open_report, scheme):
    """WCAG 2.2, 1.4.3: a contrast of at least 4.5 for text of this size."""
    page = open_report(1400, scheme=scheme).page

    ratios = page.evaluate(
        """() => {
            const light = (text) => {
                const parts = text.match(/[\\d.]+/g).slice(0, 3).map((v) => {
                    const c = Number(v) / 255;
                    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
                });
                return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
            };
            const ground = light(getComputedStyle(document.body).backgroundColor);
            const names = ['p', '.note', 'th', 'td', 'a', '.yes', '.no', 'summary'];
            return names.map((s) => {
                const ink = light(getComputedStyle(document.querySelector('main ' + s)
                    || document.querySelector(s)).color);
                const pair = [ink, ground].sort((a, b) => b - a);
                return [s, (pair[0] + 0.05) / (pair[1] + 0.05)];
            });
        }"""
    )

    assert {name: ratio for name, ratio in ratios if ratio < 4.5} == {}


def test_dark_and_light_differ(open_report):
    grounds = {
        scheme: open_report(1400, scheme=scheme).page.evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for scheme in ("light", "dark")
    }

    assert grounds["light"] != grounds["dark"]


def test_details_open_on_request(open_report):
    page = open_report(1400).page
    config = page.locator("details", has_text="The config, with its defaults")

    config.locator("summary").click()

    assert config.locator("pre").is_visible()
    assert "feature_spaces:" in config.locator("pre").inner_text()


def test_first_columns_stay_in_view_while_a_table_scrolls(open_report):
    page = open_report(400).page
    box = page.locator("#comparison .scroll:has(table)").first

    box.evaluate("(one) => { one.scrollLeft = 200; }")

    first = box.locator("tbody th").first.bounding_box()
    assert first["x"] >= box.bounding_box()["x"] - 1


def test_the_page_is_of_a_size_that_can_be_mailed(report):
    assert report.stat().st_size < 8_000_000
