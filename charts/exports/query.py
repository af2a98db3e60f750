"""The query behind a chart, to be run by whoever doubts its numbers."""

from datetime import date
from typing import Any

from charts.chart import Drawn
from charts.provenance import SIMULATED, one_line, permalink
from warehouse import queries


def sql(drawn: Drawn) -> str:
    """The query behind the chart with its values: runs as it is in DuckDB's own shell on the release's file."""
    values = queries.values(drawn.chart.query.__name__, drawn.filters)
    about = [f"-- {one_line(drawn.title)}", f"-- Release {drawn.release_id}, #{drawn.data_hash}. {permalink(drawn)}"]
    about += [f"-- {SIMULATED}"] if drawn.is_simulated else []
    given = ", ".join(f"{name} := {_literal(value)}" for name, value in values.items())
    query = queries.sql(drawn.chart.query_name).strip()
    return "\n".join([*about, "prepare chart as", f"{query};", "", f"execute chart({given});", ""])


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_literal(part) for part in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return f"date '{value}'"
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"
