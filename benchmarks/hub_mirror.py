"""A mirror that offers the simulated Hub's weekly partitions: the listing, and each week's file.

`python -m benchmarks.hub_mirror --share 0.05 --folder FOLDER --weeks 96 120` writes the files of weeks 96 to 119.
"""

import argparse
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks import hub_partition
from benchmarks.synthetic_hub import SyntheticHub

LISTING = "/huggingface.co/api/datasets/hfmlsoc/hub_weekly_snapshots/tree/main/models"
FILES = "/huggingface.co/datasets/hfmlsoc/hub_weekly_snapshots/resolve/main/models/"
CHUNK = 256 * 1024


def main() -> None:
    """Write partitions that are not there yet."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hub_mirror", description=__doc__)
    parser.add_argument("--share", type=float, required=True, help="part of three million models")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--weeks", type=int, nargs=2, required=True)
    chosen = parser.parse_args()
    write_partitions(chosen.folder, SyntheticHub(chosen.share), range(*chosen.weeks))


def write_partitions(folder: Path, hub: SyntheticHub, weeks: range) -> None:
    """Put the partitions of some weeks into a folder; those that lie there are taken as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    for week in weeks:
        target, partial = folder / f"{hub.day(week)}.parquet", folder / "week.partial"
        if not target.exists():
            hub_partition.write(hub, week, partial)
            partial.rename(target)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a mirror with the partitions in a folder."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == LISTING:
                entries = [{"type": "directory", "path": f"models/{file.stem}"} for file in _partitions(folder)]
                self._send(json.dumps(entries).encode(), "application/json")
                return
            name = path.removeprefix(FILES).removesuffix("/models.parquet")
            file = next((file for file in _partitions(folder) if file.stem == name), None)
            if file is None:
                self.send_error(404)
            else:
                self._send(file.read_bytes(), "application/octet-stream")

        def _send(self, content: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("X-Simulated", "true")
            self.end_headers()
            try:
                for first in range(0, len(content), CHUNK):
                    self.wfile.write(content[first : first + CHUNK])
            except ConnectionError:  # the reader was killed
                self.close_connection = True

        def log_message(self, format: str, *values: object) -> None:
            """Say nothing: a killed reader is no news here."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _partitions(folder: Path) -> list[Path]:
    return sorted(folder.glob("2*.parquet"))


if __name__ == "__main__":
    main()
