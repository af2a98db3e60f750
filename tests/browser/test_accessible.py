"""Every page for readers who see, hear or point otherwise: axe's rules, the keyboard, zoom, a phone's width."""

import json
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from charts import catalogue
from tests.browser.conftest import watch

pytestmark = pytest.mark.browser
AXE = Path(str(files("axe_playwright_python"))) / "axe.min.js"
DASHBOARD = (
    "/",
    "/adoption",
    "/leaderboards",
    "/licences",
    "/compare",
    "/compare?mode=blind",
    "/compare?mode=pack",
    "/compare?mode=record",
    f"/briefing?slide={quote('chart=downloads_over_time')}&slide={quote('words=Welcome')}",
    "/revisions",
    "/data_and_methods",
    "/adoption?view=projector",
)
PLAIN = (
    "/chart/",
    "/chart/downloads_over_time",
    "/chart/licence_share_by_region",
    "/chart/scores_over_time",
    "/chart/no_such_chart",
    "/embed/open_closed_frontier",
    "/digest",
    "/api/v1/",
    "/briefing/deck/state_of_open_models",
)
THEMES = ("light", "dark")
PHONE, ZOOMED = {"width": 390, "height": 844}, {"width": 720, "height": 450}  # zoomed: 1440 x 900 at 200 %
# What Streamlit writes and no page can change, each with why it stays:
STREAMLITS_OWN = (
    # Its grid of a table paints on a canvas, with a hidden table below whose roles axe does not follow.
    [["[data-testid='stDataFrame']"]],
)
GRAVE = {"serious", "critical"}


def open_page(browser: Browser, address: str, path: str, theme: str) -> Page:
    """The page when it has come to rest, with axe in it."""
    context = browser.new_context(
        bypass_csp=True,
        reduced_motion="reduce",
        color_scheme=theme,  # type: ignore[arg-type]
        viewport={"width": 1440, "height": 900},
    )
    context.set_default_timeout(45_000)
    page = watch(context, address).page
    page.goto(f"{address}{path}")
    at_rest(page, path)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page


def at_rest(page: Page, path: str) -> None:
    if path in DASHBOARD:
        page.locator("h1.finding").first.wait_for()
        page.locator("[data-testid='stSkeleton']").first.wait_for(state="detached")
        page.wait_for_timeout(700)


def violations(page: Page) -> list[str]:
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = page.evaluate(
        "([left, options]) => axe.run({exclude: left}, options)", [[one[0] for one in STREAMLITS_OWN], options]
    )
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {json.dumps([node['html'][:160] for node in one['nodes'][:3]])}"
        for one in found["violations"]
        if one["impact"] in GRAVE
    ]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("path", [*DASHBOARD, *PLAIN])
def test_no_page_has_a_grave_barrier_nor_runs_off_a_phone_or_a_zoomed_window(
    browser: Browser, address: str, path: str, theme: str
) -> None:
    page = open_page(browser, address, path, theme)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.lang") == "en"
    # Where things stand does not depend on their colours.
    if theme == "light" and "projector" not in path and "deck" not in path:
        for size in (ZOOMED, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            at_rest(page, path)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert violations(page) == []
    page.context.close()


@pytest.mark.parametrize("path", ["/adoption", "/licences", "/chart/downloads_over_time", "/briefing"])
def test_the_keyboard_reaches_the_ways_out_and_shows_where_it_is(browser: Browser, address: str, path: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = watch(context, address).page
    page.goto(f"{address}{path}")
    page.locator("h1").first.wait_for(timeout=45_000)
    page.wait_for_timeout(1500)
    unseen, reached = [], []
    for _ in range(60):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
              let one = document.activeElement;
              while (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
              const look = getComputedStyle(one), around = one.closest('[data-baseweb], label, div');
              const shown = style => style && ((style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)
                || style.boxShadow !== 'none');
              const ring = shown(look) || shown(around && getComputedStyle(around))
                || shown(one.parentElement && getComputedStyle(one.parentElement))
                || look.borderTopColor !== look.color;
              return [one.tagName, (one.innerText || one.getAttribute('aria-label') || one.value || '').trim(), ring];
            }"""
        )
        if at[0] in {"BODY", "CANVAS"}:  # the end; a grid, in which Tab goes from cell to cell
            break
        reached.append(at[1])
        if not at[2]:
            unseen.append(at)
    context.close()
    assert unseen == []
    wanted = {
        "/briefing": ["Add the chart"],
        "/chart/downloads_over_time": ["Explore this chart", "Excel", "PowerPoint"],
    }
    assert set(wanted.get(path, ["Picture", "Data", "Cite", "Link", "+ Briefing"])) <= set(reached)


@pytest.mark.parametrize("path", ["/adoption", "/leaderboards", "/licences"])
def test_each_chart_says_its_finding_to_those_who_do_not_see_it_and_has_a_table(
    browser: Browser, address: str, path: str
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = watch(context, address).page
    page.goto(f"{address}{path}")
    charts = [chart for chart in catalogue.CHARTS if chart.page == path.removeprefix("/")]
    for chart in charts:
        block = page.locator(f".st-key-block_{chart.id}")
        block.locator(".js-plotly-plot").first.wait_for(timeout=45_000)
        told = block.locator("[role=img], [aria-label]").evaluate_all(
            "all => all.map(one => one.ariaLabel || '').join(' ')"
        )
        assert any(letter.isdigit() for letter in told), chart.id
        assert block.get_by_text("Table", exact=True).count() == 1
    context.close()


def test_motion_stops_where_a_reader_asks_for_none(browser: Browser, address: str) -> None:
    page = open_page(browser, address, "/adoption", "light")
    moving = page.evaluate("document.getAnimations().filter(one => one.playState === 'running').length")
    page.context.close()
    assert moving == 0
