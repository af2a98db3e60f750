"""Charts that PowerPoint and LibreOffice can edit: the table of a chart as lines, stacks, dots or ranked bars.

Categories are text: with dates, PowerPoint draws the bars of months hair-thin.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import ceil, floor
from typing import Any

from lxml import etree
from pptx.chart.chart import Chart as NativeChart
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.util import Emu, Length, Pt

from charts import theme
from charts.canvas import score_axis
from charts.chart import Drawn
from charts.shown_table import Column, Series, ShownTable, text
from charts.words import LICENCE_WORDS, shortened

# python-pptx is typed more narrowly than it works, so its slides and shapes stand as Any here.
Box = tuple[Length, Length, Length, Length]  # left, top, width, height
PERCENT, POINTS, AMOUNT = "0%", "#,##0", "#,##0"
LABEL, SMALL_LABEL = Pt(14), Pt(9)
KEY = Pt(28)  # height of the line that names colours
# On every machine that opens slides, or replaced there by one of the same widths; ours would have to be installed.
FONT = "Calibri"
LONGEST_NAME = 60  # letters of a category
GRIDLINES = 5
DASHES = {
    "solid": MSO_LINE.SOLID,
    "longdash": MSO_LINE.LONG_DASH,
    "dashdot": MSO_LINE.DASH_DOT,
    "dot": MSO_LINE.ROUND_DOT,
    "dash": MSO_LINE.DASH,
}
MARKERS = {
    "circle": XL_MARKER_STYLE.CIRCLE,
    "square": XL_MARKER_STYLE.SQUARE,
    "diamond": XL_MARKER_STYLE.DIAMOND,
    "triangle-up": XL_MARKER_STYLE.TRIANGLE,
    "x": XL_MARKER_STYLE.X,
}
MARKERS_UP_TO = 40  # more points would hide the line


def add_charts(slide: Any, drawn: Drawn, box: Box) -> list[Any]:
    """Draws the chart into the box; returns its shapes: one, or one for each panel."""
    table = drawn.table
    match drawn.chart.shape:
        case "stacks":
            return [_stacks(slide, table, table.rows, box)]
        case "panels":
            return _panels(slide, table, box)
        case "dots":
            return [_dots(slide, table, box)]
        case "ranks":
            return [_ranks(slide, drawn, table, box)]
    return [_lines(slide, drawn, table, box)]


def _lines(slide: Any, drawn: Drawn, table: ShownTable, box: Box) -> Any:
    data = CategoryChartData(number_format=_number_format(table))
    data.categories = [text(row[0], table.columns[0]) for row in table.rows]
    for series in table.series:
        data.add_series(series.name, table.column(series.value))
    many = len(table.rows) > MARKERS_UP_TO
    kind = XL_CHART_TYPE.LINE if many else XL_CHART_TYPE.LINE_MARKERS
    shape = slide.shapes.add_chart(kind, *box, data)
    chart = shape.chart
    _style(chart, table)
    seen: dict[str, int] = {}
    for series, native in zip(table.series, chart.plots[0].series, strict=True):
        native.smooth = False
        _style_line(native, drawn, series.name, seen, many)
        _error_bars(native, table, series)
    _fewer_labels(chart, len(table.rows))
    return shape


def _style_line(native: Any, drawn: Drawn, name: str, seen: dict[str, int], many: bool) -> None:
    """Colour, dash and marker of the group; what leaves its top model out is the same colour, dashed and thin."""
    group = name.removesuffix(" without its top model")
    colour, dash, marker = _look(drawn, group, seen)
    is_without = group != name
    native.format.line.color.rgb = _rgb(colour)
    native.format.line.width = Pt(1.5 if is_without else 3)
    native.format.line.dash_style = MSO_LINE.ROUND_DOT if is_without else DASHES[dash]
    if not many:
        native.marker.style = MARKERS[marker]
        native.marker.size = 6 if is_without else 8
        native.marker.format.fill.solid()
        native.marker.format.fill.fore_color.rgb = _rgb(colour)
        native.marker.format.line.color.rgb = _rgb(colour)


def _look(drawn: Drawn, group: str, seen: dict[str, int]) -> tuple[str, str, str]:
    """Colour, dash and marker: of a region, of open or closed weights, of a licence class, else one after another."""
    colours = theme.LIGHT
    if group in colours.regions:
        return colours.regions[group], theme.REGION_DASHES[group], theme.REGION_MARKERS[group]
    weights = {"Open weights": "open", "Closed weights": "closed", "OSI-approved": "open"}
    if group in weights:
        key = weights[group]
        return colours.weights[key], "solid", theme.WEIGHTS_MARKERS[key]
    if group == "Others":
        return colours.grey, "dot", "circle"
    place = seen.setdefault(group, len(seen))
    regions = _regions_of(drawn)
    region = regions.get(group, "Unattributed")
    colour = theme.mixed(colours.regions[region], colours.paper, (place % 3) * 0.25)
    return colour, list(DASHES)[place % len(DASHES)], list(MARKERS)[place % len(MARKERS)]


def _regions_of(drawn: Drawn) -> dict[str, str]:
    frame = drawn.frame
    if not {"group_label", "region"} <= set(frame.columns):
        return {}
    pairs = frame.drop_duplicates("group_label", keep="last")
    return {
        str(label).split(" (")[0]: str(region)
        for label, region in zip(pairs["group_label"], pairs["region"], strict=True)
    }


def _stacks(slide: Any, table: ShownTable, rows: Sequence[tuple[Any, ...]], box: Box, legend: bool = True) -> Any:
    names = [column.name for column in table.columns]
    when = next(place for place, column in enumerate(table.columns) if column.kind == "month")
    data = CategoryChartData(number_format=PERCENT)
    data.categories = [text(row[when], table.columns[when]) for row in rows]
    for series in table.series:
        data.add_series(series.name, [row[names.index(series.value)] or 0 for row in rows])
    shape = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_STACKED, *box, data)
    chart = shape.chart
    _style(chart, table, legend, LABEL if legend else SMALL_LABEL)
    chart.value_axis.maximum_scale = 1
    chart.plots[0].gap_width, chart.plots[0].overlap = 12, 100
    classes = {words: name for name, words in LICENCE_WORDS.items()}
    for series, native in zip(table.series, chart.plots[0].series, strict=True):
        native.format.fill.solid()
        native.format.fill.fore_color.rgb = _rgb(theme.LIGHT.licences[classes[series.name]])
    _fewer_labels(chart, len(rows), 6 if legend else 3)
    return shape


def _panels(slide: Any, table: ShownTable, box: Box) -> list[Any]:
    """A stack for each region, side by side; what the colours mean stands in a line above them."""
    panels = [(region, list(rows)) for region, rows in groupby(table.rows, key=lambda row: row[0])]
    columns = min(3, len(panels))
    lines = -(-len(panels) // columns)
    left, top, width, height = box
    _key(slide, [series.name for series in table.series], box)
    top, height = Emu(top + KEY), Emu(height - KEY)
    shapes = []
    for place, (region, rows) in enumerate(panels):
        wide, high = Emu(int(width / columns)), Emu(int(height / lines))
        across, down = Emu(left + wide * (place % columns)), Emu(top + high * (place // columns))
        shape = _stacks(slide, table, rows, (across, down, wide, high), legend=False)
        chart = shape.chart
        chart.has_title = True
        chart.chart_title.text_frame.text = str(region)
        run = chart.chart_title.text_frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold, run.font.name = Pt(14), True, FONT
        run.font.color.rgb = _rgb(theme.LIGHT.regions.get(str(region), theme.LIGHT.ink))
        shapes.append(shape)
    return shapes


def _key(slide: Any, names: Sequence[str], box: Box) -> None:
    """Each class in its colour, in one line."""
    left, top, width, _ = box
    paragraph = slide.shapes.add_textbox(left, top, width, KEY).text_frame.paragraphs[0]
    classes = {words: name for name, words in LICENCE_WORDS.items()}
    for name in names:
        run = paragraph.add_run()
        run.text = f"■ {name}    "
        run.font.size, run.font.bold, run.font.name = Pt(14), True, FONT
        run.font.color.rgb = _rgb(theme.readable(theme.LIGHT.licences[classes[name]], dark=False))


def _dots(slide: Any, table: ShownTable, box: Box) -> Any:
    """Each model of each board as a dot, open and closed apart; the axis counts days as spreadsheets do."""
    data = XyChartData(number_format=POINTS)
    names = [column.name for column in table.columns]
    on, weights, score = names.index("published_on"), names.index("weights"), names.index("score")
    groups = [("closed", "Closed weights", -4), ("open", "Open weights", 4)]
    parts = [(group, [row for row in table.rows if row[weights] == group]) for group, _, _ in groups]
    for (_, name, apart), (_, rows) in zip(groups, parts, strict=True):
        series = data.add_series(name)
        for row in rows:
            series.add_data_point(_spreadsheet_day(row[on]) + apart, row[score])
    shape = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *box, data)
    chart = shape.chart
    _style(chart, table)
    chart.category_axis.tick_labels.number_format = "mmm yyyy"
    chart.category_axis.tick_labels.number_format_is_linked = False
    chart.category_axis.has_major_gridlines = False
    chart.category_axis.minimum_scale = min(_spreadsheet_day(row[on]) for row in table.rows) - 20
    chart.category_axis.maximum_scale = max(_spreadsheet_day(row[on]) for row in table.rows) + 20
    for (key, _, _), (_, rows), native in zip(groups, parts, chart.plots[0].series, strict=True):
        native.format.line.fill.background()
        native.marker.style, native.marker.size = MARKERS[theme.WEIGHTS_MARKERS[key]], 7
        native.marker.format.fill.solid()
        native.marker.format.fill.fore_color.rgb = _rgb(theme.LIGHT.weights[key])
        native.marker.format.line.fill.background()
        of_group = ShownTable(table.columns, tuple(rows), table.series)
        _error_bars(native, of_group, table.series[0])
    return shape


def _ranks(slide: Any, drawn: Drawn, table: ShownTable, box: Box) -> Any:
    """A bar for each definition, the first on top; what others published has a colour of its own."""
    names = [column.name for column in table.columns]
    data = CategoryChartData(number_format="0%")
    what, span, share = names.index("definition"), names.index("span"), names.index("share")
    rows = [row for row in table.rows if row[span] != "last finished month"] or list(table.rows)
    data.categories = [shortened(str(row[what]), LONGEST_NAME) for row in rows]
    data.add_series(table.series[0].name, [row[share] for row in rows])
    shape = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *box, data)
    chart = shape.chart
    _style(chart, table, legend=False)
    chart.category_axis.reverse_order = True
    chart.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    plot, native = chart.plots[0], chart.plots[0].series[0]
    plot.gap_width = 40
    plot.has_data_labels = True
    plot.data_labels.number_format, plot.data_labels.number_format_is_linked = "0%", False
    plot.data_labels.font.size = LABEL
    own = theme.LIGHT.regions.get(drawn.filters.sides[0], theme.LIGHT.accent)
    for place, row in enumerate(rows):
        point = native.points[place]
        point.format.fill.solid()
        point.format.fill.fore_color.rgb = _rgb(theme.LIGHT.grey if row[span] == "published by others" else own)
    _error_bars(native, ShownTable(table.columns, tuple(rows), table.series), table.series[0])
    return shape


def _style(chart: NativeChart, table: ShownTable, legend: bool = True, label: Length = LABEL) -> None:
    """Quiet axes, our type, the legend above: it names the series in their colours."""
    chart.has_title = False
    chart.font.size, chart.font.name = label, FONT
    chart.font.color.rgb = _rgb(theme.LIGHT.ink)
    chart.has_legend = legend
    if legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
        chart.legend.font.size = LABEL
    values = chart.value_axis
    values.has_major_gridlines = True
    values.major_gridlines.format.line.color.rgb = _rgb(theme.LIGHT.grid)
    values.format.line.fill.background()
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = _number_format(table), False
    kind = _kind_of(table)
    if kind in {"share", "amount"}:
        values.minimum_scale = 0
    else:
        _room_for_scores(values, table)
    chart.category_axis.format.line.color.rgb = _rgb(theme.LIGHT.second_ink)


def _room_for_scores(axis: Any, table: ShownTable) -> None:
    """Scores do not begin at zero; the axis is that of the picture."""
    names = [name for one in table.series for name in (one.value, one.low, one.high) if name]
    known = [value for name in names for value in table.column(name) if value is not None]
    ticks, _, (lowest, highest) = score_axis(min(known), max(known), GRIDLINES)
    axis.major_unit = ticks[1] - ticks[0]
    axis.minimum_scale = floor(lowest / axis.major_unit) * axis.major_unit
    axis.maximum_scale = ceil(highest / axis.major_unit) * axis.major_unit


def _fewer_labels(chart: NativeChart, count: int, wanted: int = 8) -> None:
    """So many labels on the axis that they do not run into one another."""
    axis = chart.category_axis._element
    for name in ("c:tickLblSkip", "c:tickMarkSkip"):
        for old in axis.findall(qn(name)):
            axis.remove(old)
    every = max(1, round(count / wanted))
    place = axis.find(qn("c:noMultiLvlLbl"))
    for name in ("c:tickLblSkip", "c:tickMarkSkip"):
        added = etree.SubElement(axis, qn(name), val=str(every))
        if place is not None:
            place.addprevious(added)


def _error_bars(native: Any, table: ShownTable, series: Series) -> None:
    """The interval of each value as a thin bar. python-pptx has no call for it; it must stand before the values."""
    if not series.low or not series.high:
        return
    values, lows, highs = (table.column(name) for name in (series.value, series.low, series.high))
    if not any(low is not None for low in lows):
        return
    bars = etree.Element(qn("c:errBars"))
    if native._element.find(qn("c:xVal")) is not None or native._element.find(qn("c:marker")) is not None:
        etree.SubElement(bars, qn("c:errDir"), val="y")
    etree.SubElement(bars, qn("c:errBarType"), val="both")
    etree.SubElement(bars, qn("c:errValType"), val="cust")
    etree.SubElement(bars, qn("c:noEndCap"), val="1")
    _distances(bars, "c:plus", zip(values, highs, strict=True))
    _distances(bars, "c:minus", zip(lows, values, strict=True))
    look = etree.SubElement(bars, qn("c:spPr"))
    line = etree.SubElement(look, qn("a:ln"), w=str(Pt(1)))
    fill = etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr"), val=theme.LIGHT.grey[1:])
    etree.SubElement(fill, qn("a:alpha"), val="70000")
    first = next(
        found for name in ("c:cat", "c:xVal", "c:val") if (found := native._element.find(qn(name))) is not None
    )
    first.addprevious(bars)


def _distances(bars: Any, name: str, pairs: Iterable[tuple[float | None, float | None]]) -> None:
    literal = etree.SubElement(etree.SubElement(bars, qn(name)), qn("c:numLit"))
    distances = [max(0.0, high - low) if low is not None and high is not None else 0.0 for low, high in pairs]
    etree.SubElement(literal, qn("c:formatCode")).text = "General"
    etree.SubElement(literal, qn("c:ptCount"), val=str(len(distances)))
    for place, distance in enumerate(distances):
        point = etree.SubElement(literal, qn("c:pt"), idx=str(place))
        etree.SubElement(point, qn("c:v")).text = f"{distance:.6g}"


def _kind_of(table: ShownTable) -> str:
    return _value_column(table).kind


def _value_column(table: ShownTable) -> Column:
    return next(column for column in table.columns if column.name == table.series[0].value)


def _number_format(table: ShownTable) -> str:
    return {"share": PERCENT, "amount": AMOUNT}.get(_kind_of(table), POINTS)


def _spreadsheet_day(day: Any) -> int:
    """Days since 30 December 1899, as spreadsheets count."""
    return int(day.toordinal() - 693_594)


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour[1:].upper())
