"""What the command line says: a line per source, and the state of everything as JSON."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from etl import edition
from registry import Registry
from settings import Settings
from warehouse import connect, runs
from warehouse.runs import RunRecord, SourceState

REASON_SHOWN = 600  # a sentence, not a page


def line(state: SourceState) -> str:
    """`hub_models  ok  12,345 rows  read 2025-08-07  (data until 2025-08-07, 3 days old)` and the reason, if any."""
    rows = f"{state.rows:,} rows" if state.rows is not None else "no rows"
    read = f"read {state.last_success_at:%Y-%m-%d}" if state.last_success_at else "never read"
    reason = f"  {state.message[:REASON_SHOWN]}" if state.message else ""
    return f"{state.source_id:<22}{state.status:<9}{rows:>14}  {read}  ({_age(state)}){reason}"


def status(settings: Settings, registry: Registry) -> dict[str, Any]:
    """Sources, last run, next run and current release; plain values for JSON."""
    known = runs.read_sources(settings.data_dir)
    states = [known.get(s.source_id) or SourceState(s.source_id, "missing", "never tried") for s in registry.sources]
    record = runs.last_run(settings.data_dir)
    return {
        "release": _release(settings),
        "edition": edition.summary(settings.data_dir, connect.current_release_id(settings.data_dir)),
        "last_run": _plain(asdict(record)) if record else None,
        "next_run_at": _next_run_at(record),
        "sources": [_plain(asdict(state)) | {"age_days": _age_days(state)} for state in states],
    }


def text(settings: Settings, registry: Registry) -> str:
    """The same for people."""
    known, facts = runs.read_sources(settings.data_dir), status(settings, registry)
    lines = [
        line(known.get(s.source_id) or SourceState(s.source_id, "missing", "never tried")) for s in registry.sources
    ]
    last, release = facts["last_run"], facts["release"]
    return "\n".join(
        [
            *lines,
            f"last run   {last['started_at']}  {last['status']}  {last['message']}" if last else "last run   none yet",
            f"next run   {facts['next_run_at'] or 'unknown: no scheduler has planned one'}",
            f"release    {release['release_id']}{', SIMULATED DATA' if release['is_simulated'] else ''}"
            if release
            else f"release    {_why_none(settings)}",
            f"edition    {edition.state(settings.data_dir, release['release_id'] if release else None)}",
        ]
    )


def _release(settings: Settings) -> dict[str, Any] | None:
    try:
        release = connect.open_release(settings.data_dir)
    except connect.NoRelease:
        return None
    facts = {"release_id": release.release_id, "built_at": release.built_at, "is_simulated": release.is_simulated}
    release.close()
    return _plain(facts | {"data_until": release.data_until})


def _why_none(settings: Settings) -> str:
    is_there = connect.current_release_id(settings.data_dir)
    return f"{is_there} is damaged: run `python -m etl rebuild`" if is_there else "none yet: run `python -m etl run`"


def _next_run_at(record: RunRecord | None) -> str | None:
    """When the scheduler comes next; None when it should have come and did not."""
    is_ahead = record and record.next_run_at and record.next_run_at > datetime.now(UTC)
    return record.next_run_at.isoformat() if record and record.next_run_at and is_ahead else None


def _age(state: SourceState) -> str:
    days = _age_days(state)
    if days is None:
        return "no data"
    return f"data until {state.data_until}, {days:,} {'day' if days == 1 else 'days'} old"


def _age_days(state: SourceState) -> int | None:
    return max(0, (datetime.now(UTC).date() - state.data_until).days) if state.data_until else None


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
