"""The numbers of a chart as a spreadsheet: what the picture shows, every column behind it, and where it comes from."""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from charts.chart import Drawn
from charts.exports.citing import release_day
from charts.exports.files import plain
from charts.provenance import NAME, provenance
from charts.shown_table import Column

# Text from outside stays text: no formula, no link, no number out of a name.
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
NUMBER_FORMATS = {"share": "0.0%", "amount": "#,##0", "count": "#,##0", "points": "#,##0.0"}
DATE_FORMATS = {"month": "mmm yyyy", "date": "d mmm yyyy", "week": "d mmm yyyy"}
WIDEST, NARROWEST = 60, 9  # in letters
LONGEST_TEXT = 32_767  # letters that a cell can hold
FAMILY = "Calibri"


def xlsx(drawn: Drawn) -> bytes:
    """A workbook of three sheets: Data (what the picture shows), All columns, About."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {**OPTIONS, "default_date_format": "yyyy-mm-dd"}) as book:
        # Created on the day of the release: the file of one release is the same whenever it is made.
        about = {"title": drawn.title, "subject": drawn.finding.sentence, "author": NAME}
        book.set_properties(about | {"created": _released(drawn), "comments": provenance(drawn)["link"]})
        _data(book, drawn)
        _everything(book, drawn)
        _about(book, drawn)
    return target.getvalue()


def _data(book: Workbook, drawn: Drawn) -> None:
    table = drawn.table
    sheet = book.add_worksheet("Data")
    kinds = [_format_of(book, column) for column in table.columns]
    _write(book, sheet, [column.label for column in table.columns], table.rows, kinds)


def _everything(book: Workbook, drawn: Drawn) -> None:
    sheet = book.add_worksheet("All columns")
    day = book.add_format({"num_format": "yyyy-mm-dd", "font_name": FAMILY})
    rows = [tuple(_cell(value) for value in row) for row in drawn.frame.itertuples(index=False, name=None)]
    kinds = [day if str(kind).startswith("datetime") else None for kind in drawn.frame.dtypes]
    _write(book, sheet, [str(name) for name in drawn.frame.columns], rows, kinds)


def _about(book: Workbook, drawn: Drawn) -> None:
    """One line for each thing known of the numbers; the only link is the one to ourselves."""
    sheet = book.add_worksheet("About")
    name = book.add_format({"bold": True, "valign": "top", "font_name": FAMILY})
    words = book.add_format({"text_wrap": True, "valign": "top", "font_name": FAMILY})
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 100)
    for place, (key, value) in enumerate(provenance(drawn).items()):
        sheet.write_string(place, 0, f"{key[0].upper()}{key[1:]}", name)
        if key == "link" and len(value) < 2000:
            sheet.write_url(place, 1, value, words, string=value)
        else:
            sheet.write_string(place, 1, value[:LONGEST_TEXT], words)


def _write(
    book: Workbook,
    sheet: Worksheet,
    header: Sequence[str],
    rows: Sequence[Sequence[Any]],
    kinds: Sequence[Format | None],
) -> None:
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "font_name": FAMILY})
    for place, label in enumerate(header):
        sheet.write_string(0, place, label, bold)
        longest = max((len(str(row[place])) for row in rows[:500] if row[place] is not None), default=0)
        sheet.set_column(place, place, min(max(longest + 2, NARROWEST, len(label) // 2 + 3), WIDEST))
    for line, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            _put(sheet, line, place, value, kinds[place])
    sheet.freeze_panes(1, 1)
    if header and rows:
        sheet.autofilter(0, 0, len(rows), len(header) - 1)


def _put(sheet: Worksheet, line: int, place: int, value: Any, kind: Format | None) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value, kind)
    elif isinstance(value, int | float):
        sheet.write_number(line, place, value, kind)
    elif isinstance(value, date):
        sheet.write_datetime(line, place, value, kind)
    else:
        sheet.write_string(line, place, str(value)[:LONGEST_TEXT], kind)


def _cell(value: Any) -> Any:
    """A value of the frame as a cell holds it: a date stays one."""
    if hasattr(value, "to_pydatetime") and value == value:  # NaT is not itself
        return value.to_pydatetime().date()
    return plain(value)


def _format_of(book: Workbook, column: Column) -> Format:
    number = NUMBER_FORMATS.get(column.kind) or DATE_FORMATS.get(column.kind) or "General"
    return book.add_format({"num_format": number, "font_name": FAMILY, "valign": "top"})


def _released(drawn: Drawn) -> datetime:
    day = release_day(drawn.release_id) or date(2000, 1, 1)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
