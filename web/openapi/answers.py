"""JSON schemas of the answers that programs read."""

from typing import Any

TEXT, YES_OR_NO, COUNT = {"type": "string"}, {"type": "boolean"}, {"type": "integer", "minimum": 0}
TIME = {"type": "string", "format": "date-time"}
ADDRESSES = {"type": "object", "additionalProperties": TEXT}


def _things(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """An object whose properties are all there, but for the optional ones."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


def _list_of(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


SCHEMAS: dict[str, dict[str, Any]] = {
    "Problem": _things({"error": TEXT, "reason": TEXT, "how": TEXT}, optional=("how",)),
    "Health": {"type": "object"},
    "Release": _things(
        {
            "release_id": TEXT,
            "built_at": TIME,
            "is_simulated": YES_OR_NO,
            "content_sha256": {"type": ["string", "null"]},
            "tables": TEXT,
            "permalink": TEXT,
            "edition": {"type": ["object", "null"]},
        },
        optional=("edition",),
    ),
    "Releases": _things({"releases": _list_of("Release")}),
    "Chart": _things(
        {
            "chart_id": TEXT,
            "question": TEXT,
            "filters": {"type": "array", "items": TEXT},
            "page": TEXT,
            "plain_page": TEXT,
            "files": ADDRESSES,
        }
    ),
    "Charts": _things({"charts": _list_of("Chart")}),
    "Table": _things({"table": TEXT, "rows": COUNT, "files": ADDRESSES}),
    "Tables": _things({"release_id": TEXT, "is_simulated": YES_OR_NO, "tables": _list_of("Table")}),
    "OEmbed": _things(
        {
            "version": {"const": "1.0"},
            "type": {"const": "rich"},
            "title": TEXT,
            "provider_name": TEXT,
            "provider_url": TEXT,
            "width": COUNT,
            "height": COUNT,
            "cache_age": COUNT,
            "html": TEXT,
        }
    ),
    "Alert": _things(
        {
            "id": TEXT,
            "url": TEXT,
            "title": TEXT,
            "content_text": TEXT,
            "date_published": TIME,
            "kind": TEXT,
            "subject": TEXT,
            "before": TEXT,
            "after": TEXT,
            "release_id": TEXT,
            "permalink": TEXT,
            "is_simulated": YES_OR_NO,
        }
    ),
    "Alerts": _things(
        {"version": TEXT, "title": TEXT, "home_page_url": TEXT, "feed_url": TEXT, "items": _list_of("Alert")}
    ),
    "DataPackage": _things(
        {
            "$schema": TEXT,
            "name": TEXT,
            "title": TEXT,
            "version": TEXT,
            "created": TIME,
            "licenses": {"type": "array", "items": {"type": "object"}},
            "sources": {"type": "array", "items": {"type": "object"}},
            "resources": {"type": "array", "items": {"type": "object"}, "minItems": 1},
        }
    ),
}
