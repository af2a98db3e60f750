"""`python -m sidecar replay FILE`: asks the models of a downloaded record again and prints what is different."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from settings import settings
from sidecar.engine import Engine
from sidecar.evidence import records
from sidecar.evidence.records import Record, RecordError
from sidecar.evidence.replay import PROMISE, Replayed, replay
from sidecar.offered import found
from sidecar.visible import on_one_line

IDENTICAL, UNREADABLE, DIFFERENT, NOT_ASKED = 0, 1, 2, 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.description = (
        f"{PROMISE} Exit: 0 all identical, 2 something differs (or the weights are others), "
        "3 some could not be asked, 1 the record cannot be read."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a record, as downloaded from the page Compare")
    parser.add_argument("--endpoint", action="append", default=[], metavar="ID", help="only this one; may be repeated")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")


def run(arguments: argparse.Namespace) -> int:
    """Replays and prints; the exit code says how it went."""
    try:
        record = _read(arguments.file)
        _check_endpoints(record, arguments.endpoint)
    except RecordError as error:
        _say(error.sentence, sys.stderr)
        return UNREADABLE
    models = found.all_models(settings())
    engine = Engine(models)
    try:
        rows = replay(record, engine, models, only=arguments.endpoint)
    finally:
        engine.close()
    _say(_as_json(record, rows) if arguments.json else "\n".join(_as_text(record, rows)))
    return exit_code(rows)


def exit_code(rows: Sequence[Replayed]) -> int:
    """A difference weighs more than a model that could not be asked."""
    outcomes = {row.outcome for row in rows}
    if outcomes & {"different", "other_weights"}:
        return DIFFERENT
    return NOT_ASKED if outcomes != {"identical"} else IDENTICAL


def _read(path: Path) -> Record:
    try:
        with path.open("rb") as file:
            return records.read(file.read(records.MAXIMUM_BYTES + 1))
    except OSError as error:
        raise RecordError(f"Cannot read {path}: {error.strerror}. Give the path of a downloaded record.") from error


def _check_endpoints(record: Record, wanted: Sequence[str]) -> None:
    known = [answer.endpoint_id for answer in record.answers]
    for endpoint_id in wanted:
        if endpoint_id not in known:
            raise RecordError(
                f"The record holds no answer of '{on_one_line(endpoint_id, 64)}'; it has: {', '.join(known)}."
            )


def _as_json(record: Record, rows: Sequence[Replayed]) -> str:
    """ASCII only: a terminal shows nothing of a model's text but letters."""
    answers = [asdict(row) | {"difference": row.difference} for row in rows]
    return json.dumps({"record_id": record.record_id, "record_sha256": record.record_sha256, "answers": answers})


def _as_text(record: Record, rows: Sequence[Replayed]) -> list[str]:
    lines = [f"Record {record.record_id} of {record.asked_at}", PROMISE]
    for row in rows:
        lines += ["", f"{row.endpoint_id}: {row.outcome.replace('_', ' ')}", f"  {row.sentence}"]
        lines += [f"    {line}" for line in row.difference]
    return lines


def _say(text: str, where: TextIO | None = None) -> None:
    (where or sys.stdout).write(f"{text}\n")
