"""What is added to every answer: security headers, compression of static files, cache headers.

Plain ASGI: websockets pass untouched, nothing is buffered.
"""

import base64
import hashlib
import re
from pathlib import Path
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.compressed import CompressedFiles, build_folder, streamlit_static_folder

# Streamlit's names hold a hash of their content: they never change.
FOREVER = "public, max-age=31536000, immutable"
# Our own files keep their names: a week, so that a new font arrives.
OWN_FILES = "public, max-age=604800"
# Answers to everybody without asking; says how many sessions and how much memory the server has.
HIDDEN = frozenset({"/_stcore/metrics"})
HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")


def inline_script_hashes(index: Path) -> list[str]:
    """CSP sources for the inline scripts of Streamlit's own page, so that none needs 'unsafe-inline'."""
    scripts = re.findall(r"<script>(.*?)</script>", index.read_text(encoding="utf-8"), flags=re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    return [f"'sha256-{digest}'" for digest in digests]


def content_security_policy(host: str, is_embedded: bool, script_hashes: list[str]) -> str:
    """The policy of a page: all from here, nothing from elsewhere; only embedded pages may be framed by others."""
    sockets = f"ws://{host} wss://{host} " if HOST.fullmatch(host) else ""
    rules = [
        "default-src 'self'",
        " ".join(["script-src 'self' blob:", *script_hashes]),  # blob: Streamlit loads components so
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        f"connect-src 'self' {sockets}data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors *" if is_embedded else "frame-ancestors 'self'",
    ]
    return "; ".join(rules)


class SecurityHeaders:
    """Sets the headers that protect readers, and hides the server's own figures."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.script_hashes = inline_script_hashes(streamlit_static_folder() / "index.html")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        policy = self._policy(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", policy)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
            await send(message)

        if scope["path"].rstrip("/") in HIDDEN:
            await JSONResponse({"error": "not found"}, status_code=404)(scope, receive, send_with_headers)
            return
        await self.app(scope, receive, send_with_headers)

    def _policy(self, scope: Scope) -> str:
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        is_embedded = query.get("embed", [""])[-1].lower() == "true"
        return content_security_policy(Headers(scope=scope).get("host", ""), is_embedded, self.script_hashes)


class CompressedStatic:
    """Answers /static/ from brotli copies where the browser takes them; gives our own files a cache header."""

    def __init__(self, app: ASGIApp, files: CompressedFiles | None = None) -> None:
        self.app = app
        self.files = files or CompressedFiles(streamlit_static_folder(), build_folder())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
        elif scope["path"].startswith("/static/"):
            await self._static(scope, receive, send)
        elif scope["path"].startswith("/app/static/"):
            await self.app(scope, receive, with_cache_header(send, OWN_FILES))
        else:
            await self.app(scope, receive, send)

    async def _static(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        takes_brotli = "br" in re.split(r"[\s,;]+", headers.get("accept-encoding", "")) and "range" not in headers
        name = scope["path"].lstrip("/")
        body = await run_in_threadpool(self.files.body, name) if takes_brotli else None
        if body is None:
            await self.app(scope, receive, with_vary(send))
            return
        response = Response(body, media_type=self.files.media_type(name))
        response.headers.update({"Content-Encoding": "br", "Vary": "Accept-Encoding", "Cache-Control": FOREVER})
        await response(scope, receive, send)


def with_cache_header(send: Send, value: str) -> Send:
    """A `send` that gives good answers a cache header."""

    async def send_with_cache(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] < 300:
            MutableHeaders(scope=message)["Cache-Control"] = value
        await send(message)

    return send_with_cache


def with_vary(send: Send) -> Send:
    """A `send` that tells caches that the answer depends on the accepted encoding."""

    async def send_with_vary(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header("Accept-Encoding")
        await send(message)

    return send_with_vary


MIDDLEWARE = [Middleware(SecurityHeaders), Middleware(CompressedStatic)]
