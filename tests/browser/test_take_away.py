"""What the bar below a chart gives away: pictures that say where they are from, files, the clipboard, words to copy."""

import io
import json
import struct
import threading
import urllib.request
import zlib
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import openpyxl
import pypdf
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Seen

pytestmark = pytest.mark.browser
BAR = ".st-key-take_away_downloads_over_time"
SAID = {"title", "finding", "definition", "source", "licence", "data date", "release", "link", "hash", "counted as"}


def bar(seen: Seen, address: str, panel: str, query: str = "") -> Locator:
    """The open panel of the bar below the first chart of Adoption."""
    page = seen.page
    page.goto(f"{address}/adoption{query}")
    page.locator(".st-key-chart_downloads_over_time .js-plotly-plot .main-svg").first.wait_for(timeout=45_000)
    page.locator(BAR).get_by_role("button", name=panel, exact=True).click()
    return page.locator(BAR)


def downloaded(page: Page, button: Locator) -> tuple[str, bytes]:
    with page.expect_download() as download:
        button.click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def texts_of(png: bytes) -> tuple[tuple[int, int], dict[str, str]]:
    """Size and texts inside; a chunk whose checksum is wrong fails."""
    place, size, texts = 8, (0, 0), {}
    while place < len(png):
        (length,), kind = struct.unpack(">I", png[place : place + 4]), png[place + 4 : place + 8]
        content = png[place + 8 : place + 8 + length]
        (checksum,) = struct.unpack(">I", png[place + 8 + length : place + 12 + length])
        assert checksum == zlib.crc32(kind + content)
        if kind == b"IHDR":
            size = struct.unpack(">II", content[:8])
        if kind == b"iTXt":
            name, rest = content.split(b"\0", 1)
            texts[name.decode()] = rest[4:].decode()  # not compressed, no language, no other name
        place += 12 + length
    return (size[0], size[1]), texts


@pytest.mark.parametrize(
    ("label", "size"),
    [("PNG", (1256, 731)), ("PNG, three times as fine", (3768, 2193)), ("Square PNG", (1080, 1080))],
)
def test_a_png_has_its_size_and_says_where_its_numbers_are_from(
    seen: Seen, address: str, label: str, size: tuple[int, int]
) -> None:
    panel = bar(seen, address, "Picture")
    name, picture = downloaded(seen.page, panel.get_by_role("button", name=label, exact=True))
    assert name.endswith(".png") and picture.startswith(b"\x89PNG")
    found, about = texts_of(picture)
    assert found == size
    assert set(about) >= SAID and about["warning"].startswith("SIMULATED DATA")
    assert f"release={about['release']}" in about["link"]
    expect(panel.get_by_role("status")).to_have_text("Saved.")
    assert seen.errors == []


def test_an_svg_has_words_font_and_provenance(seen: Seen, address: str) -> None:
    panel = bar(seen, address, "Picture")
    name, picture = downloaded(seen.page, panel.get_by_role("button", name="SVG"))
    root = ElementTree.fromstring(picture.decode())
    said = " ".join(root.itertext())
    assert name.endswith(".svg") and "SIMULATED DATA" in said and "hash: " in said and "finding: " in said
    assert "data:font/woff2;base64," in said


def test_the_pdf_is_made_by_the_server_with_the_same_choice(seen: Seen, address: str) -> None:
    panel = bar(seen, address, "Picture", "?group=family")
    _, pdf = downloaded(seen.page, panel.get_by_role("link", name="PDF"))
    assert "model families" in " ".join(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


@pytest.mark.parametrize("label", ["CSV, as shown", "CSV, all columns", "XLSX", "Parquet", "JSON"])
def test_every_file_comes_in_two_clicks(seen: Seen, address: str, label: str) -> None:
    panel = bar(seen, address, "Data")
    name, content = downloaded(seen.page, panel.get_by_role("link", name=label))
    assert name.startswith("share-of-new-downloads") and len(content) > 1000
    if label == "XLSX":
        assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == ["Data", "All columns", "About"]


def test_a_slide_comes_in_one_click(seen: Seen, address: str) -> None:
    bar(seen, address, "Data")
    name, content = downloaded(seen.page, seen.page.locator(BAR).get_by_role("link", name="Slide"))
    assert name.endswith(".pptx") and content.startswith(b"PK")


def test_numbers_and_picture_go_to_the_clipboard(seen: Seen, context: BrowserContext, address: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel = bar(seen, address, "Data")
    panel.get_by_role("button", name="Copy data").click()
    expect(panel.get_by_role("status")).to_have_text("Copied: paste it into a spreadsheet.")
    pasted = seen.page.evaluate("navigator.clipboard.readText()")
    assert pasted.startswith("Month\tChina") and "\nhash: " in pasted and "SIMULATED DATA" in pasted
    panel.get_by_role("button", name="Picture", exact=True).click()
    panel.get_by_role("button", name="Copy picture").click()
    expect(panel.get_by_role("status")).to_have_text("Copied: paste it into a text or a slide.")
    kinds = seen.page.evaluate("navigator.clipboard.read().then(all => all[0].types)")
    assert kinds == ["image/png"]


def test_words_to_cite_embed_and_link_are_copied_as_they_stand(
    seen: Seen, context: BrowserContext, address: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel = bar(seen, address, "Cite")
    for label, begins in (("Copy APA", "Open Model Observatory. ("), ("Copy BibTeX", "@misc{omo")):
        panel.get_by_role("button", name=label).click()
        expect(panel.get_by_role("status")).to_have_text("Copied.")
        assert seen.page.evaluate("navigator.clipboard.readText()").startswith(begins)
    panel.get_by_role("button", name="Embed").click()
    code = panel.locator("#embed pre").inner_text()
    assert code.startswith("<iframe src=") and 'title="Share of new downloads' in code


def test_the_embed_code_works_in_another_page(
    seen: Seen, context: BrowserContext, address: str, tmp_path: Path
) -> None:
    code = bar(seen, address, "Embed").locator("#embed pre").inner_text()
    (tmp_path / "index.html").write_text(f"<h1>A paper's own page</h1>{code}", encoding="utf-8")
    paper = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path)))
    threading.Thread(target=paper.serve_forever, daemon=True).start()
    other = context.new_page()
    other.goto(f"http://127.0.0.1:{paper.server_port}/")
    frame = other.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_contain_text("Chinese models")
    assert frame.locator("svg:visible").count() == 1
    paper.shutdown()


def test_oembed_gives_what_the_page_announces(address: str) -> None:
    link = f"{address}/chart/downloads_over_time?group=family"
    with urllib.request.urlopen(f"{address}/oembed?url={urllib.request.quote(link, safe='')}&maxwidth=500") as answer:
        told = json.loads(answer.read())
    assert (told["type"], told["version"], told["width"]) == ("rich", "1.0", 500)
    inside = urlsplit(told["html"].split('src="')[1].split('"')[0].replace("&amp;", "&"))
    assert inside.path == "/embed/downloads_over_time" and parse_qs(inside.query)["group"] == ["family"]


def test_escape_closes_a_panel_and_gives_the_focus_back(seen: Seen, address: str) -> None:
    panel = bar(seen, address, "SQL")
    panel.get_by_role("button", name="Copy").focus()
    seen.page.keyboard.press("Escape")
    expect(panel.get_by_role("button", name="SQL")).to_have_attribute("aria-expanded", "false")
    expect(panel.get_by_role("button", name="SQL")).to_be_focused()
