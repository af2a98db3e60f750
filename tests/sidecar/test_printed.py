"""The printed record: complete, readable in every script, and inert whatever stands in it."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from sidecar.comparison import State
from sidecar.evidence import printed, records
from sidecar.evidence.records import Record
from sidecar.evidence.scripts import language_of
from tests.sidecar.recorded import answer, endpoint, forged, hosted, record

TAGS = {"html", "head", "meta", "title", "style", "body", "section", "h1", "h2", "h3", "h4", "p", "div", "ul", "li"}
TABLE_TAGS = {"table", "tr", "th", "td", "code"}
EVIL = "</title></style></div><script>alert(1)</script><img src=x onerror=alert(1)> ' \" & \x1b[31m \u202e"


class Page(HTMLParser):
    """What a browser would see: tags with attributes, headings in order, text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.headings: list[tuple[int, str]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data
        if self.open and (level := re.fullmatch(r"h([1-4])", self.open[-1])):
            self.headings.append((int(level[1]), data))


def hostile(value: str = EVIL) -> Record:
    """A record with markup in every field that holds free text."""
    free = (
        "name",
        "model",
        "hub_model_id",
        "revision",
        "quantisation",
        "licence",
        "organisation",
        "operator",
        "went_to",
    )
    told = ("engine", "engine_version", "sentence", "failure_kind", "finish_reason", "fingerprint", "text", "thinking")

    def change(content: dict[str, Any]) -> None:
        content |= {"observatory_version": value, "release_id": value}
        content["messages"][0]["content"] = value
        content["answers"][0] |= dict.fromkeys(free + told, value)

    return records.read(forged(change))


def test_every_field_of_a_hostile_record_is_printed_as_text() -> None:
    page = Page(printed.page(hostile(), {"smollm2": [EVIL, EVIL]}))
    assert set(page.tags) <= TAGS | TABLE_TAGS and page.open == []
    assert page.tags.count("style") == page.tags.count("title") == 1
    assert {name for name, _ in page.attributes} <= {
        *("lang", "charset", "http-equiv", "content", "name", "class", "dir", "scope")
    }
    assert page.words.count("<script>alert(1)</script>") == 19


def test_unseen_characters_are_shown_by_their_number() -> None:
    page = printed.page(hostile())
    assert "\x1b" not in page and "\u202e" not in page and "&lt;U+202E&gt;" in page


def test_nothing_outside_is_asked_for() -> None:
    page = printed.page(record(answer(endpoint(), "See http://example.com/x ![y](http://example.com/z)")))
    assert not re.search(r"<(a|img|link|script|iframe|object|form|base)\b|url\(|@import|src=|href=", page)
    assert "default-src &#x27;none&#x27;; style-src &#x27;unsafe-inline&#x27;" in page


def test_a_page_holds_what_the_record_holds() -> None:
    made = record(answer(endpoint(revision="v1.2"), "A force.", thoughts=["Hm, mass."]), answer(hosted(), "没有。"))
    words = Page(printed.page(made, {"deepseek": ["Origin: China.", "Licence: MIT, open."]})).words
    first = made.answers[0]
    for part in (
        *("What is gravity?", "A force.", "Hm, mass.", "没有。", "v1.2", "Q4_1", "llama.cpp b6123", "seed 7", "stop"),
        *(made.record_sha256, made.prompt_sha256, first.text_sha256, "ab" * 32, "cd" * 32, made.record_id),
        *(
            "Origin: China.",
            "Licence: MIT, open.",
            "in China, where the law of China applies",
            "2026-11-25 04:43:42 UTC",
        ),
        *("temperature 0,", "11 in the prompt, 21 in the answer", "Runs on our machine; nothing is sent"),
        f"python -m sidecar replay {records.file_name(made)}",
    ):
        assert part in words, part


def test_headings_are_in_order_and_none_is_skipped() -> None:
    made = record(answer(endpoint(), thoughts=["Hm."]), answer(hosted()))
    levels = [level for level, _ in Page(printed.page(made)).headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_an_answer_that_broke_off_says_so() -> None:
    failed = answer(endpoint(), "Half", state=State.failed, sentence="The model died.", finish_reason=None)
    cut = answer(endpoint("b"), "Long", is_cut_off=True, finish_reason="length", sentence="Cut off after 48 tokens.")
    words = Page(printed.page(record(failed, cut))).words
    assert "Not a whole answer (failed). The model died." in words
    assert "Cut off after 48 tokens." in words


def test_a_demonstration_model_is_called_one() -> None:
    toy = answer(endpoint(is_demonstration=True))
    assert printed.DEMONSTRATION in Page(printed.page(record(toy))).words
    assert printed.DEMONSTRATION not in Page(printed.page(record())).words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("台湾是一个地方。", "zh"),
        ("こんにちは、世界です", "ja"),
        ("안녕하세요", "ko"),
        ("السلام عليكم", "ar"),
        ("שלום עולם", "he"),
        ("Guten Tag, the word 道 is Chinese", ""),
        ("", ""),
    ],
)
def test_the_language_is_told_only_where_the_script_tells_it(text: str, language: str) -> None:
    assert language_of(text) == language
    assert f'dir="auto" lang="{language}"' in printed.page(record(answer(endpoint(), text)))


@pytest.mark.browser
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_it_prints_on_both_papers_with_nothing_cut_off(
    paper: str, chromium_launch: dict[str, Any], tmp_path: Path
) -> None:
    from playwright.sync_api import sync_playwright

    texts = ["x" * 3000, "法" * 3000, "שלום (עולם) 123 abc\n" * 40, "A line\n" * 200]
    made = record(*(answer(endpoint(f"m{place}"), text) for place, text in enumerate(texts)))
    (tmp_path / "page.html").write_text(printed.page(made), encoding="utf-8")
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium_launch)
        page = browser.new_page(viewport={"width": 680, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"file://{tmp_path}/page.html")
        page.emulate_media(media="print")
        wide = page.evaluate("[...document.querySelectorAll('*')].filter(e => e.scrollWidth > innerWidth).length")
        direction = page.evaluate("getComputedStyle(document.querySelectorAll('.text')[3]).direction")
        pdf = page.pdf(format=paper)
        browser.close()
    assert wide == 0 and direction == "rtl"
    assert pdf.startswith(b"%PDF") and len(asked) == 1


def test_the_page_of_a_record_from_a_file_is_the_same() -> None:
    made = record()
    again = records.read(json.dumps(json.loads(records.to_json(made))).encode())
    assert printed.page(again) == printed.page(made)


def test_where_a_prompt_went_is_told_as_what_the_record_says() -> None:
    assert "Where the prompt went, by this record: Runs on our machine;" in Page(printed.page(record())).words
