"""lmarena -> scores: LMArena's text boards, category `overall`, with and without style control."""

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from etl.snapshots import Snapshot
from etl.tidy.doors import TidyError, as_day, good_text, need_columns, need_rows, refuse_mostly_bad
from etl.tidy.scores import Benchmark, Score, checked, scores_table
from etl.tidy.tidied import Tidied, plain_totals

UNIT = "rating points"
LOWEST, HIGHEST = 0.0, 5000.0  # ratings since 2023 lie between 700 and 1,600; the scale may drift, not change its order
BOARDS = {
    "text.parquet": Benchmark("lmarena_text", "LMArena text", UNIT, LOWEST, HIGHEST),
    "text_style_control.parquet": Benchmark(
        "lmarena_text_style_control", "LMArena text, style controlled", UNIT, LOWEST, HIGHEST
    ),
}
TYPES = {
    "model_name": "text",
    "organization": "text",
    "license": "text",
    "rating": "number",
    "rating_lower": "number",
    "rating_upper": "number",
    "vote_count": "number",
    "rank": "number",
    "category": "text",
    "leaderboard_publish_date": "date",
}
MAY_BE_EMPTY = {"rating_lower", "rating_upper", "vote_count", "rank", "organization", "license"}


def tidy(snapshot: Snapshot) -> Tidied:
    """One score per model and published board. The interval and the votes may be missing."""
    raw = [(board, row) for name, board in BOARDS.items() for row in _overall(snapshot, name)]
    scores = [_score(number, board, row) for number, (board, row) in enumerate(raw)]
    kept, refused = checked(scores, snapshot)
    refuse_mostly_bad("the boards", refused, len(scores))
    totals = plain_totals((row["rating"] or 0.0 for _, row in raw), refused, "score_sum")
    return Tidied({"scores": scores_table(kept, snapshot)}, tuple(refused), totals)


def _overall(snapshot: Snapshot, name: str) -> list[dict[str, Any]]:
    """The rows of the category `overall`, as in the file."""
    content = io.BytesIO(snapshot.read(name))
    schema = pq.read_schema(content)
    need_columns(name, schema.names, TYPES)
    for column, kind in TYPES.items():
        if not _is(kind, schema.field(column).type, column in MAY_BE_EMPTY):
            raise TidyError(f"{name}: expected {kind}s in {column}, came {schema.field(column).type}")
    rows = pq.read_table(content, columns=list(TYPES), filters=[("category", "==", "overall")]).to_pylist()
    need_rows(f"{name}, category overall", len(rows))
    return rows


def _is(kind: str, came: pa.DataType, may_be_empty: bool) -> bool:
    numeric = pa.types.is_integer(came) or pa.types.is_floating(came)
    textual = pa.types.is_string(came) or pa.types.is_large_string(came) or pa.types.is_dictionary(came)
    fits = {
        "text": textual,
        "number": numeric,
        "date": pa.types.is_date(came) or pa.types.is_timestamp(came) or textual,
    }
    return fits[kind] or (may_be_empty and pa.types.is_null(came))


def _score(number: int, benchmark: Benchmark, row: dict[str, Any]) -> Score:
    return Score(
        benchmark,
        model_label=row["model_name"],
        published_on=as_day(row["leaderboard_publish_date"]),
        score=row["rating"],
        row=number,
        organisation_label=good_text(row["organization"]),
        licence_label=good_text(row["license"]),
        score_low=row["rating_lower"],
        score_high=row["rating_upper"],
        votes=_whole(row["vote_count"]),
        rank=_whole(row["rank"]),
    )


def _whole(value: float | None) -> int | None:
    return None if value is None or value != value else int(value)
