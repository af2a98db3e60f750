"""`python -m etl run | schedule | rebuild | backfill | edition | status | reachable`: the way in."""

import argparse
import json
import logging
import os
import signal
import sys
from datetime import UTC, date, datetime
from typing import NoReturn

import registry
from etl import edition, locks, logs, pipeline, reach, report, scheduler
from etl.collect import COLLECTORS
from etl.lake import LakeError
from etl.locks import Busy
from etl.pipeline import HISTORY, RunResult
from etl.snapshots import SnapshotError
from settings import Settings, settings
from warehouse.connect import NoRelease
from warehouse.runs import RunsError

log = logging.getLogger("etl")
USAGE, BUSY, TOLD_TO_STOP = 64, 75, 130  # EX_USAGE (argparse's 2 has a meaning here); EX_TEMPFAIL; 128 + SIGINT


class _Parser(argparse.ArgumentParser):
    """Ends with a status of its own for a wrong command line."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 published and every source good, 2 published but not all good, 3 refused by checks, 1 otherwise.

    64 for a wrong command line, 75 when another process is at work, 130 when told to stop.
    """
    chosen = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if chosen.act not in (status, reachable) and not _can_write(settings()):
            return 1
        return int(chosen.act(chosen, settings()))
    except (Busy, registry.RegistryError, RunsError, LakeError, SnapshotError) as error:
        print(error, file=sys.stderr)
        return BUSY if isinstance(error, Busy) else 1
    except Exception as error:
        log.exception("unexpected")
        print(
            f"Unexpected {type(error).__name__}: {error}. The last release stays; logs/etl.log has the details",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("Told to stop: abandoned. The last release stays, the next run goes on from here", file=sys.stderr)
        return TOLD_TO_STOP


def _can_write(given: Settings) -> bool:
    """Begins the log; where that cannot be, nothing else can be kept either."""
    try:
        logs.begin(given.data_dir)
    except OSError as error:
        print(f"OMO_DATA_DIR: {given.data_dir} cannot be written ({error}): choose another folder", file=sys.stderr)
        return False
    return True


def run(chosen: argparse.Namespace, given: Settings) -> int:
    """One pass; a line per source as it is done."""
    if chosen.accept_smaller and not chosen.source:
        print("--accept-smaller needs --source: say which source really has less than before", file=sys.stderr)
        return USAGE
    result = pipeline.run(
        given,
        registry.load(),
        chosen.source,
        next_run_at=chosen.next_run_at,
        accept_smaller=chosen.accept_smaller,
        tell=lambda state: _say(report.line(state)),
    )
    return _end(result, given)


def schedule(chosen: argparse.Namespace, given: Settings) -> int:
    """Runs by the clock until told to stop."""
    return scheduler.serve(given)


def rebuild(chosen: argparse.Namespace, given: Settings) -> int:
    """The release again from the lake, or lake and release from the raw files."""
    result = pipeline.rebuild(given, registry.load(), from_snapshots=chosen.from_snapshots)
    for state in result.sources:
        _say(report.line(state))
    return _end(result, given)


def backfill(chosen: argparse.Namespace, given: Settings) -> int:
    """History since a day, without the time limit of a daily run."""
    if chosen.source != HISTORY:
        print(
            f"Only {HISTORY} has a past that can be asked for: {chosen.source} gives today's figures, or its whole "
            "history at every run",
            file=sys.stderr,
        )
        return USAGE
    result = pipeline.run(
        given, registry.load(), [HISTORY], since=chosen.since, tell=lambda state: _say(report.line(state))
    )
    return _end(result, given)


def draw_edition(chosen: argparse.Namespace, given: Settings) -> int:
    """The charts of a release as files, anew."""
    try:
        with locks.held(given.data_dir / "etl.lock", "The ETL"):
            _say(edition.make(given, chosen.release))
    except NoRelease as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


def status(chosen: argparse.Namespace, given: Settings) -> int:
    """How everything stands."""
    _say(
        json.dumps(report.status(given, registry.load()), indent=1, ensure_ascii=False)
        if chosen.json
        else report.text(given, registry.load())
    )
    return 0


def reachable(chosen: argparse.Namespace, given: Settings) -> int:
    """Whether any service answers."""
    answering = reach.answering(given)
    _say(f"{answering} answers" if answering else "No service answers: there is no way out, or all of them are down")
    return 0 if answering else 1


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m etl", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    running = commands.add_parser("run", help="one pass: collect, tidy, keep, build, check, publish")
    running.add_argument("--source", action="append", choices=COLLECTORS, help="only this one (may be repeated)")
    running.add_argument("--accept-smaller", action="store_true", help="take a reading with less than half of the rows")
    running.add_argument("--next-run-at", type=datetime.fromisoformat, help=argparse.SUPPRESS)  # from the scheduler
    running.set_defaults(act=run)
    commands.add_parser("schedule", help="passes by the clock (OMO_SCHEDULE)").set_defaults(act=schedule)
    rebuilding = commands.add_parser("rebuild", help="the release again, from the lake; no network")
    rebuilding.add_argument("--from-snapshots", action="store_true", help="first the lake again, from the raw files")
    rebuilding.set_defaults(act=rebuild)
    filling = commands.add_parser("backfill", help="older partitions of the weekly history, however long it takes")
    filling.add_argument("--source", required=True, choices=COLLECTORS)
    filling.add_argument("--since", required=True, type=_past_day, metavar="YYYY-MM-DD")
    filling.set_defaults(act=backfill)
    drawing = commands.add_parser("edition", help="every chart of a release as picture, slide and numbers, anew")
    drawing.add_argument("--release", metavar="ID", help="another than the current one")
    drawing.set_defaults(act=draw_edition)
    asking = commands.add_parser("status", help="sources, runs and release")
    asking.add_argument("--json", action="store_true")
    asking.set_defaults(act=status)
    commands.add_parser("reachable", help="exit 0 if a service, or the mirror, answers").set_defaults(act=reachable)
    return parser


def _past_day(text: str) -> date:
    day = date.fromisoformat(text)
    if day > datetime.now(UTC).date():
        raise argparse.ArgumentTypeError(f"expected a day in the past, came {text}")
    return day


def _end(result: RunResult, given: Settings) -> int:
    """Says how the pass ended; then come the pictures, for which no figure waits and which spoil no outcome."""
    _say(result.record.message)
    if result.is_published:
        try:
            with locks.held(given.data_dir / "etl.lock", "The ETL"):
                for said in edition.make_missing(given):
                    _say(said)
        except Busy as busy:
            log.info("edition: %s; the next pass makes it", busy)
    return result.exit_code


def _say(text: str) -> None:
    """A reader that went away (`| head`) does not stop the work."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
