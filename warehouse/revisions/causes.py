"""Why figures can differ between two releases: what the releases themselves show, with what each cause can touch."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from duckdb import DuckDBPyConnection

from warehouse.revisions import made_of

DOWNLOADS = ("new_downloads", "download_share")
# The two kinds of figures that counters decide, each with the only definitions in which they do.
COUNTED: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (DOWNLOADS, ()),
    (("licence_share",), ("licence_by=downloads",)),
)
MODELS = ("hub_models", "hub_history")  # sources of counters; what is known of models has a cause of its own
BOARDS = {"lmarena": "lmarena_", "livebench": "livebench_", "open_llm_leaderboard": "open_llm_"}  # and their benchmarks
# Kind of cause, in the order in which a reason names them -> how its part of the reason begins.
LEADS = {
    "scope": "The scope changed: ",
    "registry": "The registry changed: ",
    "method": "The method changed: ",
    "readings": "Readings were added or replaced: ",
    "counter_events": "The counter was judged anew: ",
    "models": "Newer readings say otherwise of models: ",
}
# Table of the registry -> the figures it can touch, and the only definitions in which it can; one that is not named
# here can touch every figure.
TOUCHES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "organisation_labels": (("best_score",), ()),
    "leaderboard_labels": (("best_score",), ()),
    "licence_labels": (("best_score",), ()),
    "families": (DOWNLOADS, ("attribution=origin", "scope=mainline")),
    "licences": (("licence_share",), ()),
    "licence_tags": (("licence_share",), ()),
    "licence_names": (("licence_share",), ()),
    "thresholds": (DOWNLOADS, ("scope=large",)),
    "panels": (DOWNLOADS, ("panel=",)),
    "family_releases": (DOWNLOADS, ("attribution=origin", "scope=mainline")),
    "reuploaders": (DOWNLOADS, ("attribution=origin", "scope=mainline")),
    "corrections.created_at": (("licence_share",), ("licence_by=models",)),
    "corrections.parameters": (DOWNLOADS, ("scope=large",)),
    "corrections.base_model_id": (DOWNLOADS, ("attribution=origin", "scope=mainline")),
    "corrections.organisation_id": (("best_score",), ()),
}
ENTRIES = {
    "organisations": "organisation",
    "organisation_labels": "a board's name for an organisation,",
    "leaderboard_labels": "a board's name for a model,",
    "licence_labels": "a board's name for a licence,",
    "families": "family",
    "family_releases": "release of",
    "licences": "licence",
    "licence_tags": "licence tag",
    "licence_names": "licence name",
    "thresholds": "threshold",
    "panels": "panel",
    "corrections": "correction",
    "reuploaders": "re-uploader",
}
# Query of the pages -> the figures that it gives.
ANSWERS = {"downloads_over_time": DOWNLOADS, "licence_share": ("licence_share",), "frontier": ("best_score",)}
# What newer readings say otherwise of a model -> the figures and the only definitions that it can touch.
FACTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "task": ((*DOWNLOADS, "licence_share"), ("scope=language", "scope=mainline", "scope=large")),
    "base model": (DOWNLOADS, ("attribution=origin", "scope=mainline")),
    "licence": (("licence_share",), ()),
    "size": (DOWNLOADS, ("scope=large",)),
    "first read": (("licence_share",), ("licence_by=models",)),
    "no longer known": (("licence_share",), ("licence_by=models",)),
}
WINDOW = timedelta(days=30)  # how far back a 30-day counter reaches
SHOWN = 60  # characters of a value that a reason repeats
FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Cause:
    """One cause; an empty tuple is everything, no day is any day. `weight` decides which are named first."""

    kind: str
    detail: str
    weight: float = 0
    whats: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class Changed:
    """An input that only one of the two releases has (None where it has not), or that says something else."""

    kind: str
    name: str
    before: str | None
    after: str | None

    @property
    def verb(self) -> str:
        """`added`, `removed` or `changed`."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"


def put(connection: DuckDBPyConnection) -> None:
    """Fills the temporary table `causes` by comparing the attached release `before` with this one."""
    changed = _changed(connection)
    found = [*_of_registry(changed), *_of_settings(changed), *_of_method(changed), *_of_readings(connection, changed)]
    found += [*_of_events(connection), *_of_models(connection)]
    if found:
        connection.register("causes_to_insert", pa.Table.from_pylist([asdict(cause) for cause in found]))
        connection.execute("insert into causes by name from causes_to_insert")
        connection.unregister("causes_to_insert")


def _changed(connection: DuckDBPyConnection) -> list[Changed]:
    rows = connection.execute(
        "select kind, name, old.content, new.content from before.meta_inputs as old "
        "full join meta_inputs as new using (kind, name) where old.content is distinct from new.content order by all"
    ).fetchall()
    return [Changed(*row) for row in rows]


def _of_registry(changed: Iterable[Changed]) -> Iterator[Cause]:
    for entry in changed:
        table = entry.kind.removeprefix("registry.")
        if table == entry.kind:
            continue
        decides = _sides(entry)[entry.after is not None]
        whats, definitions = TOUCHES.get(f"{table}.{decides.get('field')}") or TOUCHES.get(table, ((), ()))
        regions = tuple(side["region"] for side in _sides(entry) if side.get("region"))
        yield Cause("registry", _said_of_entry(table, entry), 1, whats, definitions, regions)


def _said_of_entry(table: str, entry: Changed) -> str:
    """`organisation 01-ai (region China, before Other)`."""
    before, after = _sides(entry)
    differing = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    parts = [f"{_words(name)} {_short(after.get(name))}, before {_short(before.get(name))}" for name in differing]
    said = ", ".join(parts) if entry.verb == "changed" and parts else entry.verb
    return f"{ENTRIES.get(table, _words(table))} {_short(entry.name)} ({said})"


def _of_settings(changed: Iterable[Changed]) -> Iterator[Cause]:
    for entry in changed:
        if (entry.kind, entry.name) == ("setting", "scope"):
            yield Cause("scope", f"from {entry.before} to {entry.after}")


def _of_method(changed: Iterable[Changed]) -> Iterator[Cause]:
    """A file of SQL that changed can touch what stands on it."""
    for entry in (entry for entry in changed if entry.kind == "method"):
        is_gone = entry.after is None  # nobody can say any more what stood on it
        answers = [whats for query, whats in ANSWERS.items() if is_gone or entry.name in made_of.files_behind(query)]
        if answers:
            yield Cause(
                "method", f"{entry.name} {entry.verb}", whats=tuple(what for whats in answers for what in whats)
            )


def _of_readings(connection: DuckDBPyConnection, changed: Iterable[Changed]) -> Iterator[Cause]:
    """Readings of counters touch the days around them; a board is read whole, its newest reading touches all of it."""
    for entry in changed:
        source_id = entry.kind.removeprefix("reading.")
        verb = "replaced" if entry.verb == "changed" else entry.verb
        cause = Cause("readings", f"{source_id} of {entry.name} {verb}")
        if entry.kind == source_id:
            continue
        if source_id in MODELS:
            first, last = _days_touched(connection, source_id, date.fromisoformat(entry.name))
            cause = replace(cause, weight=date.fromisoformat(entry.name).toordinal(), first_day=first, last_day=last)
            yield from (replace(cause, whats=whats, definitions=definitions) for whats, definitions in COUNTED)
        elif source_id in BOARDS and entry.verb != "removed":  # the one that takes its place is named
            yield replace(cause, whats=("best_score",), definitions=(f"benchmark={BOARDS[source_id]}",))


def _days_touched(connection: DuckDBPyConnection, source_id: str, day: date) -> tuple[date | None, date | None]:
    """From the day after the reading before to the reading after; farther where 30-day counters stand in."""
    first, last = _days_around(connection, source_id, day)
    select = "select min(from_on) from core_download_intervals where method = 'all_time_difference'"
    counted_since = _day(connection, select)
    if counted_since is None or day <= counted_since:  # which windows stand side by side is decided one after the other
        return first and min(first, day - WINDOW), counted_since
    return first, last


def _days_around(connection: DuckDBPyConnection, source_id: str, day: date) -> tuple[date | None, date | None]:
    """The day after the reading before it, and the reading after it (or itself), in either release."""
    known = "from (from meta_inputs union all from before.meta_inputs) where kind = $kind and name {} $day"
    values = {"kind": f"reading.{source_id}", "day": day.isoformat()}
    before = _day(connection, f"select max(name)::date {known.format('<')}", values)
    after = _day(connection, f"select min(name)::date {known.format('>')}", values)
    return before and before + timedelta(days=1), after or day


def _of_events(connection: DuckDBPyConnection) -> Iterator[Cause]:
    for row in _rows(connection, "events"):
        judged = "not judged so any more" if row["treated_now"] is None else f"now {_words(row['treated_now'])}"
        before = f"before {_words(row['treated_before'])}, " if row["treated_before"] else ""
        detail = f"{_words(row['kind'])} of {_short(row['model_id'])} on {row['on_day']} ({before}{judged})"
        cause = Cause("counter_events", detail, abs(float(row["size"] or 0)), regions=tuple(row["regions"]))
        cause = replace(cause, first_day=row["from_on"] or row["on_day"], last_day=row["on_day"])
        yield from (replace(cause, whats=whats, definitions=definitions) for whats, definitions in COUNTED)


def _of_models(connection: DuckDBPyConnection) -> Iterator[Cause]:
    for row in _rows(connection, "models"):
        whats, definitions = FACTS[row["fact"]]
        cause = Cause("models", _said_of_models(row), row["models"], whats, definitions, tuple(row["regions"]))
        yield replace(cause, first_day=row["month"], last_day=row["month"])


def _said_of_models(row: dict[str, Any]) -> str:
    example, count = _short(row["example"]), row["models"]
    models = example if count == 1 else f"{count:,} models such as {example}"
    return f"{models} {row['fact']}" if row["month"] else f"{row['fact']} of {models}"


def _rows(connection: DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    """Rows of a comparison; none where the release before was made without the tables for it."""
    try:
        found = connection.execute((FOLDER / f"{name}.sql").read_text(encoding="utf-8"))
    except (duckdb.CatalogException, duckdb.BinderException):
        return []
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _day(connection: DuckDBPyConnection, select: str, values: dict[str, Any] | None = None) -> date | None:
    day: date | None = connection.execute(select, values or {}).fetchall()[0][0]
    return day


def _sides(entry: Changed) -> tuple[dict[str, Any], dict[str, Any]]:
    return json.loads(entry.before or "{}"), json.loads(entry.after or "{}")


def _short(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


def _words(word: str) -> str:
    return str(word).replace("_", " ")
