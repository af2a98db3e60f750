"""Headers that protect readers, and Streamlit's assets at a third of their weight."""

import base64
import hashlib
import re
from pathlib import Path

import brotli
import pytest

from tests.web.conftest import Get
from web.compressed import CompressedFiles, streamlit_static_folder

STATIC = streamlit_static_folder()
PLOTLY = next(STATIC.rglob("PlotlyChart*.js")).relative_to(STATIC).as_posix()
FONT = next(STATIC.rglob("SourceSans*.woff2")).relative_to(STATIC).as_posix()


def test_an_asset_comes_compressed_and_is_the_same_asset(get: Get) -> None:
    answer = get(f"/{PLOTLY}", {"Accept-Encoding": "gzip, deflate, br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert brotli.decompress(answer.body) == (STATIC / PLOTLY).read_bytes()
    assert len(answer.body) < (STATIC / PLOTLY).stat().st_size / 3
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert (answer.headers["Vary"], "immutable" in answer.headers["Cache-Control"]) == ("Accept-Encoding", True)


@pytest.mark.parametrize("accepted", ["gzip", "identity", "brown"])
def test_a_browser_that_does_not_take_brotli_gets_the_plain_file(get: Get, accepted: str) -> None:
    answer = get(f"/{PLOTLY}", {"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers
    assert answer.body == (STATIC / PLOTLY).read_bytes()
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_fonts_are_compressed_already_and_pass_as_they_are(get: Get) -> None:
    assert "Content-Encoding" not in get(f"/{FONT}", {"Accept-Encoding": "br"}).headers


@pytest.mark.parametrize("name", ["/static/../index.html", "/static/js/none.js", "/static/%2e%2e/%2e%2e/app.py"])
def test_no_name_leads_out_of_the_folder_of_assets(compressed: CompressedFiles, name: str) -> None:
    assert compressed.body(name) is None
    assert compressed.body("../__init__.py") is None


def test_compressed_copies_are_kept_on_disk_for_the_next_start(compressed: CompressedFiles) -> None:
    body = compressed.body(PLOTLY)
    again = CompressedFiles(compressed.source, compressed.build)
    (compressed.build / f"{PLOTLY}.br").write_bytes(b"kept")
    assert (again.body(PLOTLY), body is not None) == (b"kept", True)
    (compressed.build / f"{PLOTLY}.br").write_bytes(body or b"")


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where the folder should be")
    files = CompressedFiles(STATIC, blocked / "build")
    body = files.body(PLOTLY)
    assert body is not None
    assert files.body(PLOTLY) is body


def test_pages_may_load_nothing_from_elsewhere_and_be_framed_only_by_themselves(get: Get) -> None:
    headers = get("/index.html").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'self'" in policy
    assert "unsafe-eval" not in policy and "http" not in policy
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == (
        "nosniff",
        "strict-origin-when-cross-origin",
    )


@pytest.mark.parametrize(
    ("query", "framed_by"), [("?embed=true", "*"), ("?embed=false", "'self'"), ("?embed=1", "'self'")]
)
def test_only_an_embedded_page_may_be_framed_by_others(get: Get, query: str, framed_by: str) -> None:
    policy = get(f"/index.html{query}").headers["Content-Security-Policy"]
    assert policy.endswith(f"frame-ancestors {framed_by}")


def test_the_inline_script_of_the_page_is_allowed_by_its_hash_alone(get: Get) -> None:
    answer = get("/index.html")
    scripts = re.findall(rb"<script>(.*?)</script>", answer.body, flags=re.DOTALL)
    assert scripts
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
        assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


def test_a_host_header_cannot_smuggle_a_rule_into_the_policy(get: Get) -> None:
    policy = get("/index.html", {"Host": "evil.test; script-src *"}).headers["Content-Security-Policy"]
    assert "evil" not in policy


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/"])
def test_the_servers_own_figures_are_hidden(get: Get, path: str) -> None:
    assert get(path).status == 404
