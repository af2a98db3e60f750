"""Streamlit's own assets, brotli-compressed: it serves them plain, and a first visit weighs 7.8 MB instead of 2.5."""

import importlib.metadata
import importlib.util
import mimetypes
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

import brotli

# Worth compressing; fonts and pictures are compressed already.
COMPRESSIBLE = frozenset({".js", ".mjs", ".css", ".json", ".svg", ".wasm", ".html"})
# 9 takes five seconds for all assets, once, in the image build. 5 is what a waiting browser bears: 0.2 s for Plotly.
BUILD_QUALITY, LIVE_QUALITY = 9, 5


def streamlit_static_folder() -> Path:
    """The folder of Streamlit's browser assets, found without importing Streamlit."""
    spec = importlib.util.find_spec("streamlit")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("expected the package streamlit, found none: run `make run`, which installs it")
    return Path(spec.submodule_search_locations[0]) / "static"


def build_folder() -> Path:
    """Where the compressed copies lie; its name holds the version, so that an upgrade never serves old assets."""
    return Path(__file__).parent.parent / "build" / f"static-{importlib.metadata.version('streamlit')}"


@dataclass
class CompressedFiles:
    """Compressed copies of a folder's files, made at first need, kept in memory and, where that is allowed, on disk."""

    source: Path
    build: Path
    bodies: dict[str, bytes] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def body(self, name: str) -> bytes | None:
        """The compressed content of a file, or None where the folder has no such file worth compressing."""
        if name in self.bodies:
            return self.bodies[name]
        path = self._source_file(name)
        if path is None:
            return None
        with self.lock:
            if name not in self.bodies:
                self.bodies[name] = self._kept(name) or self._compress(name, path, LIVE_QUALITY)
        return self.bodies[name]

    def media_type(self, name: str) -> str:
        """The media type that belongs to a file name."""
        known = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}
        return known.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"

    def compress_all(self) -> int:
        """Compress every file at the best quality that is worth its time; returns how many."""
        files = [file for file in self.source.rglob("*") if file.is_file() and file.suffix in COMPRESSIBLE]
        for file in files:
            self._compress(file.relative_to(self.source).as_posix(), file, BUILD_QUALITY)
        return len(files)

    def _source_file(self, name: str) -> Path | None:
        path = (self.source / name).resolve()
        inside = path.is_relative_to(self.source.resolve())
        return path if inside and path.suffix in COMPRESSIBLE and path.is_file() else None

    def _kept(self, name: str) -> bytes | None:
        path = self.build / f"{name}.br"
        return path.read_bytes() if path.is_file() else None

    def _compress(self, name: str, path: Path, quality: int) -> bytes:
        body = brotli.compress(path.read_bytes(), quality=quality)
        target = self.build / f"{name}.br"
        partial = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(body)
            partial.replace(target)
        except OSError:  # a read-only container: memory is enough, the copies come back after a restart
            pass
        return body
