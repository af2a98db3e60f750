"""What tests of the page Compare share: a models file of stand-ins with faults, and how a reader works the page."""

from pathlib import Path

import yaml
from playwright.sync_api import Page, expect

from sidecar.models import Endpoint
from tests.sidecar.far_side import FarSide

# A good answer of three seconds: long enough to look at twice, short enough to wait for.
WORDS, WORDS_A_SECOND = 60, 20
LIMITS = {"first_byte_s": 2, "silence_s": 2, "unseen_s": 3, "connect_s": 1, "comparisons_per_session_per_hour": 500}
GROWING = {"tokens": WORDS, "tokens_per_second": WORDS_A_SECOND}
# What a reader is told of each.
FAULTS = {
    "dead": "cannot be reached",
    "hang_before": "sent nothing for 2 seconds",
    "hang_mid": "sent nothing for 2 seconds",
    "cut_mid": "breaks off",
    "http_500": "HTTP 500",
    "malformed": "Model malformed",
    "ten_megabytes_line": "Model ten-megabytes-line",
    "ten_megabytes_answer": "",
    "error_mid": "reported an error",
}


def offered(far: FarSide, dead_port: int) -> list[Endpoint]:
    """Two good models, a reasoning one, one for each fault, and one that nobody serves."""
    good = [
        far.endpoint("ok", id=name, fields={"name": name.capitalize(), "hub_model_id": f"far/{name}"}, **options)
        for name, options in (("good", GROWING), ("better", GROWING | {"tokens_per_second": WORDS_A_SECOND + 1}))
    ]
    thinks = far.endpoint("reasoning", id="thinks", thoughts=20)
    long = far.endpoint("ok", id="long", tokens=500, tokens_per_second=10)
    faults = [
        far.endpoint(fault, id=fault.replace("_", "-"), after=8)
        for fault in (*FAULTS, "slow", "html_injection", "image_markdown")
        if fault != "dead"
    ]
    nobody = {"base_url": f"http://127.0.0.1:{dead_port}/v1"}
    return [*good, thinks, long, *faults, far.endpoint("ok", id="dead", fields=nobody)]


def write_models(file: Path, endpoints: list[Endpoint], **limits: object) -> Path:
    """A models file as whoever runs the observatory would write it."""
    entries = [endpoint.model_dump(exclude_none=True) for endpoint in endpoints]
    kept = [{"hub_model_id": None, "revision": None, "quantisation": None} | entry for entry in entries]
    for entry in kept:
        entry["parameters"] = dict(entry["parameters"])
    whole = {"limits": LIMITS | limits, "allow_hosts": ["127.0.0.1"], "endpoints": kept}
    file.write_text(yaml.safe_dump(whole, allow_unicode=True), encoding="utf-8")
    return file


def open_compare(page: Page, address: str, query: str = "") -> Page:
    """The page Compare at an address, ready to be worked."""
    page.goto(f"{address}/compare{query}")
    page.wait_for_selector("h1.finding")
    return page


def ask(page: Page, text: str) -> None:
    """Writes the question and sends it as a reader without a mouse does."""
    page.locator("[class*=st-key-composer_], [data-testid=stForm]").first.wait_for()
    box = page.get_by_role("textbox", name="Your question")
    if page.locator("[class*=st-key-composer_] details:not([open])").count():
        page.get_by_text("Ask something else").click()
    box.fill(text)
    box.press("Control+Enter")


def states(page: Page) -> list[str]:
    """What each pane says about itself."""
    return page.locator(".pane-state").all_inner_texts()


def words(page: Page) -> list[str]:
    """The text of each pane, in the order of the panes."""
    return [pane.inner_text() for pane in page.locator("[class*=st-key-answer_]").all()]


def wait_until_over(page: Page) -> None:
    """Until nothing is written any more and the page is at rest."""
    expect(page.locator(".st-key-evidence, .st-key-votes")).to_have_count(1, timeout=60_000)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0, timeout=60_000)
    expect(page.locator("[class*=st-key-writing_]")).to_have_count(0, timeout=60_000)


def wait_until_both_write(page: Page) -> None:
    """Until no pane is empty any more."""
    page.wait_for_function(
        "() => { const all = [...document.querySelectorAll('[class*=st-key-answer_]')];"
        " return all.length > 1 && all.every(pane => pane.innerText.trim().length > 0); }"
    )
