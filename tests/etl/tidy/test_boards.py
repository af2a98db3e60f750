"""LMArena, LiveBench and the Open LLM Leaderboard: one long table of scores, faults refused by name."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from etl.tidy import Tidied, TidyError, tidy
from tests.etl.tidy.conftest import MakeSnapshot

ARENA: dict[str, tuple[Any, pa.DataType]] = {
    "model_name": ("deepseek-r1", pa.string()),
    "organization": ("DeepSeek", pa.string()),
    "license": ("MIT", pa.string()),
    "rating": (1360.5, pa.float64()),
    "rating_lower": (1355.0, pa.float64()),
    "rating_upper": (1366.0, pa.float64()),
    "vote_count": (18000, pa.int64()),
    "rank": (4, pa.int64()),
    "category": ("overall", pa.string()),
    "leaderboard_publish_date": (date(2025, 7, 18), pa.date32()),
}


def arena(snapshot: MakeSnapshot, *rows: dict[str, Any], **types: pa.DataType) -> Tidied:
    columns = {
        name: pa.array([row.get(name, value) for row in rows], types.get(name, kind))
        for name, (value, kind) in ARENA.items()
    }
    table = pa.table(columns)
    return tidy(snapshot("lmarena", {"text.parquet": table, "text_style_control.parquet": table}))


def scores(result: Tidied, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in result.frames["scores"].to_pylist()]


def test_both_arena_boards_keep_their_overall_category(snapshot: MakeSnapshot) -> None:
    result = arena(snapshot, {}, {"category": "coding", "model_name": "other"})
    found = scores(result, "benchmark_id", "model_label", "score", "score_low", "score_high", "votes", "rank")
    assert found == [
        (board, "deepseek-r1", 1360.5, 1355.0, 1366.0, 18000, 4)
        for board in ("lmarena_text", "lmarena_text_style_control")
    ]
    assert scores(result, "organisation_label", "licence_label", "model_id")[0] == ("DeepSeek", "MIT", None)
    assert result.control == {"rows": 2, "score_sum": 2721.0}
    assert result.data_until == date(2025, 7, 18)


def test_interval_votes_and_names_of_an_arena_row_may_be_missing(snapshot: MakeSnapshot) -> None:
    empty = dict.fromkeys(("rating_lower", "rating_upper", "vote_count", "rank", "license"))
    result = arena(snapshot, empty | {"organization": " "}, rating_lower=pa.null(), rating_upper=pa.null())
    found = scores(result, "score", "score_low", "score_high", "votes", "organisation_label", "licence_label")
    assert found[0] == (1360.5, None, None, None, None, None)


@pytest.mark.parametrize("label", ["a\x1b[31m", "x" * 300, "gnp\u202eexe"])
def test_a_label_that_no_page_can_show_is_left_empty(snapshot: MakeSnapshot, label: str) -> None:
    result = arena(snapshot, {"organization": label, "license": label})
    assert scores(result, "organisation_label", "licence_label")[0] == (None, None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"rating": None}, "expected a score, came None"),
        ({"rating": float("nan")}, "expected a score, came nan"),
        ({"rating": 90000.0}, "expected a score from 0 to 5000, came 90000"),
        ({"rating_lower": 1400.0, "rating_upper": 1300.0}, "the interval ends before it begins"),
        ({"vote_count": -1}, "votes is negative: -1"),
        ({"model_name": ""}, "expected a name, came an empty text"),
        ({"model_name": "x\n"}, "the name holds control characters"),
        ({"model_name": "gnp\u202eexe"}, "the name holds control characters, or invisible ones"),
        ({"leaderboard_publish_date": date(2040, 1, 1)}, "2040-01-01 lies in the future"),
        ({"leaderboard_publish_date": date(2001, 1, 1)}, "2001-01-01 is before 2018-01-01"),
        ({"leaderboard_publish_date": None}, "it has no date"),
        ({"model_name": "a"}, "it appears twice, the first is kept"),
    ],
)
def test_a_bad_arena_row_is_refused_alone(snapshot: MakeSnapshot, changes: dict[str, Any], reason: str) -> None:
    result = arena(snapshot, {"model_name": "a"}, {"model_name": "b"}, changes)
    assert {label for (label,) in scores(result, "model_label")} == {"a", "b"}
    assert len(result.refused) == 2
    assert result.refused[0].reason.startswith(reason)
    assert result.control["rows"] == 4


def test_an_interval_that_became_text_refuses_the_boards(snapshot: MakeSnapshot) -> None:
    with pytest.raises(TidyError, match="expected numbers in rating_lower, came string"):
        arena(snapshot, {"rating_lower": "+5/-4"}, rating_lower=pa.string())


def test_a_board_without_its_overall_category_is_refused(snapshot: MakeSnapshot) -> None:
    with pytest.raises(TidyError, match="category overall: expected rows, came none"):
        arena(snapshot, {"category": "coding"})


CATEGORIES = {"Coding": ["code", "agent"], "Data Analysis": ["join"]}
TABLE = "model,code,agent,join\nqwen,60,40,70\nkimi,10,20,30\n"


def livebench(snapshot: MakeSnapshot, table: str, categories: Any = CATEGORIES, **more: Any) -> Tidied:
    payloads = {"table_2025_05_30.csv": table, "categories_2025_05_30.json": categories}
    return tidy(snapshot("livebench", payloads | more))


def test_a_category_is_the_mean_of_its_tasks_and_overall_the_mean_of_categories(snapshot: MakeSnapshot) -> None:
    result = livebench(snapshot, TABLE)
    found = {(board, model): score for board, model, score in scores(result, "benchmark_id", "model_label", "score")}
    assert found[("livebench_coding", "qwen")] == 50
    assert found[("livebench_data_analysis", "qwen")] == 70
    assert found[("livebench_overall", "qwen")] == 60
    assert set(scores(result, "published_on")) == {(date(2025, 5, 30),)}
    assert result.control == {"rows": 6, "score_sum": 50 + 70 + 60 + 15 + 30 + 22.5}


def test_a_ragged_row_is_refused_alone_and_shifts_nobody(snapshot: MakeSnapshot) -> None:
    result = livebench(snapshot, TABLE + "ragged,1,2\nlong,1,2,3,4\n")
    assert {label for (label,) in scores(result, "model_label")} == {"qwen", "kimi"}
    assert [tuple(refusal[:2]) for refusal in result.refused] == [
        ("table_2025_05_30.csv ragged", "expected 4 fields, came 3"),
        ("table_2025_05_30.csv long", "expected 4 fields, came 5"),
    ]


def test_a_missing_task_leaves_out_its_category_and_the_overall_mean(snapshot: MakeSnapshot) -> None:
    result = livebench(snapshot, TABLE + "half,50,,80\n")
    assert [board for board, model in scores(result, "benchmark_id", "model_label") if model == "half"] == [
        "livebench_data_analysis"
    ]
    assert result.refused[0][:2] == (
        "table_2025_05_30.csv half",
        "a task of Coding has no score: left out of Coding and of the overall mean",
    )
    assert result.control["rows"] == 7


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("bad,x,1,1", "code: expected a score, came x"),
        ("bad,101,1,1", "code: expected a score from 0 to 100, came 101"),
        ("bad,nan,1,1", "code: expected a score, came nan"),
        (",1,1,1", "expected a name, came an empty text"),
        ("qwen,1,1,1", "it appears twice, the first is kept"),
    ],
)
def test_a_bad_livebench_row_is_refused_by_name(snapshot: MakeSnapshot, row: str, reason: str) -> None:
    result = livebench(snapshot, TABLE + row + "\n")
    assert [refusal.reason for refusal in result.refused] == [reason]
    assert len(result.frames["scores"]) == 6


def test_a_task_without_category_is_named_and_not_used(snapshot: MakeSnapshot) -> None:
    result = livebench(snapshot, "model,code,agent,join,nq_x\nqwen,60,40,70,100\n")
    assert result.refused[0][:2] == ("table_2025_05_30.csv nq_x", "the task has no category: not used")
    assert ("livebench_overall", 60.0) in scores(result, "benchmark_id", "score")


@pytest.mark.parametrize(
    ("categories", "reason"),
    [
        ({"Coding": ["code", "agent"], "Maths": ["olympiad"]}, "expected the columns olympiad"),
        ({"Coding": "code"}, "expected categories with their tasks"),
        ([], "expected categories with their tasks"),
        ({"Coding": [["code"]]}, "expected a name, came ['code']"),
        ({"x" * 300: ["code"]}, "the name has 300 characters, more than 200"),
        ({"Coding": ["code"], "coding!": ["code"]}, "would be called livebench_coding"),
        ({"Overall": ["code"]}, "would be called livebench_overall"),
        ({"编程": ["code"]}, "would be called livebench_:"),
    ],
)
def test_a_table_whose_categories_do_not_fit_is_left_out_alone(
    snapshot: MakeSnapshot, categories: Any, reason: str
) -> None:
    other = {"table_2025_06_30.csv": TABLE, "categories_2025_06_30.json": CATEGORIES}
    result = livebench(snapshot, TABLE, categories, **other)
    assert set(scores(result, "published_on")) == {(date(2025, 6, 30),)}
    assert any(reason in refusal.reason for refusal in result.refused)


def test_no_usable_table_refuses_the_source_and_says_why(snapshot: MakeSnapshot) -> None:
    with pytest.raises(TidyError, match="came none of 1, first table_2025_05_30.csv: expected categories"):
        livebench(snapshot, TABLE, {})


OPEN_LLM = {
    "fullname": "Qwen/Qwen2.5-72B",
    "Precision": "bfloat16",
    "Hub License": "other",
    "Submission Date": date(2024, 9, 20),
    "Average ⬆️": 40.0,
    "IFEval": 41.0,
    "BBH": 42.0,
    "MATH Lvl 5": 43.0,
    "GPQA": 44.0,
    "MUSR": 45.0,
    "MMLU-PRO": 46.0,
}


def open_llm(snapshot: MakeSnapshot, *rows: dict[str, Any]) -> Tidied:
    return tidy(
        snapshot("open_llm_leaderboard", {"contents.parquet": pa.Table.from_pylist([OPEN_LLM | r for r in rows])})
    )


def test_an_open_llm_model_has_the_scores_of_its_best_evaluation(snapshot: MakeSnapshot) -> None:
    other = {"Precision": "float16", "Average ⬆️": 41.0, "IFEval": 30.0, "Submission Date": date(2024, 10, 1)}
    result = open_llm(snapshot, {}, other)
    found = dict(scores(result, "benchmark_id", "score"))
    assert (found["open_llm_average"], found["open_llm_ifeval"], len(found)) == (41.0, 30.0, 7)
    assert set(scores(result, "published_on", "model_id")) == {(date(2024, 10, 1), "Qwen/Qwen2.5-72B")}
    assert result.control == {"rows": 7, "score_sum": 41 + 30 + 42 + 43 + 44 + 45 + 46}


def test_open_llm_rows_without_a_date_are_refused_by_name(snapshot: MakeSnapshot) -> None:
    result = open_llm(snapshot, {}, {"fullname": "gpt2"}, {"fullname": "a/b", "Submission Date": None})
    assert result.refused[0][:2] == ("a/b (bfloat16)", "it has no date")
    assert set(scores(result, "model_label", "model_id")) == {("gpt2", None), ("Qwen/Qwen2.5-72B",) * 2}


def test_an_open_llm_score_outside_its_scale_is_refused(snapshot: MakeSnapshot) -> None:
    result = open_llm(snapshot, {}, {"fullname": "a/b", "GPQA": 0.412e3})
    assert result.refused[0].reason == "GPQA: expected a score from 0 to 100, came 412"


def test_missing_columns_of_the_open_llm_table_are_named(snapshot: MakeSnapshot) -> None:
    table = pa.Table.from_pylist([{name: value for name, value in OPEN_LLM.items() if name != "MUSR"}])
    with pytest.raises(TidyError, match="expected the columns MUSR, came Average"):
        tidy(snapshot("open_llm_leaderboard", {"contents.parquet": table}))
