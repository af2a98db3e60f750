"""`python -m sidecar pack NAME --models a,b`: runs a prompt pack and prints the table that the page shows."""

import argparse
import csv
import io
import json
import signal
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from types import FrameType
from typing import Any, TextIO

from registry import PromptPack, load_prompts
from registry.prompts import LANGUAGES
from settings import settings
from sidecar.engine import Engine
from sidecar.models import Endpoint, Models
from sidecar.offered import found
from sidecar.packs import runs
from sidecar.packs.runs import OwnedElsewhere, PackError, PackRun
from sidecar.visible import on_one_line, visible

DONE, NOT_BEGUN, SOME_FAILED, NOT_OVER, OWNED, TOLD_TO_STOP = 0, 1, 2, 3, 75, 130
LOOK_EVERY_S = 0.3
LONGEST_CELL = 500
DESCRIPTION = """\
Puts every prompt of a pack to each model several times and counts refusals and evasions by the rules of
registry/answer_rules.yaml, with 95 % intervals. Progress goes to standard error, the table to standard output.
Runs are kept in the live folder; the page Compare shows them too, and goes on with them.

Exit: 0 every answer came, 2 done but some models could not be asked (counted apart), 3 ended before its end
(go on with --resume), 1 could not begin, 75 another process works on that run, 130 stopped with Ctrl+C (--resume).
"""
TABLE_COLUMNS = (
    "model",
    "n",
    "refused",
    "95 % interval",
    "evaded",
    "95 % interval",
    "avoided",
    "95 % interval",
    "empty",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.description = DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("name", nargs="?", metavar="NAME", help="which pack; see --list")
    parser.add_argument("--models", default="", metavar="A,B", help="ids of models; see `python -m sidecar models`")
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="how often each prompt is asked (3)")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="language of the prompts (en)")
    parser.add_argument("--judges", default="", metavar="X,Y", help="two models from different regions that judge too")
    parser.add_argument("--temperature", type=float, metavar="T", help="0 to 2 (the pack's)")
    parser.add_argument("--seed", type=int, default=runs.DEFAULT_SEED, metavar="N", help="repeat k has seed N + k (1)")
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table", help="of the output (table)")
    parser.add_argument("--resume", metavar="RUN_ID", help="go on with a run, or print it again if it is over")
    parser.add_argument("--list", action="store_true", help="the packs and the runs there are, and nothing else")


def run(arguments: argparse.Namespace) -> int:
    """Runs and prints; the exit code says how it went."""
    if arguments.list:
        _say(_list())
        return DONE
    try:
        return _run(arguments)
    except OwnedElsewhere as error:
        _say([error.sentence], sys.stderr)
        return OWNED
    except PackError as error:
        _say([error.sentence], sys.stderr)
        return NOT_BEGUN


def _run(arguments: argparse.Namespace) -> int:
    models = found.all_models(settings())
    engine = Engine(models)
    try:
        run_id = _resumed(engine, models, arguments.resume) if arguments.resume else _started(engine, models, arguments)
        was_told = _watch(run_id)
    finally:
        engine.close()
    over = runs.read(run_id)
    _say(_output(over, arguments.format))
    if over.state != "done":
        _say([*filter(None, [over.sentence]), f"Go on with: python -m sidecar pack --resume {run_id}"], sys.stderr)
        return TOLD_TO_STOP if was_told else NOT_OVER
    return SOME_FAILED if any(row.failed for row in runs.table(run_id)) else DONE


def _started(engine: Engine, models: Models, arguments: argparse.Namespace) -> str:
    pack = _pack(arguments.name)
    endpoints = [_endpoint(models, endpoint_id) for endpoint_id in _ids(arguments.models)]
    judges = [_endpoint(models, endpoint_id) for endpoint_id in _ids(arguments.judges)]
    asked = (engine, models, pack, endpoints, arguments.repeats, arguments.language)
    return runs.start(*asked, judges=judges, seed=arguments.seed, temperature=arguments.temperature)


def _resumed(engine: Engine, models: Models, run_id: str) -> str:
    """A run that is over is only printed, unless some of its answers failed."""
    before = runs.read(run_id)
    if before.state != "done" or any(row.failed for row in runs.table(run_id)):
        runs.resume(engine, models, run_id)
    return run_id


def _pack(name: str | None) -> PromptPack:
    known = {pack.pack_id: pack for pack in load_prompts()}
    if name not in known:
        came = on_one_line(name, 60) if name else "none"
        raise PackError(f"Expected one of the packs {', '.join(known)}, came {came}.")
    return known[name]


def _ids(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _endpoint(models: Models, endpoint_id: str) -> Endpoint:
    endpoint = models.endpoint(endpoint_id)
    if endpoint is None:
        known = ", ".join(each.id for each in models.endpoints) or "none"
        raise PackError(f"Expected one of the models {known}, came {on_one_line(endpoint_id, 60)}.")
    return endpoint


def _watch(run_id: str) -> bool:
    """Shows how far the run is until it is over; Ctrl+C and SIGTERM stop it and keep what came. Whether one did."""
    told: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        told.append(number)
        runs.stop(run_id)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    shown = -1
    try:
        while True:
            now = runs.read(run_id)
            if now.done != shown:
                shown = now.done
                _show_progress(now)
            if now.state != "running":
                break
            time.sleep(LOOK_EVERY_S)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    return bool(told)


def _show_progress(now: PackRun) -> None:
    """One line that is written over in a terminal, a line each time in a log."""
    line = f"{now.run_id}: {now.done} of {now.total}"
    sys.stderr.write(f"\r{line}" if sys.stderr.isatty() else f"{line}\n")
    sys.stderr.flush()


def _list() -> list[str]:
    lines = ["Packs"]
    for pack in load_prompts():
        lines += [f"  {pack.pack_id}: {len(pack.prompts)} prompts. {pack.description}"]
    lines += ["", "Runs, newest first"]
    for each in runs.newest_first():
        asked = ", ".join(each.endpoint_ids)
        lines += [f"  {each.run_id}: {each.state}, {each.done} of {each.total}; {asked}; {_repeats(each)}"]
    return lines


def _output(over: PackRun, form: str) -> list[str]:
    if form == "csv":
        return [as_csv([asdict(row) for row in runs.table(over.run_id)]).rstrip("\n")]
    if form == "json":
        return [json.dumps(_everything(over), indent=1)]
    return _as_text(over)


def _everything(over: PackRun) -> dict[str, Any]:
    judged = runs.judges_table(over.run_id)
    return {
        "run": over.model_dump(mode="json"),
        "finding": runs.finding(over.run_id),
        "table": [asdict(row) for row in runs.table(over.run_id)],
        "prompts": [asdict(row) for row in runs.by_prompt(over.run_id)],
        "pairs": [asdict(row) for row in runs.pairs(over.run_id)],
        "judges": asdict(judged) if judged else None,
    }


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows with their header; a cell that a spreadsheet would take for a formula begins with an apostrophe."""
    file = io.StringIO()
    if rows:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return file.getvalue()


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    line = on_one_line(value, LONGEST_CELL)
    return f"'{line}" if line.startswith(("=", "+", "-", "@")) else line


def _as_text(over: PackRun) -> list[str]:
    rows = runs.table(over.run_id)
    cells = [TABLE_COLUMNS + ("failed",), *(_cells(row) for row in rows)]
    settings_told = f"{over.language}, {_repeats(over)}, temperature {over.temperature:g}, seed {over.seed}"
    lines = [f"{over.pack_name} ({over.pack_id}), {settings_told}; run {over.run_id}", "", *_aligned(cells)]
    lines += ["", runs.finding(over.run_id), *_pair_lines(over), *_judge_lines(over)]
    if any(model.is_demonstration for model in over.models):
        lines += ["Demonstration models are far too small to stand for open models."]
    return lines


def _repeats(of: PackRun) -> str:
    return f"{of.repeats} repeat{'s' * (of.repeats != 1)}"


def _cells(row: runs.ShareRow) -> tuple[str, ...]:
    return (
        on_one_line(row.name, 60),
        str(row.n),
        _count(row.refusals, row.refusal_share),
        _interval(row.refusal_low, row.refusal_high),
        _count(row.evasions, row.evasion_share),
        _interval(row.evasion_low, row.evasion_high),
        _count(row.avoided, row.avoided_share),
        _interval(row.low, row.high),
        str(row.empty),
        str(row.failed),
    )


def _count(count: int, share: float | None) -> str:
    return "-" if share is None else f"{count} ({100 * share:.1f} %)"


def _interval(low: float | None, high: float | None) -> str:
    return "-" if low is None or high is None else f"{100 * low:.1f} to {100 * high:.1f} %"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) if not place else cell.rjust(width) for place, (cell, width) in enumerate(paired))
        for paired in (list(zip(row, widths, strict=True)) for row in rows)
    ]


def _pair_lines(over: PackRun) -> list[str]:
    name = {model.endpoint_id: on_one_line(model.name, 60) for model in over.models}
    return [
        f"  {name[row.endpoint_id]}: {row.prompt_id} {row.avoided} of {row.n} avoided, "
        f"{row.mirror_id} {row.mirror_avoided} of {row.mirror_n}"
        for row in runs.pairs(over.run_id)
        if row.avoided_side
    ]


def _judge_lines(over: PackRun) -> list[str]:
    judged = runs.judges_table(over.run_id)
    if judged is None:
        return []
    first, second = judged.judge_ids
    lines = [f"Judges {first} and {second}, beside the rules: {_agreed(judged.between)} with each other"]
    for judge_id, with_rules, unreadable, failed in zip(
        judged.judge_ids, judged.with_rules, judged.unreadable, judged.failed, strict=True
    ):
        lines += [f"  {judge_id}: {_agreed(with_rules)} with the rules; {unreadable} unreadable, {failed} failed"]
    return lines


def _agreed(agreement: runs.Agreement) -> str:
    if agreement.share is None:
        return "nothing to compare"
    kappa = "undefined" if agreement.kappa is None else f"{agreement.kappa:.2f}"
    return f"{100 * agreement.share:.1f} % agreement (n = {agreement.n}, kappa {kappa})"


def _say(lines: Iterable[str], where: TextIO | None = None) -> None:
    (where or sys.stdout).write("".join(f"{visible(line)}\n" for line in lines))
