"""Every page in a real browser: deep link first, dark, phone, projector, keyboard, and what can be taken away."""

import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from charts.theme import DARK, LIGHT
from dashboard.frame import PAGES
from tests.browser.conftest import Seen, open_page
from warehouse.connect import current_release_id

pytestmark = pytest.mark.browser

PATHS = {page.page_id: "" if page.page_id == "overview" else page.page_id for page in PAGES}
WITH_CHARTS = [page.page_id for page in PAGES if page.charts]
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 Safari/604.1",
}


BAR = ".st-key-take_away_downloads_over_time"
# What has the focus, also inside a component: its words, and the outline that shows where the keyboard is.
FOCUSED = """() => {
  let active = document.activeElement;
  while (active.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return [(active.innerText || '').trim(), getComputedStyle(active).outlineStyle];
}"""


def line_colours(page: Page) -> list[str]:
    """Stroke colours of all lines of the first chart, as rgb()."""
    page.wait_for_selector(".js-plotly-plot .scatterlayer .js-line, .js-plotly-plot .trace path")
    script = "lines => lines.map(line => getComputedStyle(line).stroke)"
    return page.locator(".js-plotly-plot").first.locator(".scatterlayer .js-line").evaluate_all(script)


def rgb(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


@pytest.mark.parametrize("page_id", PATHS)
def test_a_deep_link_as_first_visit_shows_the_whole_page(seen: Seen, address: str, page_id: str) -> None:
    page = open_page(seen, address, PATHS[page_id])
    expect(page.locator("[role=status].simulated")).to_be_visible()
    expect(page.locator(".st-key-navigation a")).to_have_count(len(PAGES))
    if page_id in WITH_CHARTS:
        page.wait_for_selector(".js-plotly-plot .main-svg")
        expect(page.locator("[role=figure][aria-label]").first).to_be_visible()
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert seen.errors == []
    assert seen.foreign == [], "nothing may be asked of another host"
    assert [url for url in seen.missing if "/_stcore/" not in url] == []


def test_the_first_line_has_the_colour_of_china(seen: Seen, address: str) -> None:
    page = open_page(seen, address, "adoption")
    colours = line_colours(page)
    assert rgb(LIGHT.regions["China"]) in colours
    assert rgb(LIGHT.regions["United States"]) in colours


class TestInTheDark:
    @pytest.fixture
    def context_options(self) -> dict[str, object]:
        return {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"}

    def test_page_and_chart_are_dark(self, seen: Seen, address: str) -> None:
        page = open_page(seen, address, "adoption")
        assert rgb(DARK.regions["China"]) in line_colours(page)
        paper = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
        assert paper == rgb(DARK.paper)


class TestOnAPhone:
    @pytest.fixture
    def context_options(self) -> dict[str, object]:
        return PHONE

    @pytest.mark.parametrize("page_id", PATHS)
    def test_nothing_is_wider_than_the_screen(self, seen: Seen, address: str, page_id: str) -> None:
        page = open_page(seen, address, PATHS[page_id])
        if page_id in WITH_CHARTS:
            page.wait_for_selector(".js-plotly-plot .main-svg")
        page.wait_for_load_state("networkidle")
        widths = "[document.documentElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth)"
        assert max(page.evaluate(widths)) <= 390
        charts = page.locator(".js-plotly-plot").evaluate_all("all => all.map(e => e.getBoundingClientRect().right)")
        assert all(right <= 390 for right in charts)


class TestInANarrowWindow:
    @pytest.fixture
    def context_options(self) -> dict[str, object]:
        return {"viewport": {"width": 390, "height": 844}}

    def test_the_charts_are_those_of_a_phone_though_the_browser_does_not_call_itself_one(
        self, seen: Seen, address: str
    ) -> None:
        page = open_page(seen, address, "adoption")
        expect(page.locator(".st-key-filters_closed")).to_be_visible()
        page.locator(".st-key-navigation a", has_text="Capability").click()
        page.wait_for_url("**/leaderboards*")
        expect(page.locator(".st-key-filters_closed")).to_be_visible()
        page.set_viewport_size({"width": 1200, "height": 844})
        expect(page.locator(".st-key-filters_closed")).to_have_count(0)


class TestFromTheBackOfTheRoom:
    @pytest.fixture
    def context_options(self) -> dict[str, object]:
        return {"viewport": {"width": 1920, "height": 1080}}

    @pytest.mark.parametrize("page_id", WITH_CHARTS)
    def test_finding_chart_and_source_fit_on_one_screen_in_big_type(
        self, seen: Seen, address: str, page_id: str
    ) -> None:
        page = open_page(seen, address, f"{PATHS[page_id]}?view=projector")
        page.wait_for_selector(".js-plotly-plot .main-svg")
        size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('h1.finding')).fontSize)")
        assert size >= 44
        bottom = page.locator(".js-plotly-plot").evaluate("chart => chart.getBoundingClientRect().bottom")
        assert bottom <= 1080, "the source line is the last thing in the picture"
        expect(page.locator(".st-key-navigation, .st-key-filters")).to_have_count(0)


def test_a_filter_survives_page_switch_back_and_reload(seen: Seen, address: str) -> None:
    page = open_page(seen, address, "adoption?scope=all&measure=downloads")
    page.locator(".st-key-navigation a", has_text="Licences").click()
    page.wait_for_url("**/licences?*")
    page.wait_for_selector("h1.finding")
    assert "scope=all" in page.url and "measure=downloads" in page.url
    page.go_back()
    page.wait_for_url("**/adoption?*")
    expect(page.get_by_role("combobox", name="Models")).to_have_value("All models")
    page.reload()
    expect(page.get_by_role("combobox", name="Models")).to_have_value("All models")
    expect(page.get_by_role("combobox", name="Show")).to_have_value("Number of downloads")


def test_a_filter_that_is_changed_goes_into_the_address(seen: Seen, address: str) -> None:
    page = open_page(seen, address, "adoption")
    page.get_by_role("combobox", name="Leave out").click()
    page.get_by_role("option", name="Each side's top model").click()
    page.wait_for_url("**without_top=1*")
    page.reload()
    expect(page.get_by_role("combobox", name="Leave out")).to_have_value("Each side's top model")


def test_how_we_count_is_closed_until_wanted_and_a_changed_part_goes_into_the_address(seen: Seen, address: str) -> None:
    page = open_page(seen, address, "adoption")
    expect(page.locator(".definition")).to_have_count(0)
    page.get_by_role("button", name="How we count").click()
    expect(page.locator(".definition")).to_contain_text("New downloads of language models")
    page.get_by_role("combobox", name="A share is of").click()
    page.get_by_role("option", name="Everything").click()
    page.wait_for_url("**denominator=everything*")
    expect(page.get_by_role("button", name="How we count: 1 changed")).to_be_visible()
    expect(page.locator("h1.finding")).to_contain_text("of all downloads of language models counted")


def test_the_span_of_months_is_moved_with_the_keyboard_and_goes_back_with_the_browser(seen: Seen, address: str) -> None:
    page = open_page(seen, address, "adoption")
    page.get_by_role("slider", name="start").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**since=2*")
    page.get_by_role("slider", name="end").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**until=2*")
    assert "since=2" in page.url
    page.go_back()
    page.wait_for_url(lambda url: "until" not in url and "since=2" in url)


def test_the_keyboard_reaches_filters_and_take_away_bar_and_shows_where_it_is(seen: Seen, address: str) -> None:
    page = open_page(seen, address, "adoption")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    wanted, reached = {"Picture", "Data", "Cite", "Link", "SQL"}, set()
    for _ in range(60):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(FOCUSED)
        if name in wanted:
            assert outline == "solid", f"{name} has the focus and does not show it"
            reached.add(name)
    assert reached == wanted
    page.locator(BAR).get_by_role("button", name="Cite").focus()
    page.keyboard.press("Enter")
    expect(page.locator(BAR).locator("#cite pre").first).to_contain_text("Open Model Observatory")
    expect(page.locator(BAR).get_by_role("button", name="Cite")).to_have_attribute("aria-expanded", "true")


def test_the_csv_says_where_its_numbers_are_from(seen: Seen, address: str) -> None:
    page = open_page(seen, address, "adoption?measure=downloads")
    page.locator(BAR).get_by_role("button", name="Data").click()
    with page.expect_download() as download:
        page.locator(BAR).get_by_role("link", name="CSV, all columns").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    said = "\n".join(comments)
    assert "SIMULATED" in said.upper() and "Hugging Face" in said and re.search(r"\d{4}-\d{2}-\d{2}T\d{4}Z", said)
    assert "measure=downloads" in said
    assert len(lines) > len(comments) + 10
    assert download.value.suggested_filename.endswith(".csv")


def test_the_link_opens_the_same_chart_pinned_to_its_release(seen: Seen, address: str) -> None:
    page = open_page(seen, address, "adoption?group=family")
    page.locator(BAR).get_by_role("button", name="Link").click()
    link = page.locator(BAR).locator("#link pre").inner_text()
    assert link.startswith(f"{address}/chart/downloads_over_time?") and "group=family" in link and "release=" in link
    page.goto(link)
    page.get_by_role("link", name="Explore this chart").click()
    page.wait_for_url("**/adoption?**")
    expect(page.locator(".st-key-pinned")).to_contain_text("As of the release of")
    expect(page.get_by_role("combobox", name="Lines")).to_have_value("Model families")


def test_the_table_of_a_chart_is_sent_when_it_is_opened(seen: Seen, address: str) -> None:
    page = open_page(seen, address, "adoption")
    expect(page.locator("[data-testid=stDataFrame]")).to_have_count(0)
    page.locator(".st-key-explain_downloads_over_time").get_by_text("Table").click()
    expect(page.locator(".st-key-explain_downloads_over_time [data-testid=stDataFrame]")).to_be_visible()


def test_the_own_font_is_used(seen: Seen, address: str) -> None:
    page = open_page(seen, address, "adoption")
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate("[...document.fonts].filter(font => font.status == 'loaded').map(font => font.family)")
    assert "Source Sans 3" in {family.strip("\"'") for family in loaded}


def test_unknown_data_addresses_are_404_and_known_ones_are_tables(address: str) -> None:
    with urllib.request.urlopen(f"{address}/data/latest/core_models.csv", timeout=30) as answer:
        assert answer.read(9) == b"model_id,"
        assert answer.headers["X-Simulated"] == "true"
    for path in ("data/latest/none.csv", "data/x", "api/none", "chart/none", "_stcore/metrics"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}/{path}", timeout=30)
        assert refused.value.code == 404


def test_the_way_from_page_to_page_stays_in_the_past_release(seen: Seen, address: str, data_dir: Path) -> None:
    release_id = str(current_release_id(data_dir))
    page = open_page(seen, address, f"adoption?release={release_id}")
    for label, path in (("Licences", "licences"), ("Data and methods", "data_and_methods"), ("Overview", "")):
        page.locator(".st-key-navigation a", has_text=label).click()
        page.wait_for_url(f"**/{path}?*release={release_id}*")
        expect(page.locator(".st-key-pinned")).to_contain_text(f"({release_id})")
    page.locator(".st-key-pinned").get_by_role("button", name="Today's figures").click()
    page.wait_for_url(lambda url: "release=" not in url)
    expect(page.locator(".st-key-pinned")).to_have_count(0)


def test_the_arrows_of_the_projector_view_write_the_address(seen: Seen, address: str) -> None:
    page = open_page(seen, address, "adoption?view=projector")
    page.locator(".st-key-projector_links").get_by_role("button", name="Next").click()
    page.wait_for_url("**chart=downloads_concentration*")
    page.locator(".st-key-projector_links").get_by_role("button", name="Leave this view").click()
    page.wait_for_url(lambda url: "view=" not in url)
    expect(page.locator(".st-key-navigation")).to_have_count(1)


def test_an_unknown_release_offers_those_that_are_kept(seen: Seen, address: str, data_dir: Path) -> None:
    page = open_page(seen, address, "licences?release=1999-01-01T0000Z")
    expect(page.locator("h1.finding")).to_contain_text("There is no release “1999-01-01T0000Z” here")
    page.locator(".st-key-known_releases").get_by_role("button", name=str(current_release_id(data_dir))).click()
    page.wait_for_url(f"**release={current_release_id(data_dir)}*")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    assert seen.errors == []
