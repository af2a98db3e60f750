"""hub_licence_tags -> licence_tags: the licence identifiers that the Hub knows."""

from etl.snapshots import Snapshot
from etl.tidy.doors import bad_text, good_text, need_columns, need_rows_of, parse_json, refuse_mostly_bad, shown
from etl.tidy.tidied import Refusal, Tidied, table

PREFIX = "license:"


def tidy(snapshot: Snapshot) -> Tidied:
    """One row per tag, without its `license:`."""
    raw = need_rows_of(parse_json(snapshot, "tags.json"), "license", "tags.json")
    need_columns("tags.json", {key for row in raw for key in row}, ["id", "label"])
    rows: dict[str, str] = {}
    refused = []
    for row in raw:
        tag = str(row.get("id", "")).removeprefix(PREFIX)
        reason = bad_text(row.get("id")) or ("it appears twice, the first is kept" if tag in rows else None)
        if reason:
            refused.append(Refusal(shown(row.get("id")), reason))
        else:
            rows[tag] = good_text(row.get("label")) or tag
    refuse_mostly_bad("tags.json", refused, len(raw))
    reading = {"observed_on": snapshot.observed_on, "source_id": snapshot.source_id}
    tags = [{**reading, "licence_tag": tag, "label": label} for tag, label in sorted(rows.items())]
    return Tidied({"licence_tags": table("licence_tags", tags)}, tuple(refused), {"rows": len(raw) - len(refused)})
