"""Takes the picture of the README anew: `python -m docs.pictures.take [ADDRESS]` while `make demo` runs."""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.chromium import FLAGS, chromium

SIZE = {"width": 1280, "height": 860}
COLOURS = 128  # a quarter of the bytes, and nobody sees a difference


def main() -> None:
    """Open the overview, wait for its charts, keep the first screen."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8501"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
        page.goto(address)
        page.locator(".js-plotly-plot .main-svg").nth(3).wait_for()
        page.wait_for_timeout(3000)  # fonts and the last layout
        picture = Image.open(io.BytesIO(page.screenshot()))
        browser.close()
    target = Path(__file__).parent / "overview.png"
    picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=COLOURS).save(target, optimize=True)
    print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
