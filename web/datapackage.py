"""/data/<release>/datapackage.json: the tables of a release as a Data Package (datapackage.org, version 2)."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from charts.provenance import NAME, SIMULATED
from settings import settings
from warehouse import export
from warehouse.connect import NoRelease, Release
from web.answers import cache_headers, not_here, opened, plain_json

SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
WORDS = Path(__file__).parent.parent / "docs/tables.md"
# DuckDB's type -> type and format of a Table Schema; lists and maps are text in a CSV.
TYPES: dict[str, dict[str, str]] = {
    "BOOLEAN": {"type": "boolean"},
    "DATE": {"type": "date"},
    "DOUBLE": {"type": "number"},
    "FLOAT": {"type": "number"},
    "TIMESTAMP": {"type": "datetime", "format": "any"},
    "TIMESTAMP WITH TIME ZONE": {"type": "datetime", "format": "any"},
}
WHOLE_NUMBER = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?")
SPDX = re.compile(r"[A-Za-z]+-[A-Za-z0-9.-]*\d[A-Za-z0-9.-]*")


def datapackage(request: Request) -> Response:
    """The package of a release; its paths are relative to where it stands."""
    pinned = request.path_params["release_id"]
    try:
        with opened(pinned) as release:
            headers = cache_headers(pinned, f"{release.release_id}-datapackage")
            if headers["ETag"] in request.headers.get("if-none-match", ""):
                return Response(status_code=304, headers=headers)
            return plain_json(package(release), 200, headers)
    except NoRelease as missing:
        return not_here(str(missing))


def package(release: Release) -> dict[str, Any]:
    """What the release holds, column by column, and under which licences its sources stand."""
    sources = export.sources(release)
    rows = export.tables(release)
    return {
        "$schema": SCHEMA,
        "name": f"open-model-observatory-{release.release_id.lower()}",
        "id": f"{settings().public_url}/data/{release.release_id}/datapackage.json",
        "title": f"{NAME}, release {release.release_id}",
        "description": f"{SIMULATED + ' ' if release.is_simulated else ''}Adoption, capability and licences of "
        "open-weight AI models. Each table has one row per key; the method stands in the documents of the project.",
        "homepage": settings().public_url,
        "version": release.release_id,
        "created": release.built_at,
        "contributors": [{"title": NAME, "path": settings().public_url, "roles": ["publisher"]}],
        "keywords": ["open-weight models", "artificial intelligence", "adoption", "licences", "benchmarks"],
        "licenses": [_licence(source) for source in sources if source.get("licence")],
        "sources": [_source(source) for source in sources],
        "resources": [
            _resource(table, columns, rows[table], export.left_out(release, table))
            for table, columns in export.columns(release).items()
        ],
    }


def _source(source: dict[str, str]) -> dict[str, str]:
    """How a source wants to be named, where it is, and what its licence lets be passed on."""
    named = {"title": source.get("attribution") or source.get("title") or source["source_id"]}
    more = {"path": source.get("url"), "redistribution": source.get("redistribution")}
    return named | {name: value for name, value in more.items() if value}


def _licence(source: dict[str, str]) -> dict[str, str]:
    """Name (an SPDX id) and address of a source's licence where it has them; the title says which source."""
    stated = source["licence"]
    first = stated.split(";")[0].split(" (")[0]
    name = {"name": first} if SPDX.fullmatch(first) else {}
    where = source.get("licence_url") or source.get("url")
    path = {"path": where} if where else {}
    return {**name, **path, "title": f"{source.get('title', source['source_id'])}: {stated}"}


def _resource(table: str, columns: list[tuple[str, str]], rows: int, left_out: str) -> dict[str, Any]:
    said, words = table_words().get(table, ("", {}))
    return {
        "name": table,
        "type": "table",
        "path": f"{table}.csv",
        "description": f"{said} {left_out}".strip(),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "rows": rows,
        "alternatives": [f"{table}.parquet", f"{table}.json"],
        "schema": {
            "fields": [_field(name, kind, words.get(name, "")) for name, kind in columns],
            "missingValues": [""],
        },
    }


def _field(name: str, kind: str, said: str) -> dict[str, str]:
    typed = {"type": "integer"} if WHOLE_NUMBER.fullmatch(kind) else TYPES.get(kind, {"type": "string"})
    return {"name": name, **typed, **({"description": said} if said else {})}


@cache
def table_words() -> dict[str, tuple[str, dict[str, str]]]:
    """Table -> what it is, and what each column holds, from the documents; nothing where they are not installed."""
    try:
        written = WORDS.read_text(encoding="utf-8")
    except OSError:
        return {}
    found = {}
    for part in written.split("\n## ")[1:]:
        name, _, text = part.partition("\n")
        cells = re.findall(r"^\| ([a-z_0-9]+) \| (.*?) \|$", text, re.MULTILINE)
        said = text.strip().split("\n\n")[0]
        found[name.strip()] = (_plain(said), {column: _plain(words) for column, words in cells})
    return found


def _plain(markdown: str) -> str:
    """Words without marks of code and links."""
    return " ".join(re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", markdown).replace("`", "").split())
