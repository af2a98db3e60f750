"""What a release was made of, as rows that can be compared with another's: registry, readings, SQL, scope."""

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from warehouse.inputs import RegistryRows

SQL = Path(__file__).parent.parent
# What a person wrote beside a decision, and decides no figure.
WORDS = {
    "name", "title", "note", "reason", "evidence", "evidence_url", "evidence_title", "checked_on", "confidence", "url",
    "publisher", "licence", "licence_url", "attribution", "redistribution", "stale_after_days", "date", "decided_on",
    "position",
}  # fmt: skip
# Where only a part of an entry decides figures of regions and licence classes.
DECIDES = {"organisations": ("region",), "licences": ("licence_class",)}
# Tables whose entries have two names together.
PAIRS = {"corrections": ("subject", "field"), "family_releases": ("family_id", "name")}
# Tables of the registry that decide no figure of a period.
SILENT = frozenset({"events", "metrics", "published_figures"})


def put(connection: DuckDBPyConnection, registry: RegistryRows) -> None:
    """Fills `meta_inputs`: one row for each entry of the registry, reading, SQL file and setting."""
    rows = [*_registry(registry), *_readings(connection), *_method(), *_scope(connection)]
    connection.register("inputs_to_insert", pa.Table.from_pylist(rows))
    connection.execute("insert into meta_inputs by name from inputs_to_insert order by kind, name")
    connection.unregister("inputs_to_insert")


def method() -> dict[str, str]:
    """SQL file or macro -> fingerprint of what it does: comments and line breaks do not count."""
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in _texts().items()}


@cache
def files_behind(query: str) -> frozenset[str]:
    """The SQL that decides what a query of the pages answers: its own, that of the tables and macros it names, ..."""
    texts = _texts()
    named = {Path(name).stem: name for name in texts if not name.startswith("queries/")}
    found: set[str] = set()
    waiting = [f"queries/{query}.sql"]
    while waiting:
        name = waiting.pop()
        found.add(name)
        words = set(re.findall(r"\w+", texts[name])) & set(named)
        waiting += [named[word] for word in words if named[word] not in found]
    return frozenset(found)


@cache
def _texts() -> dict[str, str]:
    """Each table, query and macro of the warehouse, by name, as plain SQL."""
    files = {f"{folder}/{file.name}": file for folder in ("tables", "queries") for file in (SQL / folder).glob("*.sql")}
    macros = re.findall(r"create temp macro (\w+)([^;]*)", plain((SQL / "inputs.sql").read_text(encoding="utf-8")))
    texts = {name: plain(file.read_text(encoding="utf-8")) for name, file in sorted(files.items())}
    return texts | {f"macros/{name}": text for name, text in macros}


def plain(text: str) -> str:
    """SQL without comments and line breaks."""
    return " ".join(re.sub(r"--[^\n]*", "", text).split())


def _registry(registry: RegistryRows) -> list[dict[str, str]]:
    return [
        {"kind": f"registry.{table}", "name": name, "content": content}
        for table, rows in registry.frames().items()
        if table not in SILENT
        for name, content in _entries(table, rows).items()
    ]


def _entries(table: str, rows: list[dict[str, Any]]) -> dict[str, str]:
    """Name of each entry (its first key that is no number) -> what of it decides figures, as JSON."""
    named: dict[str, str] = {}
    for row in rows:
        key = next(name for name, value in row.items() if isinstance(value, str))
        decides = {name: row[name] for name in DECIDES.get(table, row) if name not in WORDS and name != key}
        name = ", ".join(str(row[part]) for part in PAIRS.get(table, (key,)))
        named[name] = json.dumps(decides, sort_keys=True, default=str, ensure_ascii=False)
    return named


def _readings(connection: DuckDBPyConnection) -> list[dict[str, str]]:
    """Readings that count; of a board only the newest does."""
    found = connection.execute(
        "select source_id, observed_on, rows, snapshot_sha256 from input_readings where counts"
    ).fetchall()
    return [
        {"kind": f"reading.{source_id}", "name": str(day), "content": json.dumps({"rows": rows, "sha256": code})}
        for source_id, day, rows, code in found
    ]


def _method() -> list[dict[str, str]]:
    return [{"kind": "method", "name": name, "content": code} for name, code in method().items()]


def _scope(connection: DuckDBPyConnection) -> list[dict[str, str]]:
    scope, code_version = connection.execute("select scope, code_version from meta_release").fetchall()[0]
    names = {"scope": scope, "code_version": code_version}
    return [{"kind": "setting", "name": name, "content": str(content)} for name, content in names.items()]
