"""Tables of a release as files, at addresses that can be quoted: made once, then served from a temporary folder."""

import tempfile
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path

from warehouse import export
from warehouse.connect import Release

# Ten releases, twenty tables, three formats would be 600 files; the last read stay, the others are made again.
FILES_KEPT = 60


@dataclass
class TableFiles:
    """Files made from a release's tables; the least recently asked for go first."""

    folder: tempfile.TemporaryDirectory[str] = field(
        default_factory=lambda: tempfile.TemporaryDirectory(prefix="observatory-tables-")
    )
    paths: OrderedDict[str, Path] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def path(self, release: Release, table: str, format_: str) -> Path:
        """The file of a table; made at first need, by one request at a time."""
        name = f"{release.release_id}-{table}.{format_}"
        with self.lock:
            path = self.paths.pop(name, None) or self._make(release, table, format_, name)
            self.paths[name] = path
            while len(self.paths) > FILES_KEPT:
                self.paths.popitem(last=False)[1].unlink(missing_ok=True)
        return path

    def _make(self, release: Release, table: str, format_: str, name: str) -> Path:
        return export.export_table(release, table, format_, Path(self.folder.name) / name)
