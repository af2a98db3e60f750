"""Pictures as readers make them: a click in the bar below the chart, until the file is there."""

import statistics
import time

from playwright.sync_api import Page, sync_playwright

from tests.chromium import FLAGS, chromium

CHART = "downloads_over_time"
# Form -> the name of its button in the panel "Picture".
BUTTONS = {
    "png": "PNG",
    "png, three times as fine": "PNG, three times as fine",
    "png, square": "Square PNG",
    "svg": "SVG",
}


def pictures(url: str, repeats: int) -> list[dict[str, object]]:
    """A row for each form of picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, accept_downloads=True)
        page.goto(f"{url}/adoption")
        page.locator(f".st-key-chart_{CHART} .js-plotly-plot .main-svg").first.wait_for(timeout=60_000)
        bar = page.locator(f".st-key-take_away_{CHART}")
        bar.get_by_role("button", name="Picture", exact=True).click()
        rows = [_row(page, name, button, repeats) for name, button in BUTTONS.items()]
        browser.close()
    return rows


def _row(page: Page, name: str, button: str, repeats: int) -> dict[str, object]:
    times, size = [], 0
    for _ in range(repeats):
        started = time.perf_counter()
        with page.expect_download() as download:
            page.locator(f".st-key-take_away_{CHART}").get_by_role("button", name=button, exact=True).click()
        size = download.value.path().stat().st_size
        times.append(time.perf_counter() - started)
    return {
        "what": f"picture {name}",
        "median": f"{statistics.median(times):.3f}",
        "slowest": f"{max(times):.3f}",
        "KB": f"{size / 1000:.0f}",
        "n": repeats,
    }
