"""Compare in a real browser, against stand-ins for model servers: live side by side, whatever one of them does."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.comparing import (
    FAULTS,
    WORDS,
    ask,
    offered,
    open_compare,
    states,
    wait_until_both_write,
    wait_until_over,
    words,
    write_models,
)
from tests.browser.conftest import Seen, free_port, served, watch
from tests.sidecar.far_side import FarSide, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "What does an open licence allow?"
LONGEST_LEAVING_S = 12.0


@pytest.fixture(scope="module")
def far() -> Iterator[FarSide]:
    with FarSide() as far:
        yield far


@pytest.fixture(scope="module")
def compare(far: FarSide, data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server with stand-ins in place of models."""
    folder = tmp_path_factory.mktemp("compare")
    models = write_models(folder / "models.yaml", offered(far, free_port()))
    with served(data_dir, folder, OMO_SIDECAR_CONFIG=str(models)) as address:
        yield address


@pytest.fixture
def visit(context: BrowserContext, compare: str) -> Seen:
    """A visitor of that server."""
    return watch(context, compare)


@pytest.fixture(autouse=True)
def idle_before(far: FarSide) -> None:
    """What an earlier visitor left is over: a server's slots are this test's alone."""
    assert until(lambda: far.running == 0, LONGEST_LEAVING_S), "a model still answers somebody who left"


def test_both_panes_grow_in_the_same_second(visit: Seen, compare: str) -> None:
    page = open_compare(visit.page, compare, "?models=good,better")
    ask(page, QUESTION)
    wait_until_both_write(page)
    first = words(page)
    page.wait_for_timeout(700)
    second = words(page)
    assert [len(now) > len(then) > 0 for then, now in zip(first, second, strict=True)] == [True, True]
    wait_until_over(page)
    assert [len(text.split()) for text in words(page)] == [WORDS, WORDS]
    assert states(page) == ["Done: stopped by itself"] * 2
    expect(page.locator("h1.finding")).to_contain_text("Good answered in")
    expect(page.locator(".pane-figures").first).to_contain_text("tokens a second")
    assert visit.errors == [] and visit.foreign == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_one_pane_leaves_the_other_whole(visit: Seen, compare: str, far: FarSide, fault: str) -> None:
    page = open_compare(visit.page, compare, f"?models=good,{fault.replace('_', '-')}")
    ask(page, QUESTION)
    wait_until_over(page)
    good, faulty = states(page)
    assert good == "Done: stopped by itself" and len(words(page)[0].split()) == WORDS
    told = page.locator("[class*=st-key-pane_1]")
    assert faulty.startswith("Failed")
    expect(told.locator("[role=alert]")).to_contain_text(FAULTS[fault])
    if fault in {"hang_mid", "cut_mid", "malformed", "error_mid", "ten_megabytes_line"}:
        assert faulty == "Failed; what had come is kept" and len(words(page)[1].split()) == 8
    assert visit.errors == [] and visit.foreign == []


def test_a_slow_model_is_waited_for_while_the_other_is_read(visit: Seen, compare: str) -> None:
    page = open_compare(visit.page, compare, "?models=good,slow")
    ask(page, QUESTION)
    expect(page.locator(".pane-state").first).to_have_text("Done: stopped by itself", timeout=20_000)
    assert states(page)[1] == "Answering"
    page.keyboard.press("Escape")
    wait_until_over(page)
    assert states(page) == ["Done: stopped by itself", "Stopped before its end"]


@pytest.mark.parametrize("hostile", ["html-injection", "image-markdown"])
def test_hostile_words_stay_words(visit: Seen, compare: str, far: FarSide, hostile: str) -> None:
    page = open_compare(visit.page, compare, f"?models=good,{hostile}")
    ask(page, QUESTION)
    wait_until_over(page)
    pane = page.locator("[class*=st-key-answer_1]")
    expect(pane).to_contain_text("<img")
    assert pane.locator("img, script, a, b, iframe").count() == 0
    assert "owned" not in page.title()
    assert len(words(page)[0].split()) == WORDS
    page.wait_for_timeout(500)
    assert far.leaks == [] and visit.foreign == [] and visit.errors == []


def test_thinking_is_folded_and_counted_apart(visit: Seen, compare: str) -> None:
    page = open_compare(visit.page, compare, "?models=good,thinks")
    ask(page, QUESTION)
    wait_until_over(page)
    folded = page.get_by_text("Thinking: 20 tokens")
    expect(folded).to_be_visible()
    expect(page.get_by_text("thought0 thought1")).not_to_be_visible()
    folded.click()
    expect(page.get_by_text("thought0 thought1")).to_be_visible()
    assert "thought0" not in words(page)[1]


def test_stop_ends_the_work_of_the_servers(visit: Seen, compare: str, far: FarSide) -> None:
    page = open_compare(visit.page, compare, "?models=long,good")
    aborted = far.aborted
    ask(page, QUESTION)
    wait_until_both_write(page)
    assert far.running == 2
    page.get_by_role("button", name="Stop").click()
    assert until(lambda: far.running == 0)
    assert far.aborted == aborted + 2
    wait_until_over(page)
    assert states(page) == ["Stopped before its end"] * 2
    expect(page.locator("h1.finding")).to_contain_text("were stopped")


def test_closing_the_tab_ends_the_work_of_the_servers(visit: Seen, compare: str, far: FarSide) -> None:
    page = open_compare(visit.page, compare, "?models=long,good")
    ask(page, QUESTION)
    wait_until_both_write(page)
    page.close()
    assert until(lambda: far.running == 0, LONGEST_LEAVING_S)


def test_a_new_question_stops_the_one_before(visit: Seen, compare: str, far: FarSide) -> None:
    page = open_compare(visit.page, compare, "?models=long,good")
    ask(page, QUESTION)
    wait_until_both_write(page)
    ask(page, "Something else?")
    expect(page.locator(".question").first).to_contain_text("Something else?")
    assert until(lambda: far.running == 2)
    page.keyboard.press("Escape")
    wait_until_over(page)


def test_own_words_never_reach_the_address_and_a_refusal_keeps_them(visit: Seen, compare: str) -> None:
    page = open_compare(visit.page, compare, "?models=good,better")
    box = page.get_by_role("textbox", name="Your question")
    box.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Write a question first")
    ask(page, "My secret question")
    wait_until_over(page)
    assert "secret" not in page.url
    page.get_by_text("Ask something else").click()
    expect(page.get_by_role("textbox", name="Your question")).to_have_value("My secret question")


def test_a_prepared_question_is_a_link(visit: Seen, compare: str) -> None:
    page = open_compare(visit.page, compare, "?prompt=beijing_taiwan&language=zh&models=good,better")
    box = page.get_by_role("textbox", name="Your question")
    expect(box).to_have_value(re.compile("台湾"))
    expect(page.get_by_role("combobox", name="Language")).to_have_value("中文")
    page.get_by_role("combobox", name="Language").click()
    page.get_by_role("option", name="English").click()
    expect(box).to_have_value(re.compile("Taiwan"))
    page.wait_for_url(lambda url: "language" not in url and "prompt=beijing_taiwan" in url)


def test_a_blind_vote_hides_who_it_is_until_it_is_cast(visit: Seen, compare: str) -> None:
    page = open_compare(visit.page, compare, "?mode=blind&models=good,better")
    ask(page, QUESTION)
    wait_until_over(page)
    panes = page.locator(".st-key-panes")
    assert page.locator(".pane-title").all_inner_texts() == ["Left", "Right"]
    assert not re.search("Good|Better|tokens a second", panes.inner_text())
    page.keyboard.press("1")
    expect(page.locator("h1.finding")).to_have_text(re.compile(r"Left was (Good|Better), right was (Good|Better)\."))
    expect(panes).to_contain_text("tokens a second")
    left = page.locator(".pane-title").first.inner_text()
    won = page.locator(".st-key-votes_so_far tbody tr").first
    assert won.inner_text().startswith(f"far/{left.lower()}")
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".st-key-panes")).to_have_count(0)
    assert visit.errors == []


def test_a_run_of_a_pack_is_left_and_found_again(visit: Seen, compare: str, context: BrowserContext) -> None:
    page = open_compare(visit.page, compare, "?mode=pack&pack=neutral&models=good,thinks&repeats=1")
    page.get_by_role("button", name="Start:").click()
    page.wait_for_url("**run=*")
    expect(page.get_by_role("progressbar")).to_be_visible()
    address = page.url
    page.close()
    page = watch(context, compare).page
    page.goto(address)
    page.get_by_role("button", name="Stop this run").click()
    expect(page.get_by_role("button", name="Continue")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="Stop this run")).to_be_visible()
    expect(page.get_by_role("button", name="Table (CSV)")).to_be_visible(timeout=200_000)
    expect(page.locator("h1.finding")).to_contain_text("refused or evaded 0 of 10 answers")
    with page.expect_download() as download:
        page.get_by_role("button", name="Table (CSV)").click()
    table = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert table[0].startswith("endpoint_id,") and [line.split(",")[2] for line in table[1:3]] == ["10", "10"]
    page.get_by_role("button", name="All runs, and a new one").click()
    expect(page.locator(".st-key-live_runs button").first).to_contain_text("finished")


def test_a_record_is_downloaded_given_back_and_found_to_hold(visit: Seen, compare: str, tmp_path: Path) -> None:
    page = open_compare(visit.page, compare, "?models=good,cut-mid")
    ask(page, QUESTION)
    wait_until_over(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Record (JSON)").click()
    record = tmp_path / "record.json"
    download.value.save_as(record)
    with page.expect_download() as printed:
        page.get_by_role("button", name="Page to print").click()
    assert QUESTION in Path(printed.value.path()).read_text(encoding="utf-8")

    page = open_compare(page, compare, "?mode=record")
    page.locator("input[type=file]").set_input_files(record)
    expect(page.locator("h1.finding")).to_contain_text("A comparison of Good, Model cut-mid, asked on")
    page.get_by_role("button", name="Run again and compare").click()
    expect(page.locator(".st-key-replayed")).to_contain_text("Good: identical", timeout=30_000)

    changed = tmp_path / "changed.json"
    changed.write_text(record.read_text(encoding="utf-8").replace(QUESTION, "Another question?"), encoding="utf-8")
    page.locator("input[type=file]").set_input_files(changed)
    expect(page.get_by_role("alert")).to_contain_text("was changed after it was written")
    expect(page.locator("h1.finding")).to_have_text("Does a record hold?")


class TestOnAPhone:
    @pytest.fixture
    def context_options(self) -> dict[str, object]:
        return {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}

    @pytest.mark.parametrize("query", ["?models=good,image-markdown", "?mode=blind", "?mode=pack", "?mode=record"])
    def test_nothing_is_wider_than_the_screen(self, visit: Seen, compare: str, query: str) -> None:
        page = open_compare(visit.page, compare, query)
        if "models" in query:
            ask(page, "a-very-long-word-without-a-space-" * 10)
            wait_until_over(page)
            left = [pane.bounding_box() for pane in page.locator("[class*=st-key-pane_]").all()]
            assert left[0] and left[1] and left[0]["x"] == left[1]["x"] and left[0]["y"] < left[1]["y"]
        page.wait_for_load_state("networkidle")
        assert widest(page) <= 390


class TestOnAProjector:
    @pytest.fixture
    def context_options(self) -> dict[str, object]:
        return {"viewport": {"width": 1920, "height": 1080}}

    def test_four_panes_fit_and_are_large_and_the_page_does_not_scroll(self, visit: Seen, compare: str) -> None:
        page = open_compare(visit.page, compare, "?view=projector&models=good,long,thinks,cut-mid")
        ask(page, QUESTION)
        wait_until_both_write(page)
        page.wait_for_timeout(1500)
        page.keyboard.press("Escape")
        wait_until_over(page)
        assert page.locator("[class*=st-key-answer_]").count() == 4
        heights = page.evaluate(
            "[document.documentElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollHeight)"
        )
        assert max(heights) <= 1080 and widest(page) <= 1920
        below = page.locator(".pane-figures").evaluate_all("all => all.map(e => e.getBoundingClientRect().bottom)")
        assert max(below) <= 1080
        assert font_size(page, "[class*=st-key-answer_] [data-testid=stText]") >= 24
        assert font_size(page, "h1.finding") == 44
        assert font_size(page, ".pane-source") == 24


def widest(page: Page) -> int:
    """The widest of what could scroll sideways."""
    script = "[document.documentElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth)"
    return int(max(page.evaluate(script)))


def font_size(page: Page, selector: str) -> float:
    """In pixels."""
    return float(page.locator(selector).first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)"))
