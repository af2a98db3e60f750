"""Drawings without a browser: they show what Plotly's figures show, where those show it, and nothing runs in them."""

import io
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import plotly.graph_objects as go
import pypdf
import pytest

from charts import catalogue
from charts.catalogue import Chart
from charts.drawing import NotDrawable, PdfPage, pdf_file, pdf_pages, scene, svg, svg_file
from charts.drawing.shapes import Circle, Line, Path
from charts.drawing.words import parsed
from charts.theme import PROJECTOR_CONTRAST, SIZES, contrast
from tests.released import demo_data_dir
from warehouse import connect
from warehouse.connect import Release
from warehouse.filters import Filters

SVG = "{http://www.w3.org/2000/svg}"
CHOICES = (
    Filters(group="organisation", regions=()),
    Filters(group="family"),
    Filters(measure="downloads", period="week", since="2025-06"),
    Filters(attribution="origin", panel="2025-01", denominator="everything"),
    Filters(regions=("China",), without_top=3),
)


LAYOUT = {
    "xaxis": {"range": [0, 2]},
    "yaxis": {"range": [0, 1]},
    "height": 100,
    "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
    "font": {"family": "x", "size": 12, "color": "#000000"},
    "paper_bgcolor": "#FFFFFF",
}


@pytest.fixture(scope="module")
def release() -> Iterator[Release]:
    opened = connect.open_release(demo_data_dir())
    yield opened
    opened.close()


def fonts_of(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"]["/Font"].get_object().values()]


def element(release: Release, chart: Chart, filters: Filters, size: str = "page", dark: bool = False) -> str:
    drawn = catalogue.draw(release, chart, filters, size=size, dark=dark)
    if drawn.finding.empty:
        pytest.skip("this choice has no data")
    drawing = scene(drawn.figure, SIZES[size].width)
    return svg(drawing, title=drawn.title, description=drawn.finding.alternative, prefix="a-")


@pytest.mark.parametrize("size", ["page", "phone", "projector"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("chart", catalogue.CHARTS, ids=lambda chart: chart.id)
def test_every_chart_is_drawn_in_every_size_and_on_both_papers(
    release: Release, chart: Chart, size: str, dark: bool
) -> None:
    root = ElementTree.fromstring(element(release, chart, chart.defaults, size, dark))
    assert root.get("role") == "img" and len(list(root)) > 10
    ids = {part.get("id") for part in root.iter() if part.get("id")}
    assert set((root.get("aria-labelledby") or "").split()) <= ids
    assert all(str(name).startswith("a-") for name in ids)


@pytest.mark.parametrize("filters", CHOICES, ids=lambda filters: str(filters.to_query())[:50])
def test_other_choices_are_drawn_too(release: Release, filters: Filters) -> None:
    for chart in catalogue.CHARTS[:3]:
        assert catalogue.draw(release, chart, filters).figure is not None
        drawn = catalogue.draw(release, chart, filters)
        if not drawn.finding.empty:
            assert scene(drawn.figure, SIZES["page"].width).shapes


@pytest.mark.parametrize("chart", catalogue.CHARTS, ids=lambda chart: chart.id)
def test_every_word_of_the_figure_stands_in_the_drawing(release: Release, chart: Chart) -> None:
    drawn = catalogue.draw(release, chart, chart.defaults)
    lines = {shape.text for shape in scene(drawn.figure, 1000).shapes if isinstance(shape, Line)}
    for note in drawn.figure.layout.annotations:
        for runs in parsed(note.text, 12, "#000000"):
            assert "".join(run.text for run in runs) in lines | {""}
    for axis in (drawn.figure.layout.xaxis, drawn.figure.layout.yaxis):
        if axis.ticktext is not None and axis.showticklabels is not False:
            assert lines & set(axis.ticktext)


def test_points_stand_where_the_axis_puts_their_numbers(release: Release) -> None:
    chart = catalogue.chart("downloads_over_time")
    drawn = catalogue.draw(release, chart, chart.defaults)
    figure, drawing = drawn.figure, scene(drawn.figure, SIZES["page"].width)
    margin, (low, high) = figure.layout.margin, figure.layout.yaxis.range
    top, bottom = margin.t, drawing.height - margin.b
    shares = drawn.frame[(drawn.frame["group_id"] == "China") & drawn.frame["is_complete"]]["share"]
    heights = sorted(bottom - (share - low) / (high - low) * (bottom - top) for share in shares)
    marks = sorted(shape.y for shape in drawing.shapes if isinstance(shape, Circle) and shape.fill == "#A63A1E")
    assert len(marks) == len(heights)
    assert marks == pytest.approx(heights)


def test_a_gap_is_a_gap_and_an_area_is_closed() -> None:
    figure = go.Figure(
        [
            {"x": [0, 1, 2, 3, 4], "y": [0, 1, None, 1, 0], "mode": "lines", "line": {"color": "#112233", "width": 2}},
            {"x": [0, 1, 1], "y": [0, 0, 1], "fill": "toself", "fillcolor": "rgba(1,2,3,0.5)", "mode": "lines"}
            | {"line": {"width": 0}},
        ],
        {
            "xaxis": {"range": [0, 4]},
            "yaxis": {"range": [0, 1]},
            "height": 100,
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        }
        | {"font": {"family": "x", "size": 12, "color": "#000000"}, "paper_bgcolor": "#FFFFFF"},
    )
    line, area = [shape for shape in scene(figure, 400).shapes if isinstance(shape, Path)]
    assert line.parts == (((0, 100), (100, 0)), ((300, 0), (400, 100)))
    assert area.is_closed and area.fill == "rgba(1,2,3,0.5)" and not area.stroke
    assert 'fill="rgb(1,2,3)" fill-opacity="0.5"' in svg(scene(figure, 400), title="t", description="d")


@pytest.mark.parametrize(
    ("trace", "named"),
    [
        ({"type": "pie", "values": [1]}, "pie"),
        ({"type": "scatter", "x": [1], "y": [1], "mode": "lines", "fill": "tozeroy"}, "tozeroy"),
        ({"type": "scatter", "x": [1], "y": [1], "mode": "markers", "marker": {"symbol": "star", "size": 3}}, "star"),
        ({"type": "bar", "x": [1], "y": [1], "orientation": "h"}, "bars that lie"),
    ],
)
def test_what_no_figure_of_ours_uses_is_refused_by_name(trace: dict[str, object], named: str) -> None:
    figure = go.Figure([trace], LAYOUT)
    with pytest.raises(NotDrawable, match=named):
        scene(figure, 100)


def test_hostile_words_stay_words() -> None:
    evil = '"><script>alert(1)</script><a href="javascript:alert(1)">&'
    figure = go.Figure(
        [],
        {
            "xaxis": {
                "range": [0, 1],
                "tickvals": [0.5],
                "ticktext": [evil],
                "tickfont": {"size": 12, "color": "#000000"},
            }
        }
        | {"yaxis": {"range": [0, 1]}, "height": 100, "font": {"family": "x", "size": 12, "color": "#000000"}}
        | {"margin": {"l": 0, "r": 0, "t": 0, "b": 0}, "paper_bgcolor": "#FFFFFF"},
    )
    written = svg(scene(figure, 100), title=evil, description=evil, prefix="p")
    root = ElementTree.fromstring(written)
    assert {part.tag for part in root.iter()} <= {
        SVG + name for name in ("svg", "title", "desc", "rect", "path", "text")
    }
    assert root.find(f"{SVG}title").text == evil  # type: ignore[union-attr]
    assert "<script" not in written
    with pytest.raises(NotDrawable, match="<script>"):
        parsed("<script>alert(1)</script>", 12, "#000000")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("chart", catalogue.CHARTS, ids=lambda chart: chart.id)
def test_from_the_back_of_a_room_every_word_is_large_and_clear(release: Release, chart: Chart, dark: bool) -> None:
    drawn = catalogue.draw(release, chart, chart.defaults, size="projector", dark=dark)
    drawing = scene(drawn.figure, SIZES["projector"].width)
    runs = [run for shape in drawing.shapes if isinstance(shape, Line) for run in shape.runs if run.text.strip()]
    assert min(run.size for run in runs) >= 24
    pale = {
        run.text
        for run in runs
        if run.colour.startswith("#") and contrast(run.colour, drawing.paper) < PROJECTOR_CONTRAST
    }
    assert pale == set()


def test_a_pdf_holds_its_fonts_and_is_the_same_each_time(release: Release) -> None:
    chart = catalogue.chart("scores_over_time")
    drawn = catalogue.draw(release, chart, chart.defaults)
    once = pdf_file(drawn)
    assert once == pdf_file(drawn)
    page = pypdf.PdfReader(io.BytesIO(once)).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].get_object().values()]  # type: ignore[index]
    assert all(
        "/FontDescriptor" in font or "/DescendantFonts" in font for font in fonts if "Observatory" in font["/BaseFont"]
    )
    assert any("Observatory" in font["/BaseFont"] for font in fonts)


def test_letters_that_our_font_lacks_are_written_in_one_that_has_them() -> None:
    pages = pypdf.PdfReader(
        io.BytesIO(pdf_pages([PdfPage("通义千问 and DeepSeek", number=1, note="a note")], "t"))
    ).pages
    assert len(pages) == 1 and "DeepSeek" in pages[0].extract_text()
    assert any(
        "STSong" in str(font.get_object()["/BaseFont"])
        for font in pages[0]["/Resources"]["/Font"].get_object().values()
    )  # type: ignore[index]
    assert pages[0]["/Annots"][0].get_object()["/Contents"] == "a note"  # type: ignore[index]


def test_an_empty_choice_says_why_in_every_drawing(release: Release) -> None:
    chart = catalogue.chart("downloads_over_time")
    drawn = catalogue.draw(release, chart, Filters(since="2024-01", until="2024-02"))
    assert drawn.finding.empty
    assert drawn.finding.why_empty.split(".")[0] in re.sub(r"\s+", " ", svg_file(drawn).decode())
    assert "%PDF" in pdf_file(drawn)[:8].decode("latin-1")
