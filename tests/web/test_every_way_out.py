"""Every chart through every form, over HTTP, read back by the programs that readers use; also after a later release."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pypdf
import pytest
from pptx import Presentation

import registry
from charts import catalogue, exports
from charts.catalogue import Chart, Drawn
from charts.shown_table import ShownTable
from settings import Settings
from tests.released import demo_data_dir
from tests.web.conftest import Get
from warehouse import connect
from web import answers, charts, routes
from web.plain import charts as plain_charts
from web.plain import routes as plain_routes

FORMS = ("csv", "csv?rows=shown", "json", "parquet", "xlsx", "pptx", "svg", "pdf", "sql", "tsv")
SAID_IN_ALL = ("title", "finding", "source", "release", "link", "hash")


@pytest.fixture(scope="module")
def released() -> Iterator[connect.Release]:
    """The release of simulated data."""
    opened = connect.open_release(demo_data_dir())
    yield opened
    opened.close()


@pytest.fixture
def data_dir(released: connect.Release, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The web part reads that release."""
    for module in (answers, routes, charts, plain_charts, plain_routes):
        monkeypatch.setattr(module, "settings", lambda: Settings(data_dir=demo_data_dir()))
    return demo_data_dir()


@pytest.fixture(scope="module", params=catalogue.CHARTS, ids=lambda chart: chart.id)
def drawn(request: pytest.FixtureRequest, released: connect.Release) -> Drawn:
    """Each chart as the page draws it."""
    chart: Chart = request.param
    return catalogue.draw(released, chart, chart.defaults)


def body(get: Get, drawn: Drawn, form: str) -> bytes:
    kind, _, more = form.partition("?")
    answer = get(f"/api/v1/charts/{drawn.chart.id}.{kind}?release={drawn.release_id}{'&' + more if more else ''}")
    assert answer.status == 200, answer.body[:300]
    return answer.body


def flat(text: str) -> str:
    return " ".join(text.split())


def words(form: str, content: bytes) -> str:
    """Everything that a form says, as one text."""
    kind = form.partition("?")[0]
    if kind == "parquet":
        metadata = pq.read_schema(io.BytesIO(content)).metadata
        return flat(" ".join(f"{key.decode()} {value.decode()}" for key, value in metadata.items()))
    if kind == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content))["About"]
        return flat(" ".join(str(cell.value) for row in sheet.iter_rows() for cell in row))
    if kind == "pptx":
        slide = Presentation(io.BytesIO(content)).slides[0]
        shown = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        return flat(f"{shown} {slide.notes_slide.notes_text_frame.text}")
    if kind == "pdf":
        reader = pypdf.PdfReader(io.BytesIO(content))
        told = reader.metadata or {}
        return flat(f"{reader.pages[0].extract_text()} {' '.join(str(value) for value in told.values())}")
    if kind == "svg":
        return flat(" ".join(ElementTree.fromstring(content.decode()).itertext()))
    return flat(content.decode())


@pytest.mark.parametrize("form", FORMS)
def test_each_form_says_where_its_numbers_come_from(get: Get, data_dir: Path, drawn: Drawn, form: str) -> None:
    about = json.loads(body(get, drawn, "json"))["about"]
    text = words(form, body(get, drawn, form))
    assert drawn.data_hash in text and drawn.release_id in text and "SIMULATED DATA" in text
    if form not in {"sql", "tsv"}:
        missing = [name for name in SAID_IN_ALL if flat(about[name]) not in text]
        assert missing == []


def numbers(table: ShownTable, name: str) -> list[float | None]:
    return [None if value is None else float(value) for value in table.column(name)]


def close(one: list[Any], other: list[Any]) -> bool:
    plain = [None if value is None or value == "" else round(float(value), 9) for value in one]
    return plain == [None if value is None else round(value, 9) for value in other]


def test_a_spreadsheet_holds_the_numbers_of_the_picture_and_all_columns(get: Get, data_dir: Path, drawn: Drawn) -> None:
    book = openpyxl.load_workbook(io.BytesIO(body(get, drawn, "xlsx")))
    table = drawn.table
    header, *rows = book["Data"].iter_rows(values_only=True)
    assert list(header) == [column.label for column in table.columns]
    for place, column in enumerate(table.columns):
        cells = [row[place] for row in rows]
        if column.kind in {"share", "points", "amount", "count"}:
            assert close(cells, numbers(table, column.name)), column
        elif column.kind != "text":
            assert [cell.date() if isinstance(cell, datetime) else cell for cell in cells] == table.column(column.name)
    assert book["All columns"].max_row == len(drawn.frame) + 1
    assert [cell.value for cell in book["All columns"][1]] == list(drawn.frame.columns)


def test_tables_for_programs_hold_the_frame(get: Get, data_dir: Path, drawn: Drawn) -> None:
    parquet = pq.read_table(io.BytesIO(body(get, drawn, "parquet"))).to_pandas()
    assert list(parquet.columns) == list(drawn.frame.columns) and len(parquet) == len(drawn.frame)
    csv = pd.read_csv(io.BytesIO(body(get, drawn, "csv")), comment="#", keep_default_na=True)
    data = pd.DataFrame(json.loads(body(get, drawn, "json"))["data"])
    for name in drawn.frame.select_dtypes("number").columns:
        assert close(_floats(parquet[name]), _floats(drawn.frame[name])), name
        assert close(list(csv[name].astype(object).where(csv[name].notna(), None)), _floats(drawn.frame[name])), name
        assert close(list(data[name].astype(object).where(data[name].notna(), None)), _floats(drawn.frame[name])), name


def _floats(column: pd.Series) -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in column]


def test_what_is_shown_is_the_same_in_csv_and_on_the_clipboard(get: Get, data_dir: Path, drawn: Drawn) -> None:
    shown = pd.read_csv(io.BytesIO(body(get, drawn, "csv?rows=shown")), comment="#")
    assert list(shown.columns) == [column.label for column in drawn.table.columns]
    assert len(shown) == len(drawn.table.rows)
    pasted = body(get, drawn, "tsv").decode().split("\n\n")[0].splitlines()
    assert len(pasted) == len(drawn.table.rows) + 1
    for series in drawn.table.series:
        place = [column.name for column in drawn.table.columns].index(series.value)
        assert close(
            list(shown.iloc[:, place].astype(object).where(shown.iloc[:, place].notna(), None)),
            numbers(drawn.table, series.value),
        )


def test_a_slide_has_a_native_chart_with_the_numbers_of_the_picture(get: Get, data_dir: Path, drawn: Drawn) -> None:
    deck = Presentation(io.BytesIO(body(get, drawn, "pptx")))
    (slide,) = deck.slides
    native = [shape for shape in slide.shapes if shape.has_chart]
    assert native and all(shape._element.xpath(".//p:cNvPr")[0].get("descr") for shape in native)
    found = sorted(
        round(float(value), 9)
        for shape in native
        for series in shape.chart.plots[0].series
        for value in series.values
        if value
    )
    assert found == sorted(value for value in _drawn_natively(drawn) if value)


def _drawn_natively(drawn: Drawn) -> list[float]:
    """The values that the slide's chart has to show."""
    table = drawn.table
    rows = table
    if drawn.chart.shape == "ranks":  # one bar for each definition: the year's, or what others published
        span = [column.name for column in table.columns].index("span")
        kept = tuple(row for row in table.rows if row[span] != "last finished month")
        rows = ShownTable(table.columns, kept, table.series)
    values = [value for series in table.series for value in rows.column(series.value) if value is not None]
    return [round(float(value), 9) for value in values]


def test_a_drawing_has_the_words_of_the_picture(get: Get, data_dir: Path, drawn: Drawn) -> None:
    said = words("svg", body(get, drawn, "svg"))
    assert flat(drawn.finding.alternative) in said
    pdf = pypdf.PdfReader(io.BytesIO(body(get, drawn, "pdf")))
    assert drawn.title.split(":")[0] in flat(pdf.pages[0].extract_text())


def test_the_permanent_link_leads_to_the_same_hash(get: Get, data_dir: Path, drawn: Drawn) -> None:
    link = urlsplit(json.loads(body(get, drawn, "json"))["about"]["link"])
    page = get(f"{link.path}?{link.query}")
    assert page.status == 200
    assert f"#{drawn.data_hash}" in page.body.decode()
    assert re.search(r"<script(?! type=\"application/ld\+json\")", page.body.decode()) is None
    assert len(page.body) < 60_000


@pytest.mark.parametrize("kind", ["json", "xlsx", "csv", "pptx"])
def test_a_pinned_file_is_the_same_whenever_it_is_made(get: Get, data_dir: Path, drawn: Drawn, kind: str) -> None:
    first = body(get, drawn, kind)
    charts.made.cache_clear()
    again = body(get, drawn, kind)
    if kind == "pptx":  # its workbooks hold the time of their making
        assert words("pptx", first) == words("pptx", again)
    else:
        assert first == again


def test_dates_in_a_spreadsheet_are_dates(get: Get, data_dir: Path, released: connect.Release) -> None:
    drawn = catalogue.draw(
        released, catalogue.chart("downloads_over_time"), catalogue.chart("downloads_over_time").defaults
    )
    cell = openpyxl.load_workbook(io.BytesIO(body(get, drawn, "xlsx")))["Data"]["A2"]
    assert (cell.value.date(), cell.number_format) == (date(2024, 7, 1), "mmm yyyy")


def test_whole_tables_leave_out_the_rows_that_a_source_does_not_let_pass(get: Get, data_dir: Path) -> None:
    listed = {one["table"]: one for one in get("/data/latest/").json()["tables"]}
    assert {name for name, one in listed.items() if "left_out" in one} == {"core_scores", "core_model_observations"}
    assert "LiveBench" in listed["core_scores"]["left_out"] and "Open LLM" in listed["core_scores"]["left_out"]
    for kind in ("csv", "json", "parquet"):
        content = io.BytesIO(get(f"/data/latest/core_scores.{kind}").body)
        frame = {"csv": pd.read_csv, "json": pd.read_json, "parquet": pd.read_parquet}[kind](content)
        assert {board.split("_")[0] for board in frame["benchmark_id"]} == {"lmarena"}
        assert len(frame) == listed["core_scores"]["rows"]
    read = pd.read_csv(io.BytesIO(get("/data/latest/core_model_observations.csv").body))
    assert set(read["source_id"]) == {"hub_history"}


@pytest.mark.parametrize(
    ("redistribution", "plain", "said", "with_use"),
    [("allowed", 200, "freely", 200), ("unstated", 200, "states no licence", 200)]
    + [("non-commercial", 403, "non-commercial use only", 200), ("forbidden", 403, "does not allow", 403)],
)
def test_a_source_that_forbids_it_is_not_passed_on(
    get: Get, data_dir: Path, monkeypatch: pytest.MonkeyPatch, redistribution: str, plain: int, said: str, with_use: int
) -> None:
    known = registry.load()
    board = known.source("lmarena").model_copy(update={"redistribution": redistribution})
    sources = tuple(board if source.source_id == "lmarena" else source for source in known.sources)
    monkeypatch.setattr(registry, "load", lambda: replace(known, sources=sources))
    for memory in (charts.made, plain_charts.chart_page):
        memory.cache_clear()
    for kind in ("csv", "csv?rows=shown", "json", "parquet", "xlsx", "pptx", "tsv"):
        ending, _, more = kind.partition("?")
        path = f"/api/v1/charts/open_closed_frontier.{ending}?{more}"
        answer = get(path)
        assert answer.status == plain
        assert get(f"{path}&use=non-commercial").status == with_use
        if plain == 403:
            assert said in answer.json()["reason"] and answer.headers["Cache-Control"] == "no-store"
    assert get("/api/v1/charts/open_closed_frontier.svg").status == 200
    page = get("/chart/open_closed_frontier").body.decode()
    assert said in page and ("open_closed_frontier.xlsx" in page) == (redistribution != "forbidden")
    assert ("use=non-commercial" in page) == (redistribution == "non-commercial")
    for memory in (charts.made, plain_charts.chart_page):
        memory.cache_clear()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_names_from_outside_become_neither_formula_nor_link(released: connect.Release, start: str) -> None:
    chart = catalogue.chart("scores_over_time")
    drawn = catalogue.draw(released, chart, chart.defaults)
    evil = f'{start}HYPERLINK("http://evil.example";"x")<script>&'
    harmed = replace(drawn, frame=drawn.frame.assign(model_label=evil, organisation_name="http://evil.example"))
    book = openpyxl.load_workbook(io.BytesIO(exports.xlsx(harmed)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
    assert {cell.hyperlink.target for cell in cells if cell.hyperlink} == {exports.permalink(harmed)}
    rows = pd.read_csv(io.BytesIO(exports.csv_shown(harmed)), comment="#")
    assert all(str(name).startswith("'") for name in rows["Model"])
    lines = exports.tab_separated(harmed).splitlines()
    assert all("\t'" in line for line in lines[1 : len(drawn.table.rows) + 1])
    Presentation(io.BytesIO(exports.pptx(harmed)))
    assert "evil" not in exports.citations(harmed)["bibtex"] or "<script>" not in exports.citations(harmed)["bibtex"]


def test_what_tex_obeys_is_written_so_that_it_does_not(released: connect.Release) -> None:
    chart = catalogue.chart("downloads_over_time")
    drawn = replace(catalogue.draw(released, chart, chart.defaults), title="50 % & {more} _of_ $x^2$ ~ \\end")
    entry = exports.citations(drawn)["bibtex"]
    assert "50 \\% \\& \\{more\\} \\_of\\_ \\$x\\textasciicircum{}2\\$ \\textasciitilde{} \\textbackslash{}end" in entry
    assert entry.count("{") - entry.count("\\{") == entry.count("}") - entry.count("\\}")
