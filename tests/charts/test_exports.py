"""What is taken away: every form carries where it comes from, and nothing in it runs when it is opened."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from charts import catalogue, exports
from charts.catalogue import Chart, Drawn
from charts.hashes import data_hash
from tests.charts.frames import overtaking
from tests.warehouse.small_release import small_release
from warehouse.connect import Release
from warehouse.filters import Filters

FORMS = {"csv": exports.csv, "json": exports.json, "parquet": exports.parquet}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    """The release of literal rows."""
    opened = small_release(tmp_path_factory.mktemp("release"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def drawn(release: Release) -> Drawn:
    """Downloads over time, by two filters that are not the usual ones."""
    return catalogue.draw(release, catalogue.chart("downloads_over_time"), Filters(since="2025-07", scope="all"))


def said(drawn: Drawn, form: str) -> str:
    """A form as text; Parquet as its key-value metadata."""
    content = FORMS[form](drawn)
    if form != "parquet":
        return content.decode()
    metadata = pq.read_schema(io.BytesIO(content)).metadata
    return " ".join(f"{key.decode()}: {value.decode()}" for key, value in metadata.items())


@pytest.mark.parametrize("form", FORMS)
def test_every_form_carries_its_provenance(drawn: Drawn, form: str) -> None:
    text = said(drawn, form)
    for part in (
        "Share of new downloads of all models: China and the United States",
        drawn.finding.sentence,
        "New downloads of one side divided by",
        "Models of all kinds, by publisher, of the regions compared",
        "counted for the country in which the publisher has its head office",
        "huggingface.co",
        "2025-08-07",
        "2026-11-24T2154Z",
        drawn.data_hash,
        "/chart/downloads_over_time?scope=all&since=2025-07&release=2026-11-24T2154Z",
    ):
        assert part in text, part
    assert "SIMULATED" not in text


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_simulated_data_says_so(tmp_path: Path, form: str) -> None:
    opened = small_release(tmp_path, is_simulated=True)
    simulated = catalogue.draw(opened, catalogue.chart("downloads_over_time"), Filters())
    text = said(simulated, form) + exports.citation(simulated) + exports.sql(simulated)
    opened.close()
    assert text.count("SIMULATED DATA") >= 3
    assert "SIMULATED DATA" in simulated.source_line


def test_a_csv_has_its_rows_below_lines_of_provenance(drawn: Drawn) -> None:
    frame = pd.read_csv(io.BytesIO(exports.csv(drawn)), comment="#")
    assert list(frame.columns) == list(drawn.frame.columns)
    july = frame[(frame["period_start"] == "2025-07-01") & (frame["group_id"] == "China")].iloc[0]
    assert july["new_downloads"] == 530


def test_a_json_has_plain_values(drawn: Drawn) -> None:
    body = json.loads(exports.json(drawn))
    assert body["about"]["release"] == "2026-11-24T2154Z"
    row = next(row for row in body["data"] if row["group_id"] == "China" and row["period_start"] == "2025-07-01")
    assert (row["new_downloads"], row["is_complete"]) == (530, True)
    august = next(row for row in body["data"] if row["group_id"] == "China" and row["period_start"] == "2025-08-01")
    assert august["top_model_id"] is None


def test_a_parquet_keeps_its_types(drawn: Drawn) -> None:
    table = pq.read_table(io.BytesIO(exports.parquet(drawn)))
    assert table.num_rows == len(drawn.frame)
    assert str(table.schema.field("share").type) == "double"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_text_that_a_spreadsheet_would_run_is_made_harmless_and_numbers_are_left_alone(
    drawn: Drawn, start: str
) -> None:
    frame = overtaking().assign(top_model_id=f"{start}cmd|'/c calc'!A1", share=-0.5)
    harmful = drawn.__class__(**{**vars(drawn), "frame": frame})
    rows = pd.read_csv(io.BytesIO(exports.csv(harmful)), comment="#")
    assert set(rows["top_model_id"]) == {f"'{start}cmd|'/c calc'!A1"}
    assert set(rows["share"]) == {-0.5}


def test_a_line_break_in_a_name_cannot_end_the_provenance(drawn: Drawn) -> None:
    harmful = drawn.__class__(**{**vars(drawn), "title": "one\ntwo,=1+1"})
    lines = exports.csv(harmful).decode().splitlines()
    assert "# title: one two,=1+1" in lines


@pytest.mark.parametrize("chart", catalogue.CHARTS, ids=lambda chart: chart.id)
def test_the_sql_runs_as_it_is_and_gives_the_same_figures(release: Release, chart: Chart) -> None:
    one = catalogue.draw(release, chart, chart.defaults)
    cursor = release.connection.cursor()
    for statement in duckdb.extract_statements(exports.sql(one)):
        cursor.execute(statement)
    again = cursor.df()
    cursor.execute("deallocate chart")
    # Families get their names from the registry, and intervals are computed from what was `sampled`.
    own = [column for column in again.columns if column not in {"group_label", "sampled", "sampled_rest"}]
    # Figures that others published are no answer of the database.
    ours = one.frame[one.frame["span"] != "published"] if "span" in one.frame else one.frame
    pd.testing.assert_frame_equal(again[own], ours[own], check_dtype=False)


def test_a_permalink_leads_back_to_the_same_filters_and_release(drawn: Drawn) -> None:
    parts = urlsplit(exports.permalink(drawn, "https://observatory.example/"))
    assert (parts.netloc, parts.path) == ("observatory.example", "/chart/downloads_over_time")
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert query.pop("release") == "2026-11-24T2154Z"
    assert Filters.from_query(query, drawn.chart.defaults) == drawn.filters


def test_a_citation_names_title_release_hash_and_address(drawn: Drawn) -> None:
    said_once = exports.citation(drawn)
    assert re.search(r"Observatory, “Share of new downloads .*”, release 2026-11-24T2154Z, #[0-9a-f]{8}\.", said_once)
    assert exports.permalink(drawn) in said_once


def test_the_hash_is_the_same_for_the_same_figures_and_changes_with_any_of_them() -> None:
    frame = overtaking()
    known = data_hash(frame, "downloads_over_time", Filters())
    assert known == data_hash(frame.copy(), "downloads_over_time", Filters())
    assert known == "adfc0a59"
    assert known != data_hash(frame, "downloads_over_time", Filters(scope="all"))
    assert known != data_hash(frame, "downloads_concentration", Filters())
    assert known != data_hash(frame.assign(new_downloads=frame["new_downloads"] + 1), "downloads_over_time", Filters())
