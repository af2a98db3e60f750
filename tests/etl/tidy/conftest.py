"""Snapshots made by hand, for the tidy functions."""

import gzip
import hashlib
import io
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.snapshots import Snapshot, SnapshotFile

DAY = date(2025, 8, 7)
MakeSnapshot = Callable[[str, Mapping[str, Any]], Snapshot]


def as_bytes(payload: Any) -> bytes:
    """Tables as Parquet, text as it is, everything else as JSON."""
    if isinstance(payload, pa.Table):
        content = io.BytesIO()
        pq.write_table(payload, content)
        return content.getvalue()
    if isinstance(payload, str | bytes):
        return payload.encode() if isinstance(payload, str) else payload
    return json.dumps(payload).encode()


@pytest.fixture
def snapshot(tmp_path: Path) -> MakeSnapshot:
    """Makes a snapshot of a source from payloads by file name."""

    def make(source_id: str, payloads: Mapping[str, Any]) -> Snapshot:
        files = []
        for name, payload in payloads.items():
            content = as_bytes(payload)
            (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
            digest = hashlib.sha256(content).hexdigest()
            files.append(SnapshotFile(name, f"https://example.org/{name}", digest, len(content), None))
        label = DAY.isoformat() if source_id == "hub_history" else None
        read_at = datetime(2025, 8, 7, 12, tzinfo=UTC)
        return Snapshot(source_id, tmp_path, read_at, DAY, label, False, "ab" * 32, tuple(files))

    return make
