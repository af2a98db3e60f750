"""Results as a table for people and as JSON for comparisons over time."""

import importlib.metadata
import json
import os
import platform
import statistics
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypedDict

RESULTS = Path("build/benchmarks")
DOCUMENT = Path("docs/performance.md")
PACKAGES = ("streamlit", "duckdb", "plotly", "pandas", "pyarrow")


class Result(TypedDict):
    """One measure: its title, a row per thing measured, and sentences that say how to read it."""

    title: str
    rows: list[dict[str, Any]]
    notes: list[str]


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of the values lies; 0.5 is the median."""
    if len(values) < 2:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]


def machine_line() -> str:
    """The machine in one line: figures without it say nothing."""
    load = os.getloadavg()[0]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    return (
        f"{os.cpu_count()} cores, {_memory_gib():.0f} GiB, load {load:.1f}; "
        f"Python {platform.python_version()}, {versions}"
    )


def show(result: Result) -> None:
    """Print a result as a table, its notes below."""
    rows = result["rows"]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    cells = [[_text(row.get(column, "")) for column in columns] for row in rows]
    widths = [max(len(line[i]) for line in [columns, *cells]) for i in range(len(columns))]
    print(f"\n{result['title']}")
    for line in [columns, ["-" * width for width in widths], *cells]:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    for note in result["notes"]:
        print(f"  {note}")


def write(name: str, result: Result) -> Path:
    """Write a result with its machine and time; returns the file."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}.json"
    about = {"measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine_line()}
    path.write_text(json.dumps({**about, **result}, indent=2), encoding="utf-8")
    return path


def document(name: str, result: Result, page: Path = DOCUMENT) -> None:
    """Put a result into the document, between the marks that carry its name."""
    begin, end = f"<!-- {name}: written by python -m benchmarks --document -->", f"<!-- end of {name} -->"
    before, rest = page.read_text(encoding="utf-8").split(begin)
    _, after = rest.split(end)
    rows = result["rows"]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [columns, ["---"] * len(columns), *([_text(row.get(column, "")) for column in columns] for row in rows)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    notes = "\n".join(f"- {note}" for note in result["notes"])
    said = f"Measured on {datetime.now(UTC):%Y-%m-%d}: {machine_line()}."
    page.write_text(f"{before}{begin}\n{said}\n\n{table}\n\n{notes}\n{end}{after}", encoding="utf-8")


def _text(value: object) -> str:
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
