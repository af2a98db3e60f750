"""A page of the make of Our World in Data's charts, with the same words and numbers as ours, served compressed.

Its document holds the words; a stylesheet, a font, a bundle of React, MobX and d3, then the numbers as JSON follow, and
the chart is drawn in the browser. Nothing of theirs is in it: the bundle holds the libraries and the fifty lines of
chart.js, so a real page of theirs weighs more, not less. Needs npm; what it fetches stays in build/benchmarks.
"""

import csv
import html
import json
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import brotli
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks import processes

HERE = Path(__file__).parent
BUILT = processes.ROOT / "build/benchmarks/owid_like"
FONT = processes.ROOT / "static/source-sans-3-latin.woff2"
TYPES = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "json": "application/json",
    "woff2": "font/woff2",
}


def bundle() -> Path | None:
    """The bundle, made once by npm and esbuild; None where there is no npm or it cannot fetch."""
    target = BUILT / "chart.min.js"
    if target.is_file():
        return target
    npm = shutil.which("npm")
    if npm is None:
        return None
    BUILT.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "chart.js"):
        shutil.copy(HERE / name, BUILT / name)
    made = ["npx", "esbuild", "chart.js", "--bundle", "--minify", "--format=iife", f"--outfile={target.name}"]
    define = '--define:process.env.NODE_ENV="production"'
    for command in ([npm, "install", "--no-audit", "--no-fund", "--silent"], [*made, define]):
        if subprocess.run(command, cwd=BUILT, capture_output=True, timeout=300).returncode:
            return None
    return target


def files(plain_page: str, shown_csv: str) -> dict[str, bytes]:
    """The page and what it loads; words from our plain page, numbers from our CSV of what is shown."""
    text = re.sub(r"<(svg|style|script|nav|details).*?</\1>", "", plain_page, flags=re.DOTALL)
    main = text.split('<main id="main">')[1].split("</main>")[0]
    style = re.search(r"<style>(.*?)</style>", plain_page, re.DOTALL)
    title = re.search(r"<title>(.*?)</title>", plain_page, re.DOTALL)
    assert style and title, "our plain page has a style and a title"
    face = '@font-face{font-family:"Source Sans 3";src:url(font.woff2);font-display:swap}'
    head = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{html.escape(title[1])}</title>"
        '<meta name=viewport content="width=device-width, initial-scale=1"><link rel=stylesheet href=style.css>'
        "<script defer src=chart.min.js></script>"
    )
    body = re.sub(r"<figure>.*?</figure>", '<figure><div id="chart"></div></figure>', main, flags=re.DOTALL)
    return {
        "index.html": f"{head}<main>{body}</main>".encode(),
        "style.css": f"{face}{style[1]}".encode(),
        "font.woff2": FONT.read_bytes(),
        "chart.min.js": (BUILT / "chart.min.js").read_bytes(),
        "data.json": json.dumps(numbers(shown_csv)).encode(),
    }


def numbers(shown_csv: str) -> dict[str, list[object]]:
    """Columns and rows of the shares, without intervals; months as ISO days."""
    lines = [line for line in shown_csv.splitlines() if not line.startswith(("# ", '"# '))]
    names, *rows = csv.reader(lines)
    kept = [place for place, name in enumerate(names) if name in {"China", "United States"}]
    return {
        "columns": [names[0], *(names[place] for place in kept)],
        "rows": [[row[0], *(float(row[place]) if row[place] else None for place in kept)] for row in rows if row],
    }


@contextmanager
def served(content: dict[str, bytes]) -> Iterator[str]:
    """The page on a port of its own, text in brotli, as good hosts do."""

    def answer(request: Request) -> Response:
        name = request.path_params.get("name") or "index.html"
        if name not in content:
            return Response(status_code=404)
        kind = name.rsplit(".", 1)[-1]
        body, headers = content[name], {}
        if kind != "woff2":
            body, headers = brotli.compress(body, quality=11), {"Content-Encoding": "br"}
        return Response(body, media_type=TYPES[kind], headers=headers)

    port = processes.free_port()
    app = Starlette(routes=[Route("/", answer), Route("/{name}", answer)])
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join(10)
