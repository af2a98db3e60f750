"""Briefings as a speaker uses them: without a mouse, without a network, read from the back of the room."""

import io
import json
import re
import urllib.request
import zipfile
from urllib.parse import parse_qs, quote, urlsplit

import pypdf
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pptx import Presentation

from charts.briefing.ready import ready_decks
from charts.theme import contrast
from tests.browser.conftest import Seen

pytestmark = pytest.mark.browser
READY = tuple(ready_decks())
SMALLEST, CLEAREST = 24, 7
ROOM = {"width": 1920, "height": 1080}
# Every word that can be seen on a slide: its size on the screen, its colour, and what it says.
WORDS = """slide => [...slide.querySelectorAll('h1, p, text, tspan')]
  .filter(one => one.textContent.trim() && one.getClientRects().length)
  .filter(one => getComputedStyle(one).visibility === 'visible')
  .map(one => {
    const scale = one.getScreenCTM ? one.getScreenCTM().a : 1;
    const look = getComputedStyle(one);
    return [parseFloat(look.fontSize) * scale, one.getScreenCTM ? look.fill : look.color, one.textContent.trim()];
  })"""


@pytest.fixture
def context_options() -> dict[str, object]:
    return {"viewport": ROOM}


def number(page: Page) -> int:
    return int(page.locator(".slide.now .foot").inner_text())


def hexadecimal(colour: str) -> str:
    red, green, blue = (int(float(part)) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])
    return f"#{red:02X}{green:02X}{blue:02X}"


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return bytes(answer.read())


@pytest.mark.parametrize("ready_id", READY)
def test_a_deck_is_walked_to_its_end_and_back_by_keyboard_with_the_network_cut(
    seen: Seen, context: BrowserContext, address: str, ready_id: str
) -> None:
    page = seen.page
    page.goto(f"{address}/briefing/deck/{ready_id}")
    context.set_offline(True)
    count = page.locator(".slide").count()
    assert count == len(ready_decks()[ready_id].slides)
    headlines = []
    for place in range(1, count + 1):
        assert number(page) == place
        headline = page.locator(".slide.now h1")
        assert headline.is_visible() and len(headline.inner_text()) > 10
        headlines.append(headline.inner_text())
        page.keyboard.press(("ArrowRight", "PageDown", "Space", "Enter", "ArrowDown")[place % 5])
    assert number(page) == count and len(set(headlines)) == count
    for place in range(count, 0, -1):
        assert number(page) == place
        page.keyboard.press(("ArrowLeft", "PageUp", "Backspace", "ArrowUp")[place % 4])
    assert number(page) == 1
    assert seen.errors == [] and seen.foreign == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ready_id", READY)
def test_every_word_is_large_and_clear_enough_for_the_last_row(
    seen: Seen, address: str, ready_id: str, theme: str
) -> None:
    page = seen.page
    page.goto(f"{address}/briefing/deck/{ready_id}?theme={theme}")
    paper = hexadecimal(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    for slide in range(page.locator(".slide").count()):
        words = page.locator(".slide.now").evaluate(WORDS)
        plain = [word for word in words if "SIMULATED DATA" not in word[2]]
        assert min(size for size, _, _ in plain) >= SMALLEST - 0.01, min(plain)
        assert [word for word in plain if contrast(hexadecimal(word[1]), paper) < CLEAREST] == []
        assert page.locator(".slide.now").evaluate("one => one.scrollHeight <= 1081 && one.scrollWidth <= 1921"), slide
        page.keyboard.press("PageDown")


def test_the_keys_of_a_speaker(seen: Seen, address: str) -> None:
    page = seen.page
    page.goto(f"{address}/briefing/deck/{READY[0]}")
    body = page.locator("body")
    page.keyboard.press("End")
    assert number(page) == 10
    page.keyboard.press("Home")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    assert (number(page), urlsplit(page.url).fragment) == (7, "7")
    expect(page.locator("[role=status]")).to_have_text(f"Slide 7 of 10: {page.locator('.slide.now h1').inner_text()}")
    page.keyboard.press("n")
    notes = page.locator(".notes.now")
    assert notes.is_visible() and "Definition:" in notes.inner_text() and "Link: http" in notes.inner_text()
    page.keyboard.press("n")
    assert not notes.is_visible()
    page.keyboard.press("l")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.keyboard.press("b")
    assert "black" in (body.get_attribute("class") or "") and not page.locator(".slide.now h1").is_visible()
    page.keyboard.press("Escape")
    assert page.locator(".slide.now h1").is_visible()
    page.keyboard.press("f")
    assert page.evaluate("document.fullscreenElement !== null")
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert page.evaluate("document.fullscreenElement === null")
    page.mouse.click(1500, 500)
    assert number(page) == 8
    page.mouse.click(100, 500)
    assert number(page) == 7
    page.keyboard.press("Escape")
    page.wait_for_url("**/briefing?**")


def test_a_wall_screen_goes_on_by_itself(seen: Seen, address: str) -> None:
    page = seen.page
    page.clock.install()
    page.goto(f"{address}/briefing/deck/{READY[1]}?advance=5")
    assert number(page) == 1
    page.clock.run_for(5_500)
    assert number(page) == 2


def test_without_a_script_all_slides_stand_below_one_another(context: BrowserContext, address: str) -> None:
    browser = context.browser
    assert browser is not None
    plain = browser.new_context(viewport=ROOM, java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{address}/briefing/deck/{READY[0]}")
    assert page.locator(".slide h1").evaluate_all("all => all.length") == 10
    boxes = [page.locator(".slide").nth(place).bounding_box() for place in range(10)]
    tops = [box["y"] for box in boxes if box]
    assert len(tops) == 10 and tops == sorted(set(tops))
    plain.close()


def test_a_live_prompt_never_holds_the_deck_up(seen: Seen, context: BrowserContext, address: str) -> None:
    page = seen.page
    page.goto(f"{address}/briefing/deck/deepseek_and_qwen")
    assert page.locator("iframe").get_attribute("src") is None
    context.set_offline(True)
    page.keyboard.press("End")
    expect(page.locator(".slide.now .frame-state")).to_contain_text("There is no network here")
    page.keyboard.press("PageUp")
    assert number(page) == 6
    context.set_offline(False)
    page.keyboard.press("PageDown")
    expect(page.locator("iframe")).to_have_attribute("src", "/compare?view=projector&prompt=neutral_bicycle")


def test_a_chart_goes_from_its_bar_into_a_briefing_and_out_as_a_deck(seen: Seen, address: str) -> None:
    page = seen.page
    for path in ("/adoption?group=family", "/licences", "/adoption?group=family"):
        page.goto(f"{address}{path}")
        bar = page.locator("[class*=st-key-take_away_]").first
        bar.get_by_role("button", name="+ Briefing").click()
        said = bar.get_by_role("status").inner_text()
    assert said.startswith("This chart is in the briefing already, 2 slides.")
    bar.get_by_role("link", name="Open the briefing").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A briefing of 2 slides.")
    page.get_by_label("Title").fill("Two charts <b>")
    page.get_by_label("Title").press("Enter")
    page.get_by_role("button", name="Down").first.click()
    page.wait_for_function(
        "decodeURIComponent(location.search).indexOf('licence_share') < location.search.indexOf('group')"
    )
    note = page.get_by_label("Note to slide 2, for the speaker")
    note.fill("Say <i>this</i>")
    note.press("ControlOrMeta+Enter")
    page.wait_for_url("**note**")
    asked = parse_qs(urlsplit(page.url).query)
    assert asked["title"] == ["Two charts <b>"] and len(asked["slide"]) == 2
    link = page.get_by_role("link", name="Show the briefing")
    expect(link).to_have_attribute("href", re.compile("note"))
    page.goto(f"{address}{link.get_attribute('href')}")
    assert page.title().startswith("Two charts <b>")
    assert page.locator(".slide").count() == 2
    assert "Say <i>this</i>" in (page.locator(".notes").nth(1).text_content() or "")
    assert page.locator("main b, main i").count() == 0


def test_a_collected_chart_is_offered_on_the_page(seen: Seen, address: str) -> None:
    page = seen.page
    page.goto(f"{address}/adoption")
    page.locator("[class*=st-key-take_away_]").first.get_by_role("button", name="+ Briefing").click()
    page.goto(f"{address}/briefing")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A briefing of 1 slide.")
    page.get_by_role("button", name="Forget them").click()
    assert page.evaluate("localStorage.getItem('observatory.briefing')") is None


def test_what_an_address_asks_and_nobody_knows_is_named(seen: Seen, address: str) -> None:
    page = seen.page
    page.goto(f"{address}/briefing?slide=chart%3Dno_such_chart&slide=chart%3Ddownloads_over_time")
    expect(page.get_by_text("the chart 'no_such_chart', which does not exist")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("A briefing of 1 slide.")


@pytest.mark.parametrize("ready_id", READY)
def test_a_deck_leaves_as_powerpoint_pdf_and_folder(address: str, ready_id: str) -> None:
    deck = ready_decks()[ready_id]
    charts = sum(slide.kind == "chart" for slide in deck.slides)
    slides = Presentation(io.BytesIO(fetched(f"{address}/briefing/deck/{ready_id}.pptx"))).slides
    assert len(slides) == len(deck.slides)
    assert sum(any(shape.has_chart for shape in slide.shapes) for slide in slides) == charts
    assert all(slide.has_notes_slide for slide in slides)
    pdf = pypdf.PdfReader(io.BytesIO(fetched(f"{address}/briefing/deck/{ready_id}.pdf")))
    assert len(pdf.pages) == len(deck.slides)
    folder = zipfile.ZipFile(io.BytesIO(fetched(f"{address}/briefing/deck/{ready_id}.zip")))
    names = folder.namelist()
    assert {"index.html", "briefing.pptx", "briefing.pdf", "README.txt"} <= set(names)
    assert sum(name.startswith("data/") for name in names) == charts
    assert 'src="http' not in folder.read("index.html").decode() and "#" in folder.read("README.txt").decode()


def test_a_folder_works_from_a_stick(seen: Seen, context: BrowserContext, address: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    zipfile.ZipFile(io.BytesIO(fetched(f"{address}/briefing/deck/{READY[1]}.zip"))).extractall(tmp_path)
    context.set_offline(True)
    seen.page.goto(f"file://{tmp_path}/index.html")
    seen.page.keyboard.press("End")
    assert number(seen.page) == 7
    expect(seen.page.locator(".slide.now .frame-state")).to_contain_text("There is no network here")


def test_a_deck_keeps_its_numbers_where_its_address_names_a_release(seen: Seen, address: str) -> None:
    release_id = json.loads(fetched(f"{address}/api/v1/releases.json"))["releases"][0]["release_id"]
    deck = ready_decks()[READY[0]].pinned(release_id)
    answer = urllib.request.urlopen(f"{address}/briefing/deck?{deck.to_query()}", timeout=30)
    assert "immutable" in answer.headers["Cache-Control"] and answer.headers["X-Release"] == release_id
    slide = quote("words=<script>alert(1)</script>")
    seen.page.goto(f"{address}/briefing/deck?slide={slide}&title={quote('<img src=x onerror=alert(1)>')}")
    assert seen.page.locator(".slide h1").inner_text() == "<script>alert(1)</script>"
    assert seen.errors == []
