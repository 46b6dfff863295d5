"""A report as a file: CSV and Excel. The same sheet gives the same bytes."""

import csv
import io
from datetime import datetime, time
from decimal import Decimal

import xlsxwriter

from ccbot.cli.report_sheets import Cell, Sheet

_COLUMN_CHARS_MAX = 40


def csv_bytes(sheet: Sheet) -> bytes:
    """UTF-8 with a byte order mark, so that Excel knows it; the day in the first column."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["", *sheet.head])
    for row in sheet.rows:
        writer.writerow([sheet.day.isoformat(), *(_csv(cell) for cell in row)])
    return text.getvalue().encode("utf-8-sig")


def _csv(cell: Cell) -> str:
    """An empty cell where there is no rate. What a spreadsheet would run is kept as text."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(("=", "+", "@")) else text


def xlsx_bytes(sheet: Sheet) -> bytes:
    """One sheet: title, notes, head, lines. Its date of creation is the day's own."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": datetime.combine(sheet.day, time())})
        page = book.add_worksheet(sheet.day.isoformat())
        bold, whole = book.add_format({"bold": True}), book.add_format({"num_format": "0"})
        broken = book.add_format({"num_format": "0.0#"})
        page.write_string(0, 0, sheet.title, bold)
        for number, note in enumerate(sheet.notes, start=1):
            page.write_string(number, 0, note)
        first = len(sheet.notes) + 2
        for column, label in enumerate(sheet.head):
            page.write_string(first, column, label, bold)
            page.set_column(column, column, _width(sheet, column))
        for line, row in enumerate(sheet.rows, start=first + 1):
            for column, cell in enumerate(row):
                if isinstance(cell, Decimal):
                    is_whole = cell == cell.to_integral_value() and cell.as_tuple().exponent == 0
                    page.write_number(line, column, float(cell), whole if is_whole else broken)
                else:
                    page.write_string(line, column, sheet.text(cell))
        page.freeze_panes(first + 1, 1)
    return made.getvalue()


def _width(sheet: Sheet, column: int) -> int:
    texts = [sheet.head[column], *(sheet.text(row[column]) for row in sheet.rows)]
    return min(_COLUMN_CHARS_MAX, 2 + max(sum(1 + (c > "\u2e7f") for c in one) for one in texts))
